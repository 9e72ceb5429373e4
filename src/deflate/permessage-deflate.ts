import type { CompressionFactory } from '../connection/compression.ts';
import { MessageCodec } from './message-codec.ts';
import { compressionMemory, type PermessageDeflateOptions, profileFor } from './profiles.ts';

export type { PermessageDeflateOptions } from './profiles.ts';

/**
 * permessage-deflate (RFC 7692) for the option `compression` of a connection: windows, tables and chains lie in
 * the connection's memory. One object serves any number of connections. Throws a RingletError.
 */
export function permessageDeflate(options: PermessageDeflateOptions = {}): CompressionFactory {
  const profile = profileFor(options);
  return Object.freeze({
    memory: compressionMemory(profile),
    _create: (bytes: Uint8Array, offset: number) => new MessageCodec(profile, bytes, offset),
  });
}
