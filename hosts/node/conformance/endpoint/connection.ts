import type { Socket } from 'node:net';
import { openCodec, type MessageCodec } from '../wire/deflate.ts';
import type { DeflateAgreement } from '../wire/extensions.ts';
import { HeadCollector } from '../wire/http-head.ts';
import { isUtf8 } from '../wire/utf8.ts';
import { mayBeSent, readClose, shownClose, stillOpen, type Deadlines } from './closing.ts';
import type { ConnectionListener } from './listener.ts';
import { Receiver } from './receiver.ts';
import { Sender } from './sender.ts';
import { Timers } from './timers.ts';
import { noTraffic } from './traffic.ts';
import { payloadText, WireLog } from './wire-log.ts';
import { Writer } from './writer.ts';

/** Seconds that a peer has to end its side of a TCP connection that the tester has ended. */
const lingering = 1;

/** The life of one connection of the tester: opening, open, closing, closed; and the account of how it ended. */
export class Connection {
  readonly log = new WireLog();
  readonly traffic = noTraffic();
  readonly facts;
  readonly sender: Sender;
  /** Seconds that the peer had; null as long as the time of the case has not run out. */
  timedOutAfter: number | null = null;
  readonly #socket: Socket;
  readonly #writer: Writer;
  readonly #deadlines: Deadlines;
  readonly #listener: ConnectionListener;
  readonly #timers: Timers;
  #head: HeadCollector | null = new HeadCollector();
  #state: 'connecting' | 'open' | 'closing' | 'closed' = 'connecting';
  #ended = false;
  #receiver: Receiver | null = null;
  #codec: MessageCodec | null = null;

  constructor(socket: Socket, isServer: boolean, deadlines: Deadlines, listener: ConnectionListener) {
    this.facts = stillOpen(isServer);
    this.#socket = socket;
    this.#writer = new Writer(socket, this.log);
    this.sender = new Sender(this.#writer, this.log, this.traffic, isServer);
    this.#deadlines = deadlines;
    this.#timers = new Timers(deadlines.factor);
    this.#listener = listener;
    socket.setNoDelay(true);
    socket.on('data', (octets: Buffer) => this.#received(octets));
    socket.on('end', () => this.#lost('the peer ended the TCP connection without a closing handshake'));
    socket.on('close', () => this.#lost('the TCP connection ended without a closing handshake'));
    socket.on('error', (error) => this.#lost(`the TCP connection broke: ${error.message}`));
    this.after(deadlines.openHandshake, () => {
      if (this.#state !== 'connecting') return;
      this.facts.wasOpenHandshakeTimeout = true;
      this.#abort('the peer did not finish the opening handshake in time');
    });
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** Whether the opening handshake was ever completed. */
  get wasOpen(): boolean {
    return this.#receiver !== null;
  }

  get compresses(): boolean {
    return this.#codec !== null;
  }

  /** Seconds that the time `seconds` of a case is here. */
  scaled(seconds: number): number {
    return this.#timers.scaled(seconds);
  }

  /** The time of the case is over: `seconds`, of what it says. */
  runOut(seconds: number): void {
    this.timedOutAfter ??= this.scaled(seconds);
  }

  /** Calls back after some seconds unless the connection has ended by then. */
  after(seconds: number, callback: () => void): void {
    this.#timers.after(seconds, callback);
  }

  /** Writes a part of the opening handshake. */
  sendHead(text: string): void {
    const octets = Buffer.from(text);
    this.traffic.preopenOutgoingOctetsWireLevel += octets.length;
    this.#writer.write(octets);
  }

  /** Ends a connection whose opening handshake failed. */
  refuse(reason: string): void {
    this.facts.wasNotCleanReason = reason;
    this.drop();
  }

  /** The opening handshake is complete; `rest` is what the peer sent behind its head. */
  open(agreement: DeflateAgreement | null, rest: Buffer): void {
    this.#state = 'open';
    if (agreement !== null) this.#codec = openCodec(agreement, this.facts.isServer);
    this.sender.deflater = this.#codec?.deflater ?? null;
    this.#receiver = new Receiver(this.facts.isServer, this.#codec?.inflater ?? null, this.traffic, {
      frame: (header, payload) => this.log.receivedFrame(header, payload),
      message: (payload, binary) => {
        if (this.#listens()) this.#listener.onMessage(payload, binary);
      },
      control: (opcode, payload) => this.#control(opcode, payload),
      fault: (code, reason) => this.fail(code, reason),
    });
    // Whoever opened the connection sends first; the peer's octets are looked at afterwards.
    this.traffic.preopenIncomingOctetsWireLevel -= rest.length;
    this.traffic.incomingOctetsWireLevel += rest.length;
    if (rest.length > 0) setImmediate(() => this.#receiver!.push(rest));
  }

  /** Starts the closing handshake (RFC 6455, section 7.1.2), unless it has started already. */
  close(payload: Buffer, isReply = false): void {
    if (this.#state !== 'open') return;
    this.sender.frame({ opcode: 8, payload });
    this.#state = 'closing';
    const { code, reason } = shownClose(payload);
    this.facts.closedByMe = !isReply;
    this.facts.localCloseCode = code;
    this.facts.localCloseReason = reason;
    if (isReply) return;
    this.after(this.#deadlines.closeHandshake, () => {
      if (this.facts.wasClean) return;
      this.facts.wasCloseHandshakeTimeout = true;
      this.#abort('the peer did not answer the Close frame in time');
    });
  }

  /** Fails the connection: closes it, or drops it when it is closing already (RFC 6455, section 7.1.7). */
  fail(code: number, reason: string): void {
    if (this.isClosed) return;
    this.facts.failedByMe = true;
    if (this.#state === 'open') {
      const text = Buffer.from(reason).subarray(0, 123);
      this.close(Buffer.concat([Buffer.of(code >> 8, code & 255), text]));
      this.facts.wasNotCleanReason = reason;
    } else {
      this.facts.wasNotCleanReason ??= reason;
      this.drop();
    }
  }

  /** Ends the TCP connection once everything is written. */
  drop(): void {
    if (this.isClosed) return;
    this.facts.droppedByMe = true;
    this.#state = 'closed';
    this.#writer.whenEmpty(() => {
      this.#writer.close();
      this.#socket.end();
    });
    setTimeout(() => this.#socket.destroy(), lingering * 1000).unref();
    this.#finish();
  }

  #abort(reason: string): void {
    if (this.isClosed) return;
    this.facts.wasClean = false;
    this.facts.wasNotCleanReason = reason;
    this.facts.droppedByMe = true;
    this.#state = 'closed';
    this.#writer.close();
    this.#socket.destroy();
    this.#finish();
  }

  #received(octets: Buffer): void {
    if (this.isClosed) return;
    this.log.received(octets);
    if (this.#receiver !== null) {
      if (this.isOpen) this.traffic.incomingOctetsWireLevel += octets.length;
      this.#receiver.push(octets);
      return;
    }
    this.traffic.preopenIncomingOctetsWireLevel += octets.length;
    const whole = this.#head?.push(octets) ?? null;
    if (whole === null) return;
    this.#head = null;
    if (typeof whole === 'string') this.refuse(whole);
    else this.#listener.onHead(whole.head, whole.rest);
  }

  /** A failed connection delivers nothing more (RFC 6455, section 7.1.7). */
  #listens(): boolean {
    return !this.facts.failedByMe && !this.isClosed;
  }

  #control(opcode: number, payload: Buffer): void {
    if (this.isClosed) return;
    if (opcode === 8) this.#closeFrame(payload);
    else if (opcode === 9 && this.isOpen) this.sender.frame({ opcode: 10, payload });
    else if (opcode === 10 && this.#listens()) this.#listener.onPong(payload);
  }

  #closeFrame(payload: Buffer): void {
    const { code, reason } = readClose(payload);
    this.facts.remoteCloseCode = code;
    this.facts.remoteCloseReason = reason.length > 0 ? payloadText(reason) : null;
    if (code !== null && !mayBeSent(code)) this.fail(1002, `the close code ${code} must not be sent`);
    else if (!isUtf8(reason)) this.fail(1007, 'a close reason is not valid UTF-8');
    if (this.isClosed) return;
    this.facts.wasClean = true;
    if (this.isOpen) this.close(Buffer.of(1000 >> 8, 1000 & 255), true);
    // The server ends the TCP connection (RFC 6455, section 7.1.1).
    if (this.facts.isServer) this.drop();
    else this.after(this.#deadlines.serverConnectionDrop, () => this.#serverDidNotDrop());
  }

  #serverDidNotDrop(): void {
    if (this.isClosed) return;
    this.facts.wasServerConnectionDropTimeout = true;
    this.#abort('the server did not end the TCP connection in time');
  }

  #lost(reason: string): void {
    const settle = (): void => {
      if (!this.facts.wasClean && !this.facts.droppedByMe) this.facts.wasNotCleanReason ??= reason;
      this.#state = 'closed';
      this.#writer.close();
      this.#finish();
    };
    if (this.#receiver === null) settle();
    else this.#receiver.whenIdle(settle);
  }

  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#timers.stop();
    if (this.facts.wasClean) this.facts.wasNotCleanReason = null;
    this.#codec?.deflater.close();
    this.#codec?.inflater.close();
    this.#listener.onEnd();
  }
}
