import type { MessageInflater } from '../wire/deflate.ts';
import { FrameReader, type ReceivedHeader } from '../wire/frame.ts';
import { Utf8Checker } from '../wire/utf8.ts';
import { faultInHeader } from './header-rules.ts';
import type { TrafficCounts } from './traffic.ts';

/** What a receiver finds in the octets of the peer. */
export interface ReceiverEvents {
  /** A frame is whole. */
  frame(header: ReceivedHeader, payload: Buffer): void;
  message(payload: Buffer, binary: boolean): void;
  control(opcode: number, payload: Buffer): void;
  /** The peer broke a rule. Frames are still read afterwards, because a Close frame may follow. */
  fault(code: number, reason: string): void;
}

/**
 * Turns octets into frames and messages and checks the peer as it goes. Inflation is asynchronous; until it is
 * done the octets behind the message wait, so that everything keeps its order.
 */
export class Receiver {
  readonly #reader = new FrameReader();
  readonly #events: ReceiverEvents;
  readonly #isServer: boolean;
  readonly #inflater: MessageInflater | null;
  readonly #traffic: TrafficCounts;
  #frame: Buffer[] = [];
  #message: Buffer[] = [];
  #opcode = 0;
  #compressed = false;
  #control = false;
  #utf8: Utf8Checker | null = null;
  #busy = false;
  #whenIdle: (() => void) | null = null;

  constructor(
    isServer: boolean,
    inflater: MessageInflater | null,
    traffic: TrafficCounts,
    events: ReceiverEvents,
  ) {
    this.#isServer = isServer;
    this.#inflater = inflater;
    this.#traffic = traffic;
    this.#events = events;
  }

  push(octets: Buffer): void {
    this.#reader.push(octets);
    this.#run();
  }

  /** Calls back when everything that came has been dealt with. */
  whenIdle(callback: () => void): void {
    if (this.#busy) this.#whenIdle = callback;
    else callback();
  }

  #run(): void {
    while (!this.#busy) {
      const next = this.#reader.next();
      if (next === null) {
        this.#whenIdle?.();
        return;
      }
      if (next.part === 'header') this.#begin(next.header);
      else if (next.part === 'data') this.#data(next.data);
      else this.#end(next.header);
    }
  }

  #begin(header: ReceivedHeader): void {
    this.#frame = [];
    const inMessage = this.#opcode !== 0;
    const fault = faultInHeader(header, {
      fromClient: this.#isServer,
      inMessage,
      compression: this.#inflater !== null,
    });
    if (fault !== null) this.#events.fault(1002, fault);
    this.#control = header.opcode >= 8;
    if (this.#control || inMessage) return;
    this.#opcode = header.opcode;
    this.#message = [];
    this.#compressed = this.#inflater !== null && header.rsv === 4;
    this.#utf8 = header.opcode === 1 ? new Utf8Checker() : null;
  }

  #data(data: Buffer): void {
    this.#frame.push(data);
    if (this.#control) return;
    this.#traffic.incomingOctetsWebSocketLevel += data.length;
    this.#message.push(data);
    if (!this.#compressed) this.#checkText(data);
  }

  #end(header: ReceivedHeader): void {
    const payload = Buffer.concat(this.#frame);
    this.#events.frame(header, payload);
    if (this.#control) {
      this.#events.control(header.opcode, payload);
      return;
    }
    this.#traffic.incomingWebSocketFrames++;
    if (!header.fin) return;
    const message = Buffer.concat(this.#message);
    if (this.#compressed) this.#inflate(message);
    else this.#deliver(message);
  }

  #inflate(message: Buffer): void {
    this.#busy = true;
    const resume = (): void => {
      this.#busy = false;
      this.#run();
    };
    this.#inflater!.inflate(message).then(
      (whole) => {
        this.#checkText(whole);
        this.#deliver(whole);
        resume();
      },
      (error: Error) => {
        this.#utf8 = null;
        this.#opcode = 0;
        this.#events.fault(1007, `a compressed message cannot be inflated: ${error.message}`);
        resume();
      },
    );
  }

  #deliver(message: Buffer): void {
    const opcode = this.#opcode;
    this.#opcode = 0;
    this.#traffic.incomingWebSocketMessages++;
    this.#traffic.incomingOctetsAppLevel += message.length;
    if (this.#utf8 !== null && !this.#utf8.complete) {
      this.#events.fault(1007, 'a text message ends inside a character');
      return;
    }
    this.#events.message(message, opcode === 2);
  }

  #checkText(octets: Buffer): void {
    if (this.#utf8 === null || this.#utf8.push(octets) < 0) return;
    // The rest of this message is not looked at again: one fault is enough.
    this.#utf8 = null;
    this.#events.fault(1007, 'a text message is not valid UTF-8');
  }
}
