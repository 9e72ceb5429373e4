import type { Socket } from 'node:net';
import { ErrorId } from '../../../src/errors.ts';
import { ServerHandshake } from '../../../src/handshake/server-handshake.ts';
import type { IncomingMessage } from 'node:http';
import { failureOf } from '../transport/failure.ts';
import { finish } from '../transport/linger.ts';
import { isWholeRecord } from './greeting.ts';
import type { Admission, ArrivalPolicy, NodeRequest } from './policy.ts';

const enum Stage {
  /** Not an octet has come. */
  silent,
  /** Under TLS, or in its request. */
  asking,
  /** The hook's answer is awaited. */
  awaiting,
  /** It was refused, and is given time to take that. */
  refused,
  /** It is a connection, or gone. */
  over,
}

/** Where arrivals are kept, by what each of them needs of it. */
export interface Reception {
  readonly policy: ArrivalPolicy;
  readonly admission: Admission;
  /** Puts TLS on a socket; undefined where there is none. */
  readonly secure: ((socket: Socket, arrival: Arrival) => void) | undefined;
  /** Whether there is no room for another connection. */
  readonly isFull: boolean;
  /** Is told what the hooks throw. */
  readonly report: (error: unknown) => void;
  /** Is told by what fault an answer of `onRequest` makes no sense. */
  readonly reportNonsense: (fault: number) => void;
  newHandshake(): ServerHandshake;
  /** The first octet of `arrival` has come. */
  heard(arrival: Arrival): void;
  /** `arrival` was refused, and is to leave. */
  refused(arrival: Arrival): void;
  /** `arrival` is a connection now, or gone. */
  left(arrival: Arrival): void;
}

/** Octets behind the request that are kept while the hook is awaited; reading stops at more. */
const KEPT = 16384;

const nothing = new Uint8Array(0);

const joined = (first: Uint8Array, second: Uint8Array): Uint8Array =>
  first.length === 0 ? second : Buffer.concat([first, second]);

/**
 * A socket from its accept until its request is accepted: nothing of a connection exists before that, and nothing to parse
 * a request before its first octet.
 */
export class Arrival {
  /** When it has to be over, milliseconds of the host's clock. */
  due: number;
  readonly #arrivals: Reception;
  /** What was accepted; TLS may lie on it. */
  readonly #accepted: Socket;
  /** What the request comes by. */
  #socket: Socket;
  #stage = Stage.silent;
  #handshake: ServerHandshake | undefined;
  /** What came behind the request; before that, the beginning of TLS. */
  #kept: Uint8Array = nothing;
  /** Node's request, if an `http.Server` read that. */
  #incoming: IncomingMessage | undefined;

  constructor(arrivals: Reception, socket: Socket, due: number) {
    this.#arrivals = arrivals;
    this.#accepted = socket;
    this.#socket = socket;
    this.due = due;
    socket.on('error', this.#onError);
    socket.on('close', this.#onClose);
    if (arrivals.secure === undefined) this.#listen();
    else {
      socket.on('readable', this.#onReadable);
      socket.on('end', this.#onEnd);
    }
  }

  get isSilent(): boolean {
    return this.#stage === Stage.silent;
  }

  get isAsking(): boolean {
    return this.#stage === Stage.asking;
  }

  /** The TLS handshake is done: the request comes by `socket`. */
  secured(socket: Socket): void {
    if (this.#stage !== Stage.asking) {
      socket.destroy();
      return;
    }
    this.#socket = socket;
    socket.allowHalfOpen = true;
    socket.on('error', this.#onError);
    this.#listen();
  }

  /** An `http.Server` has read the request: `octets` are its head again, and what came behind that. */
  upgraded(incoming: IncomingMessage, octets: Uint8Array): void {
    this.#incoming = incoming;
    // There may have been no room for it.
    if (this.#stage === Stage.silent) this.#read(octets);
  }

  /** Answers with `status`, whatever it asks for. */
  refuseBy(status: number): void {
    if (this.#stage === Stage.silent) this.#refuse(ErrorId.requestRefused, status);
  }

  /** There is no room for it (any longer): says so where it can be said. */
  turnAway(): void {
    const isSecured = this.#socket !== this.#accepted || this.#arrivals.secure === undefined;
    if (this.#stage === Stage.refused || !isSecured) {
      this.fail(ErrorId.requestRefused);
      return;
    }
    const { isSilent } = this;
    this.#refuse(ErrorId.requestRefused, 503);
    // Nothing has come that would be unread, and reset the connection before the answer is read.
    if (isSilent) finish(this.#socket);
  }

  /** It has taken too long. */
  expire(): void {
    const isOurs = this.#stage === Stage.awaiting;
    if (isOurs) this.#refuse(ErrorId.handshakeTimeout, 500);
    else this.fail(ErrorId.handshakeTimeout);
  }

  /** It is gone, or is let go without an answer. */
  fail(error: number): void {
    const isNew = this.#stage < Stage.refused;
    this.#leave();
    // An error may come yet, which a socket without a listener would throw.
    this.#socket.on('error', ignore);
    this.#accepted.on('error', ignore);
    this.#accepted.destroy();
    if (isNew) this.#tell(error, 0);
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
  }

  /** Octets of TLS: only with a whole record a socket becomes one of TLS, which takes ten times the memory. */
  readonly #onReadable = (): void => {
    const socket = this.#accepted;
    let octets: Buffer | null = null;
    this.#attempt(() => (octets = socket.read() as Buffer | null));
    if (octets === null) return;
    if (this.#stage === Stage.silent) this.#begin();
    const greeting = joined(this.#kept, octets);
    this.#kept = greeting;
    if (!isWholeRecord(greeting)) return;
    this.#kept = nothing;
    socket.off('readable', this.#onReadable);
    socket.off('end', this.#onEnd);
    this.#attempt(() => {
      socket.unshift(greeting);
      this.#arrivals.secure!(socket, this);
    });
  };

  readonly #onData = (data: Buffer): void => {
    // Plain views, not Buffers: their methods differ (`slice`), and the engine sees one kind only.
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length);
    if (this.#stage === Stage.awaiting) this.#keep(bytes);
    else if (this.#stage < Stage.awaiting) this.#read(bytes);
  };

  readonly #onEnd = (): void => {
    if (this.#stage < Stage.refused) this.fail(ErrorId.handshakeEnded);
  };

  readonly #onError = (error: Error): void => {
    this.fail(failureOf(error));
  };

  readonly #onClose = (): void => {
    this.fail(this.#arrivals.secure === undefined ? ErrorId.handshakeEnded : ErrorId.tlsFailed);
  };

  #read(bytes: Uint8Array): void {
    if (this.#stage === Stage.silent) this.#begin();
    const handshake = (this.#handshake ??= this.#arrivals.newHandshake());
    const position = handshake.read(bytes, 0, bytes.length);
    if (position < 0) this.#refuse(-position);
    else if (handshake.done) {
      if (position < bytes.length) this.#kept = bytes.subarray(position);
      this.#ask(handshake);
    }
  }

  /** The first octet has come. */
  #begin(): void {
    this.#stage = Stage.asking;
    this.#arrivals.heard(this);
  }

  #keep(bytes: Uint8Array): void {
    this.#kept = joined(this.#kept, bytes);
    if (this.#kept.length > KEPT) this.#attempt(() => this.#socket.pause());
  }

  /** The request is whole and sound. */
  #ask(handshake: ServerHandshake): void {
    const { policy, isFull } = this.#arrivals;
    const { request } = handshake;
    if (isFull) return this.#refuse(ErrorId.requestRefused, 503);
    this.#stage = Stage.awaiting;
    try {
      const { remoteAddress, remotePort } = this.#accepted;
      const secure = 'encrypted' in this.#socket;
      const known = Object.assign(request!, { remoteAddress, remotePort, secure, incoming: this.#incoming });
      const answer = policy.onRequest?.(known);
      if (typeof (answer as PromiseLike<unknown> | undefined)?.then === 'function')
        Promise.resolve(answer).then(this.#decide, this.#break);
      else this.#decide(answer);
    } catch (error) {
      this.#break(error);
    }
  }

  readonly #decide = (answer: unknown): void => {
    if (this.#stage !== Stage.awaiting) return;
    const arrivals = this.#arrivals;
    const handshake = this.#handshake!;
    try {
      const fault = handshake.decide(answer);
      // What makes sense has prepared the refusal.
      if (fault !== 0 && handshake.refusal === '') arrivals.reportNonsense(fault);
      if (fault !== 0) this.#refuse(fault);
      else if (arrivals.isFull) this.#refuse(ErrorId.requestRefused, 503);
      else {
        const target = arrivals.admission.target(handshake.request as NodeRequest);
        // It is the connection's from now on, which goes on reading.
        if (this.#attempt(() => this.#socket.pause())) this.#admit(target, handshake);
      }
    } catch (error) {
      this.#break(error);
    }
  };

  /**
   * Makes it a connection. Nobody else listens to the socket meanwhile: a listener that is taken from among others would leave
   * Node's table of them larger, for as long as the connection lives.
   */
  #admit(target: ReturnType<Reception['admission']['target']>, handshake: ServerHandshake): void {
    this.#ignoreSockets();
    try {
      this.#arrivals.admission.admit(target, this.#socket, handshake, this.#kept);
    } catch (error) {
      this.#attend();
      throw error;
    }
    this.#stage = Stage.over;
    this.#arrivals.left(this);
    if (this.#accepted !== this.#socket) this.#accepted.on('error', ignore);
  }

  /** Listens to its sockets again. */
  #attend(): void {
    this.#accepted.on('error', this.#onError);
    this.#accepted.on('close', this.#onClose);
    if (this.#socket !== this.#accepted) this.#socket.on('error', this.#onError);
    this.#listen();
  }

  /** The hook, or what makes connections, threw. */
  readonly #break = (error: unknown): void => {
    this.#arrivals.report(error);
    if (this.#stage === Stage.awaiting) this.#refuse(ErrorId.requestRefused, 500);
  };

  /** Answers what it asked for, by the status that belongs to `error` or another one, and waits until it has left. */
  #refuse(error: number, status = 0): void {
    const handshake = (this.#handshake ??= this.#arrivals.newHandshake());
    if (status !== 0) handshake.refuseWith(status);
    handshake.refuses(error);
    this.#stage = Stage.refused;
    this.#arrivals.refused(this);
    this.#kept = nothing;
    const socket = this.#socket;
    const isSent = this.#attempt(() => {
      socket.end(handshake.refusal, 'latin1');
      // What it still sends is discarded: unread, it would reset the connection before the answer is read.
      socket.resume();
    });
    this.#tell(error, isSent ? handshake.status : 0);
  }

  /** Does something with the sockets; if Node refuses that, they are of no use any more. Returns whether it is done. */
  #attempt(what: () => void): boolean {
    try {
      what();
      return true;
    } catch (error) {
      this.fail(failureOf(error as Error));
      return false;
    }
  }

  #tell(error: number, status: number): void {
    const { onRefused } = this.#arrivals.policy;
    if (onRefused === undefined) return;
    try {
      onRefused({ error, status, address: this.#accepted.remoteAddress });
    } catch (thrown) {
      this.#arrivals.report(thrown);
    }
  }

  /** Nothing of it is looked at any more. */
  #leave(): void {
    this.#stage = Stage.over;
    this.#arrivals.left(this);
    this.#ignoreSockets();
  }

  #ignoreSockets(): void {
    const accepted = this.#accepted;
    const socket = this.#socket;
    accepted.off('readable', this.#onReadable);
    accepted.off('close', this.#onClose);
    socket.off('data', this.#onData);
    for (const each of [accepted, socket]) {
      each.off('end', this.#onEnd);
      each.off('error', this.#onError);
    }
  }
}

const ignore = (): void => {};
