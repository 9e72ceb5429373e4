import type { ClientPlan, FaultPlan, OutboxPlan, Scenario, ServerPlan } from './scenario.ts';

/** What a client is like about which there is nothing to say. */
export const PLAIN: Partial<ClientPlan> = {
  secure: false,
  runtime: 'device',
  link: { latency: 10, loss: 0 },
  sendWindow: 8192,
  receiveWindow: 8192,
  losesUnread: false,
  transmitBuffer: 2048,
  keepalive: 30_000,
  keepaliveTimeout: 15_000,
  idleTimeout: 0,
  sendTimeout: 30_000,
  interval: 60_000,
  pauses: 0,
  pause: 100,
  throws: 0,
  life: 6 * 3_600_000,
  retry: 1000,
};

/** The same of an outbox. */
export const PLAIN_OUTBOX: Partial<OutboxPlan> = {
  memory: 65_536,
  urgentMemory: 0,
  whenFull: 'refuse',
  keep: 'acknowledged',
  timeToLive: 0,
  isStored: false,
  isNumbered: true,
  burst: 1,
};

/** The same of a server. */
export const PLAIN_SERVER: Partial<ServerPlan> = { kind: 'good', runtime: 'node', pauses: 0 };

/** A scenario in which what is plain is left out. */
export interface Script {
  readonly seed: string;
  readonly hours: number;
  readonly clients: readonly Partial<Omit<ClientPlan, 'outbox'> & { outbox: Partial<OutboxPlan> }>[];
  readonly servers: readonly Partial<ServerPlan>[];
  readonly faults: readonly FaultPlan[];
}

function without<T extends object>(plan: T, plain: Partial<T>): Partial<T> {
  const isSaid = ([name, value]: [string, unknown]): boolean =>
    JSON.stringify(value) !== JSON.stringify(plain[name as keyof T]);
  return Object.fromEntries(Object.entries(plan).filter(isSaid)) as Partial<T>;
}

export function scriptOf({ seed, hours, clients, servers, faults }: Scenario): Script {
  return {
    seed,
    hours,
    clients: clients.map(({ outbox, ...plan }) => ({
      ...without(plan, PLAIN),
      ...(outbox !== undefined && { outbox: without(outbox, PLAIN_OUTBOX) }),
    })),
    servers: servers.map((plan) => without(plan, PLAIN_SERVER)),
    faults,
  };
}

/** What a script means; whole scenarios mean themselves. */
export function scenarioIn({ seed, hours, clients, servers, faults }: Script): Scenario {
  return {
    seed,
    hours,
    clients: clients.map(({ outbox, ...plan }) => ({
      ...(PLAIN as ClientPlan),
      ...plan,
      ...(plan.face === 'Uplink' && { outbox: { ...(PLAIN_OUTBOX as OutboxPlan), ...outbox } }),
    })),
    servers: servers.map((plan) => ({ ...(PLAIN_SERVER as ServerPlan), ...plan })),
    faults,
  };
}

const minutes = (milliseconds: number): string => `${(milliseconds / 60_000).toFixed(1)} min`;

const list = (parts: object): string =>
  Object.entries(parts)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(', ');

/** Lines that say what a script is: clients, servers, and what happens to them. */
export function linesOf({ clients, servers, faults }: Script): string[] {
  return [
    ...servers.map(({ name, ...rest }) => `${name}: ${list({ kind: 'good', ...rest })}`),
    ...clients.map(({ name, face, server, outbox, ...rest }) => {
      const box = outbox === undefined ? '' : `; outbox ${list(outbox) || 'plain'}`;
      const said = list(rest);
      return `${name}: ${face} to ${server}${said && `, ${said}`}${box}`;
    }),
    ...faults.map(({ time, kind, host, amount }) => {
      const how =
        kind === 'call' ? `number ${amount}` : kind === 'reset' || kind === 'silence' ? '' : minutes(amount);
      return `after ${minutes(time)}: ${kind} of ${host}${how && `, ${how}`}`;
    }),
  ];
}
