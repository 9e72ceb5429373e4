import type { Endpoint, EndpointEvents } from '../../../src/client/endpoint.ts';
import type { WebSocketClientOptions } from '../../../src/client/websocket-client.ts';
import { Span } from '../../../src/connection/events.ts';
import { nameOfError } from '../../../src/error-text.ts';
import type { ConnectionError } from '../../../src/errors.ts';
import type { UplinkCallbacks } from '../../../src/uplink/index.ts';
import type { WebSocket } from '../../../src/websocket/websocket.ts';
import { Trace } from '../../support/trace.ts';

/** What an endpoint reported: lines that do not depend on how its input was cut, and each end by itself. */
export interface Told {
  readonly trace: Trace;
  /** `clean`, or the name of the error. */
  readonly ends: string[];
  closeCode: number;
  httpStatus: number;
}

export const newTold = (): Told => ({ trace: new Trace(), ends: [], closeCode: 0, httpStatus: 0 });

export const endOf = (error: number): string =>
  error === 0 ? 'clean' : (nameOfError(error) ?? String(error));

/** The target of an endpoint's events. */
export interface Target {
  endpoint?: Endpoint<Target>;
}

export const eventsOf = (told: Told): EndpointEvents<Target> => ({
  onOpen: () => told.trace.open(),
  onData: (_target, bytes, start, end, span) => told.trace.data(bytes, start, end, span),
  onControl: (_target, opcode, bytes, start, end) => told.trace.control(opcode, bytes.slice(start, end)),
  onWritable() {},
  onClose(target, code, error) {
    told.ends.push(endOf(error));
    told.closeCode = code;
    told.httpStatus = target.endpoint?.httpStatus ?? 0;
  },
});

/** The bits of a span for the next octets of a message, after a first one has been begun or not. */
function spans(): (binary: boolean, more: boolean) => number {
  let isMessageOpen = false;
  return (binary, more) => {
    const span = (isMessageOpen ? 0 : Span.first) | (binary ? Span.binary : 0) | (more ? Span.more : 0);
    isMessageOpen = more;
    return span;
  };
}

/** Callbacks of ECMA-419's client. */
export function clientCallbacks(told: Told): Partial<WebSocketClientOptions> {
  let isOpen = false;
  const spanOf = spans();
  return {
    onWritable() {
      if (!isOpen) told.trace.open();
      isOpen = true;
    },
    onReadable(count, { more, binary }) {
      const octets = new Uint8Array(count);
      if (count > 0) this.read(octets);
      told.trace.data(octets, 0, count, spanOf(binary, more));
    },
    onControl: (opcode, data) => told.trace.control(opcode, new Uint8Array(data)),
    onClose() {
      told.ends.push('clean');
      told.closeCode = this.closeCode;
      told.httpStatus = this.httpStatus;
    },
    onError(error) {
      told.ends.push(endOf(error.id));
      told.closeCode = this.closeCode;
      told.httpStatus = this.httpStatus;
    },
  };
}

const ENCODER = new TextEncoder();

/** Listens to a WebSocket of the web, which reports whole messages, and of control frames nothing but the end. */
export function listenTo(socket: WebSocket, told: Told): void {
  socket.binaryType = 'arraybuffer';
  let error = 0;
  socket.onopen = () => told.trace.open();
  socket.onmessage = ({ data }: { data: unknown }) => {
    const isBinary = typeof data !== 'string';
    const octets = isBinary ? new Uint8Array(data as ArrayBuffer) : ENCODER.encode(data);
    told.trace.data(octets, 0, octets.length, Span.first | (isBinary ? Span.binary : 0));
  };
  socket.onerror = (event) => {
    const failure = event.error as ConnectionError | undefined;
    error = failure?.id ?? -1;
    told.httpStatus = failure?.httpStatus ?? 0;
  };
  socket.onclose = ({ code }) => {
    told.ends.push(endOf(error));
    told.closeCode = code;
  };
}

/** Callbacks of an uplink that `stop` stops at its first loss: what comes after that has tests of its own. */
export function uplinkCallbacks(
  told: Told,
  stop: () => void,
): Required<Pick<UplinkCallbacks, 'onChange' | 'onData'>> {
  const spanOf = spans();
  return {
    onChange({ state, loss }) {
      if (state === 'open') told.trace.open();
      // A loss that is final stops it, and so does this.
      else if (state === 'waiting') stop();
      else if (state === 'stopped' && loss !== undefined) {
        told.ends.push(endOf(loss.error));
        told.closeCode = loss.closeCode;
        told.httpStatus = loss.httpStatus;
      }
    },
    onData: (bytes, start, end, binary, more) => told.trace.data(bytes, start, end, spanOf(binary, more)),
  };
}
