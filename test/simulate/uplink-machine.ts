import { InjectedFailure, type SimulatedHost, type World } from '../../hosts/simulated/index.ts';
import type { Random } from '../../hosts/simulated/random.ts';
import type { WebSocketClientOptions } from '../../src/client/websocket-client.ts';
import { nameOfError } from '../../src/error-text.ts';
import { type Change, Outbox, SUBPROTOCOL, type Uplink, type UplinkOptions } from '../../src/uplink/index.ts';
import { DeviceUplink } from '../world/support/device-uplink.ts';
import { Flash } from './flash.ts';
import { recordOf, type Sender, type Senders, sessionText } from './gateway.ts';
import type { Judge } from './judge.ts';
import type { ClientPlan } from './scenario.ts';
import type { Statistics } from './statistics.ts';

const MEMORY = 65_536;
/** How long an uplink that fails waits at most. What never works must not be all that is done. */
const LONGEST_BACKOFF = 900_000;
/** An attempt: name, TCP, TLS and the opening handshake; the closing handshake of `stop`. */
const LONGEST_ATTEMPT = 35_000;
const STOP = 5_000;
const SLACK = 2_500;

/**
 * A machine that posts records to an outbox in flash, whose uplink comes back after every loss. Watched is the outbox's
 * promise: whatever happens, the gateway gets every record once more or less often, in order, and what was acknowledged it has.
 */
export class UplinkMachine {
  readonly host: SimulatedHost;
  readonly plan: ClientPlan;
  jumpedAt = -Infinity;
  readonly #world: World;
  readonly #judge: Judge;
  readonly #statistics: Statistics;
  readonly #random: Random;
  readonly #senders: Senders;
  readonly #flash: Flash;
  readonly #session: string;
  readonly #isServerGood: boolean;
  /** Records that were accepted and are not acknowledged: of the others, and of the urgent ones. */
  readonly #waiting: readonly [Set<number>, Set<number>] = [new Set(), new Set()];
  #uplink: Uplink | undefined;
  #outbox: Outbox | undefined;
  #life = 0;
  #openedAt = NaN;
  #changedAt = 0;
  #isStopped = false;

  constructor(
    world: World,
    host: SimulatedHost,
    plan: ClientPlan,
    judge: Judge,
    statistics: Statistics,
    senders: Senders,
    isServerGood: boolean,
  ) {
    this.#world = world;
    this.host = host;
    this.plan = plan;
    this.#judge = judge;
    this.#statistics = statistics;
    this.#senders = senders;
    this.#isServerGood = isServerGood;
    this.#random = host.random.fork('program');
    const session = Uint8Array.from({ length: 8 }, () => this.#random.word() & 255);
    this.#flash = new Flash(session);
    this.#session = sessionText(session);
    this.#look();
  }

  /** The program starts, with what the flash has kept. A program that fails in its beginning is started again, as a watchdog does. */
  boot(): void {
    try {
      this.#begin();
    } catch (error) {
      if (!(error instanceof InjectedFailure)) throw error;
      this.#uplink?.stop();
      this.#later(10_000, () => this.host.enter(() => this.boot()));
      return;
    }
    this.#again();
  }

  /** The program is gone, without a word. */
  lost(): void {
    this.#life += 1;
    this.#ended();
    this.#uplink = undefined;
  }

  /** The program ends: closes in good order, and connects no more. */
  stop(): void {
    this.#isStopped = true;
    this.host.enter(() => this.#uplink?.stop());
  }

  /** At the end of the run: what was accepted is at the gateway, or still here. */
  checkKept(): void {
    const kept = this.#outbox?.kept ?? 0;
    const sender = this.#senders.get(this.#session);
    const missing = this.#waiting.flatMap((lane) => [...lane]).filter((number) => !sender?.got.has(number));
    this.#judge.check(
      missing.length <= kept,
      this.#name,
      `${missing.length} records are neither at the gateway nor among the ${kept} that are kept`,
    );
  }

  get #name(): string {
    return `${this.plan.name} (Uplink)`;
  }

  #begin(): void {
    const { host, plan } = this;
    const { server, secure } = plan;
    const outbox = new Outbox(
      {
        memory: MEMORY,
        urgentMemory: 8192,
        whenFull: 'refuse',
        keep: 'acknowledged',
        store: this.#flash,
      },
      host.engine,
    );
    const waiting = this.#waiting[0].size + this.#waiting[1].size;
    this.#judge.check(
      outbox.kept >= waiting,
      this.#name,
      `of ${waiting} records that waited, ${outbox.kept} are left after a restart`,
    );
    const life = this.#life;
    const options: UplinkOptions<Uplink> = {
      name: plan.name,
      outbox,
      backoffBase: plan.retry,
      backoffLongest: LONGEST_BACKOFF,
      onChange: (change) => {
        if (life === this.#life) this.#onChange(change);
      },
      onAcknowledged: (upTo, urgent) => this.#onAcknowledged(upTo, urgent),
      onStore: (error) => {
        if (error !== undefined) this.#judge.fault(this.#name, `the store failed: ${String(error)}`);
      },
    };
    const { keepalive, keepaliveTimeout, idleTimeout, sendTimeout, transmitBuffer } = plan;
    const client = {
      ...(host.device.network[secure ? 'wss' : 'ws'] as WebSocketClientOptions),
      host: server,
      path: `/${plan.name}/uplink`,
      protocol: SUBPROTOCOL,
      keepalive,
      keepaliveTimeout,
      idleTimeout,
      sendTimeout,
      transmitBuffer,
    };
    this.#outbox = outbox;
    this.#uplink = new DeviceUplink(host, options, client);
    this.#changedAt = this.#world.now;
    this.#uplink.start();
  }

  /** Posts again and again, whether there is a connection or not. */
  #again(): void {
    this.#later(this.#random.between(0, this.plan.interval), () => {
      if (this.#isStopped) return;
      this.host.enter(() => this.#post());
      this.#again();
    });
  }

  #post(): void {
    const outbox = this.#outbox!;
    const number = outbox.nextNumber;
    const { octets, binary } = recordOf(this.plan.name, number);
    const urgent = this.#random.chance(0.1);
    const lane = this.#waiting[urgent ? 1 : 0];
    // It counts from the moment in which `post` may have accepted it; an exception must mean that it has not.
    lane.add(number);
    let given = -1;
    try {
      given = this.#uplink!.post(octets, { binary, urgent });
    } finally {
      if (given < 0 && outbox.nextNumber === number) lane.delete(number);
    }
    this.#judge.check(
      given === number || given === -1,
      this.#name,
      `a record has the number ${given}, not ${number}`,
    );
    this.#statistics.countRecords(given < 0 ? 'refused' : 'posted');
  }

  #onAcknowledged(upTo: number, urgent: boolean): void {
    const lane = this.#waiting[urgent ? 1 : 0];
    const sender: Sender | undefined = this.#senders.get(this.#session);
    for (const number of lane) {
      if (number > upTo) continue;
      lane.delete(number);
      this.#statistics.countRecords('acknowledged');
      this.#judge.check(
        sender?.got.has(number) === true,
        this.#name,
        `record ${number} was let go, and the gateway does not have it`,
      );
    }
  }

  #onChange({ state, from, loss, delay }: Change): void {
    this.#changedAt = this.#world.now;
    if (state === 'connecting') this.#statistics.attempts += 1;
    if (state === 'open') {
      this.#statistics.connections += 1;
      this.#openedAt = this.#world.now;
    }
    if (from === 'open') this.#ended();
    if (loss !== undefined && state !== 'connecting' && state !== 'open')
      this.#statistics.count(
        loss.error === 0 ? 'closed' : (nameOfError(loss.error) ?? `error ${loss.error}`),
      );
    this.#judge.check(
      state !== 'waiting' || (delay >= 0 && delay <= LONGEST_BACKOFF + SLACK),
      this.#name,
      `waits for ${delay} ms`,
    );
    this.#judge.check(
      state !== 'stopped' || this.#isStopped || !this.#isServerGood,
      this.#name,
      'has stopped by itself',
    );
  }

  #ended(): void {
    if (!Number.isNaN(this.#openedAt))
      this.#statistics.hours += (this.#world.now - this.#openedAt) / 3_600_000;
    this.#openedAt = NaN;
  }

  /** Looks whether it comes back, and has no more than one connection. */
  #look(): void {
    const uplink = this.#uplink;
    const isSteady = this.#world.now - this.jumpedAt > LONGEST_BACKOFF;
    if (uplink !== undefined && this.host.isUp) {
      const age = this.#world.now - this.#changedAt;
      const { state } = uplink;
      const longest =
        state === 'connecting' ? LONGEST_ATTEMPT + STOP : state === 'waiting' ? LONGEST_BACKOFF : Infinity;
      if (isSteady && !this.#isStopped)
        this.#judge.check(age < longest + SLACK, this.#name, `has been ${state} for ${Math.round(age)} ms`);
      const { sockets, timers } = this.host;
      this.#judge.check(sockets.size <= 1, this.#name, `${sockets.size} sockets for one uplink`);
      this.#judge.check(timers.size <= 2, this.#name, `${timers.size} timers for one uplink`);
    }
    for (const misuse of this.host.misuses.splice(0)) this.#judge.fault(this.#name, misuse);
    this.#world.after(60_000, () => this.#look());
  }

  /** As long as this life of the program lasts. */
  #later(delay: number, action: () => void): void {
    const life = this.#life;
    this.#world.after(delay, () => {
      if (life === this.#life && this.host.isUp) action();
    });
  }
}
