import type { Endpoint, EndpointEvents } from '../../../../src/client/endpoint.ts';
import type { CompressionFactory } from '../../../../src/connection/compression.ts';
import { Span } from '../../../../src/connection/events.ts';
import { CloseCode } from '../../../../src/frame/close-code.ts';
import {
  ACKNOWLEDGEMENT,
  ACKNOWLEDGEMENT_LENGTH,
  HELLO,
  HELLO_LENGTH,
  NUMBERED_HEAD,
  RECORD,
  RecordFlag,
  SUBPROTOCOL,
  VERSION,
} from '../../../../src/uplink/protocol.ts';
import { type ListeningServer, serve, type ServeOptions } from '../../serve.ts';
import { visibleLine } from '../../terminal-text.ts';
import type { RecordFile } from './record-file.ts';

/** Try again later: the file takes nothing just now. */
const TRY_AGAIN_LATER = 1013;
const SERVICE_RESTART = 1012;
const LONGEST = 0x100000;
const BAD_REQUEST = 400;

export interface GatewayOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: ServeOptions<unknown>['tls'];
  readonly compression?: CompressionFactory | undefined;
  readonly file: RecordFile;
  /** Acknowledge each record by itself, so that each can be timed. Default: one a turn and sender. */
  readonly acknowledgesEach?: boolean | undefined;
  /** Something happened that a person wants to know. */
  readonly onNote?: ((text: string) => void) | undefined;
}

export interface GatewayCounters {
  connections: number;
  records: number;
  octets: number;
  /** Records that had come before. */
  doubles: number;
}

/** One sender's connection. */
class Sender {
  endpoint!: Endpoint<Sender>;
  readonly gateway: Gateway;
  session = '';
  name = '';
  /** The message that has begun. */
  parts: Buffer[] = [];
  length = 0;
  /** What is to be acknowledged; −1 for nothing. */
  normal = -1;
  urgent = -1;

  constructor(gateway: Gateway) {
    this.gateway = gateway;
  }
}

const events: EndpointEvents<Sender> = Object.freeze({
  onOpen(sender: Sender): void {
    sender.gateway.opened(sender);
  },
  onData(sender: Sender, bytes: Uint8Array, start: number, end: number, span: number): void {
    sender.parts.push(Buffer.from(bytes.subarray(start, end)));
    if ((span & Span.more) !== 0) return;
    const message = sender.parts.length === 1 ? sender.parts[0] : Buffer.concat(sender.parts);
    sender.parts = [];
    // Text is the application's own, and means nothing here.
    if ((span & Span.binary) !== 0) sender.gateway.take(sender, message);
  },
  onControl(): void {},
  onWritable(sender: Sender): void {
    if (sender.normal >= 0 || sender.urgent >= 0) sender.gateway.acknowledge(sender);
  },
  onClose(sender: Sender): void {
    sender.gateway.closed(sender);
  },
});

/**
 * The receiving end of uplinks that speak the subprotocol of docs/uplink.md: writes each record once, and acknowledges
 * it when that outlives the end of the program.
 */
export class Gateway {
  readonly counters: GatewayCounters = { connections: 0, records: 0, octets: 0, doubles: 0 };
  readonly #options: GatewayOptions;
  readonly #senders = new Set<Sender>();
  readonly #due = new Set<Sender>();
  #server!: ListeningServer;
  #immediate: NodeJS.Immediate | undefined;
  #isFailing = false;
  #isStopping = false;
  #onEmpty = (): void => {};

  private constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /** Listens. Fails with Node's error if the address cannot be had. */
  static async listen(options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(options);
    const { host, port, tls, compression } = options;
    gateway.#server = await serve<Sender>({
      host,
      port,
      tls,
      compression,
      events,
      protocols: [SUBPROTOCOL],
      maxMessageSize: LONGEST,
      onRequest: ({ protocols }) => (protocols.includes(SUBPROTOCOL) ? {} : { status: BAD_REQUEST }),
      accept: () => new Sender(gateway),
    });
    return gateway;
  }

  get host(): string {
    return this.#server.host;
  }

  get port(): number {
    return this.#server.port;
  }

  /** Closes every connection with 1012, so that senders come back spread over half a minute, and stops listening. */
  async close(patience = 1000): Promise<void> {
    this.#isStopping = true;
    this.#flush();
    for (const { endpoint } of this.#senders) endpoint.close(SERVICE_RESTART);
    if (this.#senders.size > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, patience);
        this.#onEmpty = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    await this.#server.close();
    clearImmediate(this.#immediate);
    this.#flush();
  }

  opened(sender: Sender): void {
    this.#senders.add(sender);
    this.counters.connections++;
    if (this.#isStopping) sender.endpoint.close(SERVICE_RESTART);
  }

  closed(sender: Sender): void {
    if (this.#senders.delete(sender) && sender.session !== '')
      this.#note(`${nameOf(sender)} left (${sender.endpoint.closeCode})`);
    this.#due.delete(sender);
    if (this.#senders.size === 0) this.#onEmpty();
  }

  take(sender: Sender, message: Buffer): void {
    if (
      message[0] === HELLO &&
      message.length >= HELLO_LENGTH &&
      message[1] === VERSION &&
      sender.session === ''
    )
      this.#greet(sender, message);
    else if (message[0] === RECORD && message.length >= NUMBERED_HEAD && sender.session !== '')
      this.#keep(sender, message);
    else sender.endpoint.close(CloseCode.protocolError);
  }

  #greet(sender: Sender, message: Buffer): void {
    sender.session = message.toString('hex', 4, HELLO_LENGTH);
    // One line: in a file of CSV another one would be another record.
    sender.name = visibleLine(message.toString('utf8', HELLO_LENGTH));
    // It comes anew although its last connection seems to live: that one is dead.
    for (const other of this.#senders)
      if (other !== sender && other.session === sender.session) {
        other.endpoint.drop();
        this.closed(other);
      }
    this.#note(`${nameOf(sender)} connected`);
    // What has been written need not be sent again.
    const { normal, urgent } = this.#options.file.progressOf(sender.session);
    Object.assign(sender, { normal, urgent });
    this.#soon(sender);
  }

  #keep(sender: Sender, message: Buffer): void {
    const { file, acknowledgesEach } = this.#options;
    const { session, name } = sender;
    const number = message.readUInt32LE(4);
    const urgent = (message[1] & RecordFlag.urgent) !== 0;
    const lane = urgent ? 'urgent' : 'normal';
    const last = file.progressOf(session)[lane];
    if (last >= 0 && ((number - last) | 0) <= 0) this.counters.doubles++;
    else {
      file.add({
        session,
        sender: name,
        number,
        urgent,
        received: new Date().toISOString(),
        isText: (message[1] & RecordFlag.text) !== 0,
        payload: message.subarray(NUMBERED_HEAD),
      });
      this.counters.records++;
      this.counters.octets += message.length - NUMBERED_HEAD;
    }
    sender[lane] = file.progressOf(session)[lane];
    if (acknowledgesEach && this.#write()) this.acknowledge(sender);
    else this.#soon(sender);
  }

  /** Writes and acknowledges when this turn is over: once for all that it brought. */
  #soon(sender: Sender): void {
    this.#due.add(sender);
    this.#immediate ??= setImmediate(() => {
      this.#immediate = undefined;
      this.#flush();
    });
  }

  #flush(): void {
    if (!this.#write()) return;
    for (const sender of this.#due) this.acknowledge(sender);
    this.#due.clear();
  }

  /** Returns whether all that came is written. If not, senders are sent away, for what they sent is not kept. */
  #write(): boolean {
    try {
      this.#options.file.write();
      this.#isFailing = false;
      return true;
    } catch (error) {
      if (!this.#isFailing) this.#note(`records cannot be written: ${(error as Error).message}`);
      this.#isFailing = true;
      this.#due.clear();
      for (const { endpoint } of this.#senders) endpoint.close(TRY_AGAIN_LATER);
      return false;
    }
  }

  /** Says what is written; what there is no room for is said when there is. */
  acknowledge(sender: Sender): void {
    if (this.#due.has(sender) && !this.#write()) return;
    const { endpoint, normal, urgent } = sender;
    if (normal >= 0 && send(endpoint, normal, 0)) sender.normal = -1;
    if (urgent >= 0 && send(endpoint, urgent, RecordFlag.urgent)) sender.urgent = -1;
  }

  #note(text: string): void {
    this.#options.onNote?.(text);
  }
}

function send(endpoint: Endpoint<Sender>, number: number, flags: number): boolean {
  const message = Buffer.alloc(ACKNOWLEDGEMENT_LENGTH);
  message[0] = ACKNOWLEDGEMENT;
  message[1] = flags;
  message.writeUInt32LE(number, 4);
  return endpoint.send(message, 0, message.length, Span.binary) === 0;
}

const nameOf = ({ name, session }: Sender): string => (name === '' ? `sender ${session}` : name);
