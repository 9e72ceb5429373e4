import { ErrorId } from '../../../src/errors.ts';
import type { Clock } from '../clock.ts';
import type { Link } from './link.ts';
import { type Packet, Pipe, type PipeEnds, Segment } from './pipe.ts';
import { type EndKeeper, StreamEnd } from './stream-end.ts';

/** What a connection knows of a machine. */
export interface Machine extends EndKeeper {
  readonly name: string;
  /** Has power. */
  readonly isUp: boolean;
  /** Has a network, as long as it has power. */
  readonly isOnline: boolean;
  readonly sendWindow: number;
  readonly tlsWindow: number;
  readonly receiveWindow: number;
  readonly losesUnread: boolean;
  /** What the machine takes for the date, milliseconds since 1970. */
  date(): number;
}

/** The certificate that a server shows; see {@link certificateFault}. */
export interface Certificate {
  /** Host names it is for; default: any. */
  readonly names?: readonly string[] | undefined;
  /** Milliseconds since 1970; defaults: always. */
  readonly notBefore?: number | undefined;
  readonly notAfter?: number | undefined;
  /** Signed by an authority that clients know. Default true. */
  readonly isTrusted?: boolean | undefined;
}

/** What listens at a port. */
export interface Acceptor {
  readonly certificate: Certificate | undefined;
  /** Takes a connection that is open, and says whether it did. */
  accept(end: StreamEnd): boolean;
}

export interface Route {
  readonly clock: Clock;
  readonly link: Link;
  readonly patience: number;
  readonly client: Machine;
  readonly server: Machine;
  /** The name of the server; the address that was meant, where nobody has it. */
  readonly to: string;
  readonly clientAddress: string;
  readonly serverAddress: string;
  readonly clientPort: number;
  readonly port: number;
  /** The name of the server that a client with TLS insists on; undefined without TLS. */
  readonly secureName: string | undefined;
  acceptor(): Acceptor | undefined;
}

/** What a network wants to hear of its connections. */
export interface Watcher {
  /** `why`, in words, where there is something to say; `direction`, of what came from one end. */
  happened(connection: Connection, what: Step, why?: string, direction?: 0 | 1): void;
  arrived(connection: Connection, direction: 0 | 1, octets: Uint8Array, sent: number): void;
}

/** `dropped`: an end has let it go, and the other hears nothing of that. */
export type Step =
  'connect' | 'open' | 'refused' | 'reset' | 'finish' | 'timeout' | 'tls failed' | 'silence' | 'dropped';

/** Octets of the segments of a TLS handshake, about. */
const enum HandshakeSize {
  hello = 300,
  certificate = 3000,
  finished = 80,
}

/** What a ClientHello begins with, RFC 8446 §5.1: what a server without TLS gets to see. */
const HELLO = Uint8Array.of(0x16, 3, 1, 1, 0x27, 1, 0, 1, 0x23, 3, 3);
/** An alert, unexpected_message: what a client without TLS gets from a server with it. */
const ALERT = Uint8Array.of(0x15, 3, 3, 0, 2, 2, 10);

/** One connection of the network: its ends, and the pipes between them. Direction 0 leads to the server. */
export class Connection implements PipeEnds {
  readonly id: number;
  readonly route: Route;
  readonly openedAt: number;
  /** Nothing gets through any more, and neither end learns of it. */
  isSilent = false;
  /** When it carried octets first, and for the last time could; NaN while that is not so. */
  establishedAt = NaN;
  endedAt = NaN;
  readonly client: StreamEnd;
  readonly server: StreamEnd;
  readonly #watcher: Watcher;
  readonly #pipes: readonly [Pipe, Pipe];
  #acceptor: Acceptor | undefined;
  /** The server has TLS and its handshake is not done. */
  #isShaking = false;

  constructor(id: number, route: Route, watcher: Watcher) {
    this.id = id;
    this.route = route;
    this.#watcher = watcher;
    const { clock, link, patience, client, server } = route;
    this.openedAt = clock.now;
    this.#pipes = [new Pipe(clock, link, 0, this, patience), new Pipe(clock, link, 1, this, patience)];
    const [there, back] = this.#pipes;
    const isSecure = route.secureName !== undefined;
    const endOf = (machine: Machine, out: Pipe, remoteAddress: string, remotePort: number): StreamEnd =>
      new StreamEnd({
        clock,
        link,
        out,
        sendWindow: isSecure ? Math.min(machine.tlsWindow, machine.sendWindow) : machine.sendWindow,
        receiveWindow: machine.receiveWindow,
        losesUnread: machine.losesUnread,
        keeper: machine,
        remoteAddress,
        remotePort,
      });
    this.client = endOf(client, there, route.serverAddress, route.port);
    this.server = endOf(server, back, route.clientAddress, route.clientPort);
    watcher.happened(this, 'connect');
    there.send(Segment.connect, undefined, 0, 0, this.client.window);
  }

  /** Whether neither end does anything any more. */
  get isOver(): boolean {
    return this.client.isGone && (this.server.isGone || this.#acceptor === undefined);
  }

  isBlocked(direction: 0 | 1): boolean {
    const { link, client, server } = this.route;
    const to = direction === 0 ? server : client;
    const isCut = this.isSilent || link.isPartitioned || link.isHeld;
    return isCut || !to.isUp || !client.isOnline || !server.isOnline;
  }

  /** Something may get through again. */
  resume(): void {
    this.#pipes[0].resume();
    this.#pipes[1].resume();
  }

  giveUp(direction: 0 | 1): void {
    const end = direction === 0 ? this.client : this.server;
    if (!end.isWaiting) return;
    this.#happened('timeout');
    end.fail(ErrorId.transportFailed);
  }

  droppedUnheard(): void {
    this.#happened('dropped');
  }

  /** Both ends learn that the connection was reset, wherever they are. */
  reset(): void {
    this.#happened('reset');
    for (const pipe of this.#pipes) pipe.cut();
    this.client.fail(ErrorId.transportReset);
    this.server.fail(ErrorId.transportReset);
  }

  silence(): void {
    this.isSilent = true;
    this.#watcher.happened(this, 'silence');
  }

  arrive(direction: 0 | 1, packet: Packet): void {
    if (packet.kind === Segment.connect) this.#onConnect(packet.edge);
    else if (packet.kind === Segment.accept) this.#onAccept(packet.edge);
    else if (packet.kind >= Segment.hello) this.#onHandshake(packet.kind);
    else {
      if (packet.kind === Segment.data) {
        if (this.#isShaking) return this.#refusePlain();
        this.#watcher.arrived(this, direction, packet.octets!, packet.sent);
      } else if (packet.kind === Segment.reset) {
        if (this.#refused(direction)) this.#happened('refused');
        else this.#happened('reset', '', direction);
      } else if (packet.kind === Segment.finish) this.#happened('finish', '', direction);
      this.#deliver(direction, packet);
    }
  }

  #deliver(direction: 0 | 1, packet: Packet): void {
    const end = direction === 0 ? this.server : this.client;
    if (packet.kind === Segment.reset && this.#refused(direction)) end.fail(ErrorId.connectFailed);
    else if (packet.kind === Segment.data && this.#awaitsTls(direction))
      this.#failTls('the server speaks no TLS');
    else end.arrive(packet);
  }

  #refused(direction: 0 | 1): boolean {
    return direction === 1 && Number.isNaN(this.establishedAt);
  }

  #awaitsTls(direction: 0 | 1): boolean {
    return direction === 1 && this.route.secureName !== undefined && !this.client.isOpen;
  }

  #onConnect(edge: number): void {
    const back = this.#pipes[1];
    const acceptor = this.route.acceptor();
    if (acceptor === undefined || this.client.isGone) {
      back.send(Segment.reset);
      this.server.vanish();
      return;
    }
    this.#acceptor = acceptor;
    this.#peerEdge = edge;
    back.send(Segment.accept, undefined, 0, 0, this.server.window);
    if (acceptor.certificate !== undefined) this.#isShaking = true;
    else this.#accept();
  }

  #peerEdge = 0;

  #accept(): void {
    this.#isShaking = false;
    this.server.open(this.#peerEdge);
    if (this.#acceptor!.accept(this.server)) return;
    this.#pipes[1].send(Segment.reset);
    this.server.vanish();
  }

  #onAccept(edge: number): void {
    if (this.client.isGone) return this.#pipes[0].send(Segment.reset);
    this.#serverEdge = edge;
    this.establishedAt = this.route.clock.now;
    if (this.route.secureName === undefined) this.#open();
    else this.#pipes[0].send(Segment.hello, undefined, HandshakeSize.hello);
  }

  #serverEdge = 0;

  #open(): void {
    this.#watcher.happened(this, 'open');
    this.client.open(this.#serverEdge);
  }

  /** The steps of TLS 1.3 with one round trip more than it needs, as embedded stacks have it. */
  #onHandshake(kind: Segment): void {
    const [there, back] = this.#pipes;
    if (this.client.isGone || this.client.failure !== 0) return;
    if (kind === Segment.hello) {
      const { certificate } = this.#acceptor!;
      if (certificate !== undefined) back.send(Segment.certificate, undefined, HandshakeSize.certificate);
      else this.server.arrive({ kind: Segment.data, sent: 0, due: 0, octets: HELLO, received: 0, edge: 0 });
    } else if (kind === Segment.certificate) {
      const fault = certificateFault(
        this.#acceptor!.certificate!,
        this.route.secureName!,
        this.route.client.date(),
      );
      if (fault !== undefined) this.#failTls(fault);
      else there.send(Segment.finished, undefined, HandshakeSize.finished);
    } else if (kind === Segment.finished) {
      back.send(Segment.ready, undefined, HandshakeSize.finished);
      this.#accept();
    } else if (kind === Segment.ready) this.#open();
    else if (kind === Segment.alert) this.server.vanish();
  }

  #failTls(why: string): void {
    this.#happened('tls failed', why);
    this.#pipes[0].send(this.#isShaking ? Segment.alert : Segment.reset);
    this.client.fail(ErrorId.tlsFailed);
  }

  /** A client without TLS talks to a server with it. */
  #refusePlain(): void {
    const back = this.#pipes[1];
    this.#happened('tls failed', 'the client speaks no TLS');
    back.send(Segment.data, ALERT);
    back.send(Segment.finish);
    this.server.vanish();
  }

  #happened(what: Step, why?: string, direction: 0 | 1 = 0): void {
    if (Number.isNaN(this.endedAt)) this.endedAt = this.route.clock.now;
    this.#watcher.happened(this, what, why, direction);
  }
}

/** Why a client that wants `name` and believes in the date `date` refuses `certificate`; undefined if it does not. */
export function certificateFault(certificate: Certificate, name: string, date: number): string | undefined {
  const { names, notBefore = -Infinity, notAfter = Infinity, isTrusted = true } = certificate;
  if (!isTrusted) return 'no authority that is known signed the certificate';
  if (date < notBefore) return 'the certificate is not valid yet';
  if (date > notAfter) return 'the certificate is no longer valid';
  return names?.includes(name) === false ? `the certificate is not for ${name}` : undefined;
}
