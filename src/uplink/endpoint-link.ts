import { Endpoint, type EndpointEvents } from '../client/endpoint.ts';
import { Span } from '../connection/events.ts';
import { Opcode } from '../frame/opcode.ts';
import type { Link, LinkSink } from './link.ts';

/** A link over the span face: records leave from the outbox's memory, and nothing is copied on the way. */
export class EndpointLink implements Link {
  /** The events of every endpoint whose target is such a link. */
  static readonly events: EndpointEvents<EndpointLink> = Object.freeze({
    onOpen({ sink, endpoint }: EndpointLink): void {
      sink.linkOpened(endpoint.writable);
    },
    onData({ sink }: EndpointLink, bytes: Uint8Array, start: number, end: number, span: number): void {
      sink.linkReceived(bytes, start, end, (span & Span.binary) !== 0, (span & Span.more) !== 0);
    },
    onControl(): void {},
    onWritable({ sink }: EndpointLink, count: number): void {
      sink.linkWritable(count);
    },
    onClose({ sink, endpoint }: EndpointLink, closeCode: number, error: number): void {
      const { httpStatus, retryAfter, location, transportReason: reason } = endpoint;
      // eslint-disable-next-line no-restricted-syntax -- once a connection, at its end
      sink.linkClosed({ error, closeCode, httpStatus, retryAfter, location, reason });
    },
  });

  readonly sink: LinkSink;
  /** Set by whoever makes it, before the first event. */
  endpoint!: Endpoint<EndpointLink>;

  constructor(sink: LinkSink) {
    this.sink = sink;
  }

  get protocol(): string {
    return this.endpoint.protocol;
  }

  get isFlushed(): boolean {
    return this.endpoint.bufferedAmount === 0;
  }

  send(bytes: Uint8Array, start: number, end: number, binary: boolean, more: boolean): number {
    const { endpoint } = this;
    const span = (binary ? Span.binary : 0) | (more ? Span.more : 0);
    return endpoint.send(bytes, start, end, span) === 0 ? endpoint.writable : -1;
  }

  close(code: number): void {
    this.endpoint.close(code);
  }

  drop(): void {
    this.endpoint._drop();
  }

  get records(): this {
    return this;
  }

  postRange(bytes: Uint8Array, start: number, end: number, opcode: number): number {
    return this.send(bytes, start, end, opcode === Opcode.binary, false);
  }
}
