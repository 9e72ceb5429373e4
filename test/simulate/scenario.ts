import { Random } from '../../hosts/simulated/random.ts';
import type { Keep, WhenFull } from '../../src/uplink/index.ts';
import type { LinkOptions } from '../../hosts/simulated/network/link.ts';
import { HOSTILE, type HostileKind } from './hostile-servers.ts';

export const FACES = ['Connection', 'Endpoint', 'WebSocketClient', 'WebSocket', 'Uplink'] as const;
export type Face = (typeof FACES)[number];

/** The outbox of an uplink, and how it is used. */
export interface OutboxPlan {
  readonly memory: number;
  readonly urgentMemory: number;
  readonly whenFull: WhenFull;
  readonly keep: Keep;
  readonly timeToLive: number;
  /** In flash, which outlives the program. */
  readonly isStored: boolean;
  /** The gateway's protocol is spoken; else records are messages, and what is to be acknowledged is so by a message. */
  readonly isNumbered: boolean;
  /** Most records that are posted at once. */
  readonly burst: number;
}

/** What one machine with one client does all the time. */
export interface ClientPlan {
  readonly name: string;
  readonly face: Face;
  /** Of an uplink. */
  readonly outbox?: OutboxPlan;
  readonly server: string;
  readonly secure: boolean;
  readonly runtime: 'device' | 'node';
  readonly link: LinkOptions;
  readonly sendWindow: number;
  readonly receiveWindow: number;
  readonly losesUnread: boolean;
  readonly transmitBuffer: number;
  readonly keepalive: number;
  readonly keepaliveTimeout: number;
  readonly idleTimeout: number;
  readonly sendTimeout: number;
  /** Mean milliseconds between messages, probability that it pauses when it receives, for at most so long. */
  readonly interval: number;
  readonly pauses: number;
  readonly pause: number;
  /** Probability that an event throws. */
  readonly throws: number;
  /** Mean milliseconds until it closes by itself, and from an end until the next attempt. */
  readonly life: number;
  readonly retry: number;
}

export interface ServerPlan {
  readonly name: string;
  readonly kind: 'good' | HostileKind;
  readonly runtime: 'device' | 'node';
  readonly pauses: number;
}

/** A fault at a time; `amount` is its duration, or what else it takes. */
export interface FaultPlan {
  readonly time: number;
  readonly kind: FaultKind;
  readonly host: string;
  readonly amount: number;
}

export const FAULT_KINDS = [
  'wifi',
  'reset',
  'silence',
  'partition',
  'hold',
  'names',
  'portal',
  'power',
  'restart',
  'clock',
  'memory',
  'random',
  'call',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Everything that a run depends on; can be written down and cut shorter. */
export interface Scenario {
  readonly seed: string;
  readonly hours: number;
  readonly clients: readonly ClientPlan[];
  readonly servers: readonly ServerPlan[];
  readonly faults: readonly FaultPlan[];
}

/** How rough it gets: faults of a client an hour, milliseconds between messages, share of hostile servers; what clients are. */
export interface Profile {
  readonly faults: number;
  readonly interval: number;
  readonly hostile: number;
  readonly faces?: readonly Face[];
}

export const PROFILES: Readonly<Record<string, Profile>> = {
  calm: { faults: 0.05, interval: 900_000, hostile: 0.05 },
  mixed: { faults: 0.15, interval: 600_000, hostile: 0.1 },
  rough: { faults: 4, interval: 20_000, hostile: 0.3 },
  hostile: { faults: 0.5, interval: 20_000, hostile: 1 },
  uplinks: { faults: 3, interval: 400_000, hostile: 0, faces: ['Uplink'] },
};

const HOUR = 3_600_000;
/** In each world, where there are any. */
const HOSTILE_SERVERS = 4;
/** Of the face that devices have there are twice as many. */
const USUAL_FACES: readonly Face[] = [
  'Connection',
  'Endpoint',
  'WebSocketClient',
  'WebSocketClient',
  'WebSocket',
  'Uplink',
];

/** What `seed` means. */
export function scenarioOf(seed: string, hours: number, clients: number, profile: Profile): Scenario {
  const random = new Random(`scenario ${seed}`);
  const servers = serversOf(random, seed, profile);
  const good = servers.filter(({ kind }) => kind === 'good');
  const bad = servers.filter(({ kind }) => kind !== 'good');
  // Each hostile server has a client of its own, and shares the others that are to have one.
  const others = Math.max(0, (profile.hostile * clients - bad.length) / Math.max(1, clients - bad.length));
  const plans = Array.from({ length: clients }, (_, index) => {
    const own = clients > bad.length ? bad[index] : undefined;
    const among = own === undefined ? (random.chance(others) ? bad : good) : [own];
    const plan = clientOf(random, `device${index}`, profile, among);
    return own === undefined ? plan : { ...plan, ...suitedTo(own.kind, plan) };
  });
  const faults: FaultPlan[] = [];
  const count = Math.ceil(profile.faults * hours * clients);
  for (let i = 0; i < count; i++) faults.push(faultOf(random, hours, plans, servers));
  faults.sort((a, b) => a.time - b.time);
  return { seed, hours, clients: plans, servers, faults };
}

/** A few kinds of servers show what a client does wrong only to some clients: those are what theirs are. */
function suitedTo(kind: ServerPlan['kind'], plan: ClientPlan): Partial<ClientPlan> {
  const hasSpans = /^(Connection|Endpoint)$/.test(plan.face);
  const face = hasSpans ? plan.face : 'Endpoint';
  const slow = { pauses: 0.3, pause: 120_000 };
  // It pauses where octets of its own wait for one who takes none.
  if (kind === 'flood') {
    const small = { sendWindow: 1180, transmitBuffer: 256, interval: 4000, sendTimeout: 10_000 };
    return { face, ...slow, ...small, keepalive: 300_000 };
  }
  if (kind === 'flood and reset') return { face, ...slow };
  // It waits for a Pong while a frame goes on and on.
  if (kind === 'endless frame')
    return { face, pauses: 0, keepalive: 120_000, keepaliveTimeout: 15_000, idleTimeout: 0, life: 48 * HOUR };
  return {};
}

function serversOf(random: Random, seed: string, { hostile }: Profile): ServerPlan[] {
  const runtime = (): 'device' | 'node' => (random.chance(0.7) ? 'node' : 'device');
  const servers: ServerPlan[] = [1, 2].map((index) => ({
    name: `server${index}`,
    kind: 'good',
    runtime: runtime(),
    pauses: index === 1 ? 0 : 0.05,
  }));
  // Seeds that follow one another have all kinds in turn.
  const first = /^\d+$/.test(seed) ? Number(seed) * HOSTILE_SERVERS : random.below(HOSTILE.length);
  if (hostile > 0)
    for (let i = 0; i < HOSTILE_SERVERS; i++) {
      const kind = HOSTILE[(first + i) % HOSTILE.length];
      servers.push({ name: `hostile${i}`, kind, runtime: 'device', pauses: 0 });
    }
  return servers;
}

function clientOf(
  random: Random,
  name: string,
  profile: Profile,
  servers: readonly ServerPlan[],
): ClientPlan {
  const face = random.pick(profile.faces ?? USUAL_FACES);
  const isCalm = profile.interval > 100_000;
  return {
    name,
    face,
    ...(face === 'Uplink' && { outbox: outboxOf(random) }),
    server: random.pick(servers).name,
    secure: random.chance(0.3),
    runtime: face === 'Endpoint' && random.chance(0.5) ? 'node' : 'device',
    link: {
      latency: random.pick([0, 1, 20, 100, 400]),
      jitter: random.pick([0, 5, 200]),
      loss: random.pick([0, 0, 0.01, 0.1]),
      // No Infinity: JSON has none.
      bandwidth: random.pick([1e9, 1e9, 100_000, 8000]),
      segment: random.pick<number | readonly [number, number]>([
        1436,
        1436,
        536,
        [1, 1436],
        ...(isCalm ? [] : [1]),
      ]),
    },
    sendWindow: random.pick([8192, 5744, 2771, 1180]),
    receiveWindow: random.pick([8192, 5744, 1436]),
    losesUnread: random.chance(0.2),
    transmitBuffer: random.pick([256, 512, 2048, 8192]),
    keepalive: random.pick(isCalm ? [30_000, 120_000, 300_000, 0] : [1000, 30_000, 60_000, 0]),
    keepaliveTimeout: random.pick([5000, 15_000]),
    idleTimeout: random.pick([0, 0, 0, 900_000]),
    sendTimeout: random.pick([30_000, 10_000]),
    // An outbox is full, or a record on its way when a connection is lost, only where there are many.
    interval: profile.interval * random.pick([0.2, 1, 1, 2]) * (face === 'Uplink' ? 0.5 : 1),
    pauses: random.pick([0, 0, 0.02, 0.3]),
    pause: random.pick([100, 10_000, 120_000]),
    throws: random.pick([0, 0, 0.01]),
    life: random.pick([HOUR / 2, 6 * HOUR, 48 * HOUR]),
    retry: random.pick([1000, 20_000, 60_000]),
  };
}

/** Small ones are full after a few minutes without a connection. */
function outboxOf(random: Random): OutboxPlan {
  const memory = random.pick([1024, 2048, 8192, 65_536]);
  const isNumbered = random.chance(0.7);
  const keep = random.pick<Keep>(['acknowledged', 'acknowledged', 'written']);
  const whenFull = random.pick<WhenFull>(['dropOldest', 'dropNewest', 'refuse']);
  return {
    memory,
    // Elsewhere nobody could tell from outside which of the urgent ones and of the others are gone.
    urgentMemory: isNumbered && keep === 'acknowledged' ? random.pick([0, memory / 4, memory / 2]) : 0,
    whenFull,
    keep,
    // The same of those that are too old.
    timeToLive:
      whenFull !== 'dropOldest' && keep === 'acknowledged' && random.chance(0.3)
        ? random.pick([60_000, 600_000])
        : 0,
    isStored: random.chance(0.5),
    isNumbered,
    burst: random.pick([1, 4, 30]),
  };
}

function faultOf(
  random: Random,
  hours: number,
  clients: readonly ClientPlan[],
  servers: readonly ServerPlan[],
): FaultPlan {
  const kind = random.pick(FAULT_KINDS);
  const good = servers.filter((each) => each.kind === 'good');
  const host = kind === 'restart' ? random.pick(good).name : random.pick(clients).name;
  const most = random.pick([100, 10_000, 120_000, 600_000]);
  // Of a call, which of the next ones fails; of the clock, how far it jumps.
  const amount =
    kind === 'call'
      ? random.below(30)
      : kind === 'clock'
        ? random.between(-86_400_000, 86_400_000)
        : random.between(0, most);
  return { time: Math.floor(random.between(0, hours * HOUR)), kind, host, amount: Math.floor(amount) };
}
