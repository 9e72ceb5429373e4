import type { SimulatedHost, World } from '../../hosts/simulated/index.ts';
import { Endpoint, type EndpointEvents } from '../../src/client/endpoint.ts';
import { State } from '../../src/connection/record.ts';
import { serverOpening } from '../../src/handshake/server.ts';
import type { TransportFactory } from '../../src/host.ts';
import { SUBPROTOCOL } from '../../src/uplink/index.ts';
import { GatewayVisit, PLAIN, type Senders } from './gateway.ts';
import type { Judge } from './judge.ts';
import type { ServerPlan } from './scenario.ts';
import { Side } from './side.ts';
import type { Statistics } from './statistics.ts';

/** One connection of a server; its side is known when the request is. */
class Visitor {
  endpoint!: Endpoint<Visitor>;
  side: Side | undefined;
  /** In place of a side, what an uplink speaks with. */
  gateway: GatewayVisit | undefined;
  /** It answers every message with one of its own. */
  due = 0;
  ends = 0;
}

const OPENING = serverOpening({ protocols: [SUBPROTOCOL], requestHeaders: [], onRequest: undefined });

/**
 * Serves clients on Ringlet's own engine: compares what they send, answers, pauses by chance. Returns what to call when the
 * machine loses its program: nothing of the program runs after that.
 */
export function serveGood(
  world: World,
  host: SimulatedHost,
  plan: ServerPlan,
  judge: Judge,
  statistics: Statistics,
  sides: Map<string, Side>,
  senders: Senders,
): () => void {
  const own = new Set<Side>();
  const visits = new Set<GatewayVisit>();
  const gatewayOf = ({ endpoint }: Visitor, key: string | undefined): GatewayVisit => {
    const name = endpoint.path.split('/')[1];
    const visit = new GatewayVisit({
      who: `${plan.name} for ${name}`,
      name,
      senders,
      key,
      judge,
      random: host.random.fork(`gateway ${world.now} ${name}`),
      send: (octets) =>
        endpoint.state === State.open &&
        endpoint.writable >= octets.length &&
        endpoint.send(octets, 0, octets.length, 1) === 0,
      after: (delay, action) => {
        world.after(delay, () => {
          if (!visit.isOver) host.enter(action);
        });
      },
    });
    visits.add(visit);
    return visit;
  };
  const sideOf = (visitor: Visitor): Side => {
    const { endpoint } = visitor;
    const connection = endpoint.path.slice(1);
    const side = new Side({
      name: `${plan.name} for ${connection}`,
      key: `${connection}/server`,
      peerKey: `${connection}/client`,
      world,
      judge,
      random: host.random.fork(connection),
      pauses: plan.pauses,
      longest: 20_000,
      throws: 0,
      peer: () => sides.get(`${connection}/client`),
    });
    side.line = {
      send: (bytes, start, end, binary, more) =>
        endpoint.send(bytes, start, end, (binary ? 1 : 0) | (more ? 2 : 0)) === 0,
      get writable() {
        return endpoint.writable;
      },
      get isOpen() {
        return endpoint.state === State.open;
      },
      pause: () => endpoint.pause(),
      resume: () => endpoint.resume(),
    };
    sides.set(`${connection}/server`, side);
    own.add(side);
    return side;
  };
  const events: EndpointEvents<Visitor> = {
    onOpen(visitor) {
      const { protocol, path } = visitor.endpoint;
      const isPlain = path.includes(PLAIN);
      if (isPlain || protocol === SUBPROTOCOL) {
        visitor.gateway = gatewayOf(visitor, isPlain ? path : undefined);
        return;
      }
      visitor.side = sideOf(visitor);
      visitor.side.opened();
    },
    onData(visitor, bytes, start, end, span) {
      const more = (span & 2) !== 0;
      if (visitor.gateway !== undefined) {
        statistics.octets += end - start;
        if (visitor.gateway.data(bytes, start, end, (span & 1) !== 0, more)) statistics.messages += 1;
        return;
      }
      visitor.side!.data(bytes, start, end, (span & 1) !== 0, more);
      statistics.octets += end - start;
      if (more) return;
      statistics.messages += 1;
      visitor.side!.send();
    },
    onControl: (visitor) => visitor.side?.control(),
    onWritable(visitor, count) {
      visitor.gateway?.writable();
      visitor.side?.writable(count);
    },
    onClose(visitor, code, error) {
      visitor.ends += 1;
      judge.check(visitor.ends === 1, plan.name, 'the end of a connection was told twice');
      if (visitor.gateway !== undefined) {
        visitor.gateway.isOver = true;
        visits.delete(visitor.gateway);
      }
      if (visitor.side === undefined) return;
      visitor.side.over(error, code);
      own.delete(visitor.side);
    },
  };
  const accept = (connect: TransportFactory): void => {
    const target = new Visitor();
    target.endpoint = new Endpoint<Visitor>(
      host.engine,
      { role: 'server', opening: OPENING, events, target, receiveBuffer: 2048, transmitBuffer: 4096 },
      connect,
    );
  };
  host.serveTransports(80, accept);
  host.serveTransports(443, accept, {});
  return () => {
    own.forEach((side) => side.dropped());
    visits.forEach((visit) => (visit.isOver = true));
  };
}
