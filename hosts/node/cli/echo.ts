import type { Endpoint, EndpointEvents } from '../../../src/client/endpoint.ts';
import { ErrorId } from '../../../src/errors.ts';
import { Span } from '../../../src/connection/events.ts';
import { CloseCode } from '../../../src/frame/close-code.ts';

/** What one read of Node's sockets brings at most; no span is longer. */
const LONGEST_SPAN = 65536;

/**
 * Sends back what it receives, span by span: a message of any length passes through as fragments, in the memory
 * of the rings. When the peer does not take its echo, nothing more is read from it.
 *
 * An Echo is the target of one endpoint's {@link echoEvents}, in either role.
 */
export class Echo {
  /**
   * The transmit ring that such an endpoint needs. Reading goes on while the longest span fits whole: half of the
   * ring is for what waits, the other half for the span that comes next.
   */
  static readonly transmitBuffer = 2 * LONGEST_SPAN;
  /** The endpoint whose events come here; set before the first of them. */
  endpoint!: Endpoint<Echo>;
  /** Called once, when the connection is over: the peer's close code and the error id, 0 after a clean close. */
  onEnd: ((code: number, error: number) => void) | undefined;
}

/** The events of every endpoint that echoes. */
export const echoEvents: EndpointEvents<Echo> = Object.freeze({
  onOpen(): void {},

  onData({ endpoint }: Echo, bytes: Uint8Array, start: number, end: number, span: number): void {
    const fault = endpoint.send(bytes, start, end, span & (Span.binary | Span.more));
    // Only with other rings than those above: an echo with a hole in it would be none.
    if (fault === ErrorId.writeTooLong) endpoint.close(CloseCode.internalError);
    else if (endpoint.writable < LONGEST_SPAN) endpoint.pause();
  },

  onControl(): void {},

  onWritable({ endpoint }: Echo, count: number): void {
    if (count >= LONGEST_SPAN) endpoint.resume();
  },

  onClose({ onEnd }: Echo, code: number, error: number): void {
    onEnd?.(code, error);
  },
});
