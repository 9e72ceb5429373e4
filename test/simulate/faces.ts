import type { SimulatedHost, World } from '../../hosts/simulated/index.ts';
import { Endpoint } from '../../src/client/endpoint.ts';
import { requestOf } from '../../src/handshake/request-options.ts';
import type { WebSocketClientOptions } from '../../src/client/websocket-client.ts';
import { SansIoConnection as Connection } from '../../src/connection/sans-io.ts';
import { State } from '../../src/connection/record.ts';
import { clientOpening } from '../../src/handshake/client.ts';
import { OwnedConnection } from './owned-connection.ts';
import { ErrorId, type RingletError } from '../../src/errors.ts';
import type { ClientPlan, Face } from './scenario.ts';
import { Deliberate, type Line, type Side } from './side.ts';
import { openWebSocket } from './websocket-face.ts';

/** A connection of a client, over whichever face. */
export interface Client extends Line {
  /** Begins the closing handshake. */
  close(): void;
  /** Ends at once, without an event; false where `drop` is another name of `close`. */
  readonly isDroppable: boolean;
  drop(): void;
  /** The machine has lost its power: nothing is done any more, and nothing told. */
  abandon(): void;
  /** A State of the engine's, as far as the face tells it. */
  readonly state: number;
}

/** What is told when it is over: the error id, 0 after a clean close. */
export type OnOver = (error: number) => void;

export function openClient(
  world: World,
  host: SimulatedHost,
  plan: ClientPlan,
  path: string,
  side: Side,
  onOver: OnOver,
): Client {
  const make = {
    Connection: openConnection,
    Endpoint: openEndpoint,
    WebSocketClient: openWebSocketClient,
    WebSocket: openWebSocket,
  }[plan.face as Exclude<Face, 'Uplink'>];
  return make(world, host, plan, path, side, onOver, limitsOf(plan));
}

const limitsOf = ({ keepalive, keepaliveTimeout, idleTimeout, sendTimeout }: ClientPlan): object => ({
  keepalive,
  keepaliveTimeout,
  idleTimeout,
  sendTimeout,
});

const eventsOf = (side: Side, onOver: OnOver) => ({
  onOpen: () => side.opened(),
  onData: (_target: unknown, bytes: Uint8Array, start: number, end: number, span: number) =>
    side.data(bytes, start, end, (span & 1) !== 0, (span & 2) !== 0),
  onControl: () => side.control(),
  onWritable: (_target: unknown, count: number) => side.writable(count),
  onClose(_target: unknown, code: number, error: number) {
    side.over(error, code);
    onOver(error);
  },
});

/** What moves the octets of an engine's connection, and has all go out that is sent by it. */
interface Mover {
  send(bytes: Uint8Array, start: number, end: number, span: number): boolean;
  resume(): void;
  close(): void;
  drop(): void;
  abandon(): void;
}

/** A client whose face is the engine's own, `connection`, as `mover` moves it. */
function onEngine(
  connection: { readonly writable: number; readonly state: number; pause(): void },
  mover: Mover,
): Client {
  return {
    isDroppable: true,
    send: (bytes, start, end, binary, more) =>
      mover.send(bytes, start, end, (binary ? 1 : 0) | (more ? 2 : 0)),
    sendBeyond: (bytes) => mover.send(bytes, 0, bytes.length + 1, 1),
    get writable() {
      return connection.writable;
    },
    get isOpen() {
      return connection.state === State.open;
    },
    get state() {
      return connection.state;
    },
    pause: () => connection.pause(),
    resume: () => mover.resume(),
    close: () => mover.close(),
    drop: () => mover.drop(),
    abandon: () => mover.abandon(),
  };
}

function openEndpoint(
  world: World,
  host: SimulatedHost,
  plan: ClientPlan,
  path: string,
  side: Side,
  onOver: OnOver,
): Client {
  const { server, secure, transmitBuffer } = plan;
  const request = requestOf({ host: server, path, port: secure ? 443 : 80 });
  const endpoint = new Endpoint(
    host.engine,
    {
      ...limitsOf(plan),
      role: 'client',
      opening: clientOpening(request),
      events: eventsOf(side, onOver),
      target: side,
      receiveBuffer: 2048,
      transmitBuffer,
    },
    host.transport(world.hosts.get(server)!.address, secure ? 443 : 80, secure ? server : undefined),
  );
  return onEngine(endpoint, {
    send: (bytes, start, end, span) => endpoint.send(bytes, start, end, span) === 0,
    resume: () => endpoint.resume(),
    close: () => endpoint.close(1000),
    drop: () => endpoint.drop(),
    abandon() {},
  });
}

function openConnection(
  world: World,
  host: SimulatedHost,
  plan: ClientPlan,
  path: string,
  side: Side,
  onOver: OnOver,
): Client {
  const { server, secure, transmitBuffer } = plan;
  const request = requestOf({ host: server, path, port: secure ? 443 : 80 });
  const owned = new OwnedConnection(
    world,
    host,
    (random) =>
      new Connection({
        ...limitsOf(plan),
        role: 'client',
        random,
        opening: clientOpening(request),
        events: eventsOf(side, onOver),
        target: side,
        receiveBuffer: 2048,
        transmitBuffer,
      }),
    host.transport(world.hosts.get(server)!.address, secure ? 443 : 80, secure ? server : undefined),
    (count) => side.writable(count),
    (error) => {
      if (!(error instanceof Deliberate)) throw error;
    },
  );
  return onEngine(owned.connection, owned);
}

function openWebSocketClient(
  world: World,
  host: SimulatedHost,
  plan: ClientPlan,
  path: string,
  side: Side,
  onOver: OnOver,
): Client {
  const { server, secure, transmitBuffer } = plan;
  const defaults = host.device.network[secure ? 'wss' : 'ws'] as WebSocketClientOptions;
  let isOpen = false;
  let writable = 0;
  let isPaused = false;
  /**
   * What was told and is not read; empty spans hold nothing back, so that others can be behind them. Behind a Close of its own,
   * what it did not read in time is lost: `read` gives less, or octets of a span that came later.
   */
  const waiting: { readonly count: number; readonly binary: boolean; readonly more: boolean }[] = [];
  const read = (): void => {
    while (!isPaused && waiting.length > 0) {
      const { count, binary, more } = waiting.shift()!;
      const bytes = new Uint8Array(count);
      if (count > 0 && client.read(bytes) !== count) {
        waiting.length = 0;
        side.loses();
        return;
      }
      side.data(bytes, 0, count, binary, more);
    }
  };
  const client = new host.WebSocketClient({
    ...defaults,
    ...limitsOf(plan),
    host: server,
    path,
    transmitBuffer,
    onWritable(count) {
      writable = count;
      if (isOpen) return side.writable(count);
      isOpen = true;
      side.opened();
    },
    onReadable(count, { binary, more }) {
      if (waiting.some((unread) => unread.count > 0)) {
        waiting.length = 0;
        side.loses();
      }
      waiting.push({ count, binary, more });
      read();
    },
    onControl: () => side.control(),
    onClose() {
      isOpen = false;
      side.over(0, client.closeCode);
      onOver(0);
    },
    onError(error) {
      isOpen = false;
      side.over(error.id, error.closeCode);
      onOver(error.id);
    },
  });
  let isClosing = false;
  return {
    isDroppable: true,
    send(bytes, start, end, binary, more) {
      try {
        writable = client.write(bytes.subarray(start, end), { binary, more });
        return true;
      } catch (error) {
        // Its end is on its way, of which it does not tell otherwise.
        const { id } = error as RingletError;
        if (id === ErrorId.notOpen || id === ErrorId.closed || id === ErrorId.randomFailed) isClosing = true;
        return false;
      }
    },
    get writable() {
      return writable;
    },
    get isOpen() {
      return isOpen && !isClosing && client.errorId === 0;
    },
    get state() {
      return isOpen ? (isClosing ? State.closing : State.open) : State.handshake;
    },
    pause: () => (isPaused = true),
    resume() {
      isPaused = false;
      world.after(0, () => {
        if (isOpen) host.enter(read);
      });
    },
    close() {
      isClosing = true;
      try {
        client.write(Uint8Array.of(3, 232), { opcode: 8 });
      } catch {
        // It is over already, and is told of in a moment.
      }
    },
    drop() {
      isOpen = false;
      client.close();
    },
    abandon() {
      isOpen = false;
    },
  };
}
