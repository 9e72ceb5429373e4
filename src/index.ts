/**
 * Ringlet: a WebSocket endpoint (RFC 6455) that allocates everything when it is made and nothing afterwards.
 * This module is the whole of it that runs anywhere; hosts lend it a runtime.
 */
export { Opcode, Span, State } from './constants.ts';
export { SansIoConnection as Connection } from './connection/sans-io.ts';
export { describeError, errorIds, nameOfError } from './error-text.ts';
export { ConnectionError, type Failure, RingletError } from './errors.ts';
export { type ConnectionEvents, type Delivery, SPAN, type TakesSpans } from './connection/events.ts';
export { DEFAULT_LIMITS, type Limits } from './connection/limits.ts';
export type { Compression, CompressionFactory } from './connection/compression.ts';
export type { ConnectionOptions } from './connection/options.ts';
export type { PermessageDeflateOptions } from './deflate/permessage-deflate.ts';
export type { ClientRequest } from './handshake/client.ts';
export { clientOpening, serverOpening } from './handshake/openings.ts';
export { portableProof } from './handshake/accept.ts';
export type { Proof } from './handshake/proof.ts';
export type { OpeningFactory } from './handshake/opening.ts';
export type { RequestHook, ServerAnswer, ServerPolicy, ServerRequest } from './handshake/server.ts';
export type { HeaderPairs } from './handshake/text.ts';
export { decodeUtf8 } from './connection/decode-range.ts';
export { Endpoint, type EndpointEvents, type EndpointOptions } from './client/endpoint.ts';
export type { ByteStream, ByteStreamCallbacks } from './client/stream.ts';
export type { Constructible, StreamOptions } from './client/open-stream.ts';
export type { RequestOptions } from './handshake/request-options.ts';
export type { ByteBuffer, WebSocketClientOptions, WriteOptions } from './client/websocket-client.ts';
export { closeCodeOf, permessageDeflate, requestOf, WebSocketClient } from './checked.ts';
export type { Host, HostTimer, TimerId, Transport, TransportFactory, TransportSink } from './host.ts';
