/** Connections that have agreed to permessage-deflate over the wire, and what zlib says to their peers' messages. */
import zlib from 'node:zlib';
import { permessageDeflate, type PermessageDeflateOptions } from '../../src/deflate/permessage-deflate.ts';
import type { Driver, DriverOptions, Hooks } from '../support/driver.ts';
import { framesOf, peerFrame, type DecodedFrame } from '../support/frames.ts';
import { newClient, newServer, request, response } from '../support/handshake.ts';
import { concat } from '../support/octets.ts';

export type Role = 'client' | 'server';
export const ROLES: readonly Role[] = ['client', 'server'];

export const RSV1 = 4;
export const TEXT = 1;
export const BINARY = 2;
export const TAIL: Uint8Array = Uint8Array.of(0, 0, 0xff, 0xff);

const EXTENSIONS = 'Sec-WebSocket-Extensions';

/** What the other side says so that all is agreed that `settings` allow. */
function peerSays(role: Role, settings: PermessageDeflateOptions): string {
  const own = settings.profile === 'device' ? 10 : 15;
  const [receive, transmit] = [settings.receiveWindowBits ?? own, settings.transmitWindowBits ?? own];
  if (role === 'server') return 'permessage-deflate; client_max_window_bits';
  const noTakeover = settings.receiveTakeover === false ? '; server_no_context_takeover' : '';
  return `permessage-deflate; server_max_window_bits=${receive}; client_max_window_bits=${transmit}${noTakeover}`;
}

/** A connection that is open and compresses; default settings are those of the desk. */
export function agreed(
  role: Role,
  settings: PermessageDeflateOptions = {},
  options: DriverOptions = {},
  hooks: Hooks = {},
  says: string = peerSays(role, { profile: 'desk', ...settings }),
): Driver {
  const all = { compression: permessageDeflate({ profile: 'desk', ...settings }), ...options };
  const driver = role === 'client' ? newClient({}, all, hooks) : newServer({}, all, hooks);
  // Nothing is no header: an empty one is malformed.
  const lines = says === '' ? {} : { [EXTENSIONS]: says };
  driver.feed(role === 'client' ? response(lines) : request(lines));
  if (driver.trace.lines.join() !== 'open') throw new Error(`not open: ${driver.trace.lines.join()}`);
  driver.takeOutput();
  return driver;
}

/** What a connection told behind `open`. */
export function told(driver: Driver): string[] {
  return driver.trace.lines.slice(1);
}

/** A whole compressed message of the peer's, `parts` of its payload a frame each. */
export function peerMessage(role: Role, opcode: number, ...parts: readonly ArrayLike<number>[]): Uint8Array {
  const last = parts.length - 1;
  const frames = parts.map((payload, i) =>
    peerFrame(role, {
      opcode: i === 0 ? opcode : 0,
      rsv: i === 0 ? RSV1 : 0,
      fin: i === last,
      payload,
    }),
  );
  return concat(...frames);
}

/** A message compressed by zlib, without the tail. */
export function deflated(data: Uint8Array, options: zlib.ZlibOptions = {}): Uint8Array {
  const whole = zlib.deflateRawSync(data, { ...options, finishFlush: zlib.constants.Z_SYNC_FLUSH });
  return new Uint8Array(whole.subarray(0, whole.length - TAIL.length));
}

export interface Message {
  readonly opcode: number;
  readonly isCompressed: boolean;
  readonly frames: number;
  readonly data: Uint8Array;
}

/** A peer that decompresses by zlib what a connection of ours sends. Throws where a rule of RFC 7692 is broken. */
export class ZlibPeer {
  readonly #options: zlib.ZlibOptions;
  readonly #takeover: boolean;
  #history: Uint8Array = new Uint8Array(0);

  constructor(windowBits = 15, takeover = true) {
    this.#options = { windowBits, finishFlush: zlib.constants.Z_SYNC_FLUSH };
    this.#takeover = takeover;
  }

  /** The data messages in `octets`; control frames are left out. */
  read(octets: Uint8Array): Message[] {
    const messages: Message[] = [];
    let open: DecodedFrame[] = [];
    for (const frame of framesOf(octets)) {
      if (frame.opcode >= 8) {
        if ((frame.first & 0x70) !== 0) throw new Error('RSV bits on a control frame');
        continue;
      }
      if ((frame.opcode === 0) !== open.length > 0) throw new Error('opcode in the wrong place');
      if (open.length > 0 && (frame.first & 0x70) !== 0) throw new Error('RSV1 on a continuation');
      open.push(frame);
      if (frame.first < 0x80) continue;
      messages.push(this.#message(open));
      open = [];
    }
    if (open.length > 0) throw new Error('the message goes on');
    return messages;
  }

  #message(frames: readonly DecodedFrame[]): Message {
    const payload = concat(...frames.map((frame) => frame.payload));
    const isCompressed = (frames[0].first & 0x40) !== 0;
    const data = isCompressed ? this.#inflate(payload) : payload;
    return { opcode: frames[0].opcode, isCompressed, frames: frames.length, data };
  }

  #inflate(payload: Uint8Array): Uint8Array {
    const dictionary = this.#history.length > 0 ? { dictionary: this.#history } : {};
    const data = zlib.inflateRawSync(concat(payload, TAIL), { ...this.#options, ...dictionary });
    if (this.#takeover) this.#history = concat(this.#history, data).slice(-(1 << this.#options.windowBits!));
    return new Uint8Array(data);
  }
}
