import { InjectedFailure, type SimulatedHost, type World } from '../../hosts/simulated/index.ts';
import type { Random } from '../../hosts/simulated/random.ts';
import type { WebSocketClientOptions } from '../../src/client/websocket-client.ts';
import { nameOfError } from '../../src/error-text.ts';
import { type Change, Outbox, SUBPROTOCOL, type Uplink, type UplinkOptions } from '../../src/uplink/index.ts';
import { DeviceUplink } from '../world/support/device-uplink.ts';
import { Disturbance } from './disturbance.ts';
import { Flash } from './flash.ts';
import { BackoffWatch } from './backoff-watch.ts';
import { numberIn, PLAIN, recordOf, Sender, type Senders, sessionText } from './gateway.ts';
import type { Judge } from './judge.ts';
import { OutboxWatch } from './outbox-watch.ts';
import type { ClientPlan, OutboxPlan, ServerPlan } from './scenario.ts';
import type { Statistics } from './statistics.ts';

/** The longest payload, where there is memory for it. */
const LONGEST = 1000;
/** What a record takes in addition to its payload. */
const HEAD = 16;
/** How long an uplink that fails waits at most. What never works must not be all that is done. */
const LONGEST_BACKOFF = 900_000;
/** An attempt: name, TCP, TLS and the opening handshake; the closing handshake of `stop`. */
const LONGEST_ATTEMPT = 35_000;
const STOP = 5_000;
const SLACK = 2_500;
/** Looks, a minute apart, in which nothing is sent. */
const STUCK = 4;

/**
 * A machine that posts records to an outbox, whose uplink comes back after every loss. Watched is what outboxes promise, see
 * {@link OutboxWatch}: the gateway gets every record that is not dropped, in order; what was acknowledged it has; what is in
 * flash outlives the program.
 */
export class UplinkMachine {
  readonly host: SimulatedHost;
  readonly plan: ClientPlan;
  jumpedAt = -Infinity;
  readonly disturbance: Disturbance;
  readonly #world: World;
  readonly #judge: Judge;
  readonly #statistics: Statistics;
  readonly #random: Random;
  readonly #senders: Senders;
  readonly #isServerGood: boolean;
  /** It neither pauses nor ends anything by itself. */
  readonly #isServerSteady: boolean;
  readonly #outboxPlan: OutboxPlan;
  readonly #longest: number;
  readonly #flash: Flash;
  readonly #backoff: BackoffWatch;
  #watch: OutboxWatch;
  #sender: Sender;
  #reply: number[] = [];
  /** Records that were sent, and connections, when `look` looked last. */
  #sentAt = '';
  #stuckFor = 0;
  #uplink: Uplink | undefined;
  #outbox: Outbox | undefined;
  #life = 0;
  #begunAt = 0;
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
    server: ServerPlan,
  ) {
    this.#world = world;
    this.host = host;
    this.plan = plan;
    this.#judge = judge;
    this.#statistics = statistics;
    this.#senders = senders;
    this.#isServerGood = server.kind === 'good';
    this.#isServerSteady = this.#isServerGood && server.pauses === 0;
    this.disturbance = new Disturbance(() => world.now);
    this.#random = host.random.fork('program');
    const session = Uint8Array.from({ length: 8 }, () => this.#random.word() & 255);
    this.#flash = new Flash(session);
    this.#outboxPlan = plan.outbox!;
    const { memory, urgentMemory } = this.#outboxPlan;
    const room = urgentMemory === 0 ? memory : Math.min(urgentMemory, memory - urgentMemory);
    this.#longest = Math.min(LONGEST, room - HEAD);
    this.#backoff = new BackoffWatch(this.#name, plan.retry, LONGEST_BACKOFF, judge);
    this.#watch = this.#newWatch();
    this.#sender = new Sender(this.#watch, this.#longest);
    this.#look();
  }

  /** The program starts, with what the flash has kept. A program that fails in its beginning is started again, as a watchdog does. */
  boot(): void {
    if (this.#isStopped) return;
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
    if (this.#outbox !== undefined) this.#watch.look();
    this.#countRecords();
    this.#ended();
    this.#uplink = undefined;
  }

  /** The program ends: closes in good order, and connects no more. */
  stop(): void {
    this.#isStopped = true;
    this.host.enter(() => this.#uplink?.stop());
  }

  /** Its clock is about to jump. */
  jumps(): void {
    this.jumpedAt = this.#world.now;
    if (this.#outbox !== undefined) this.#watch.look();
  }

  /** At the end of the run: what was accepted is at the gateway, was dropped in order, or is still here. */
  checkKept(): void {
    if (this.#outbox !== undefined) this.#watch.look();
    this.#countRecords();
    this.#backoff.checkJitter();
  }

  get #name(): string {
    return `${this.plan.name} (Uplink)`;
  }

  #newWatch(): OutboxWatch {
    return new OutboxWatch({
      who: this.#name,
      plan: this.#outboxPlan,
      transmitBuffer: this.plan.transmitBuffer,
      judge: this.#judge,
      now: () => this.host.ticks,
      taken: () => this.host.takenOctets,
    });
  }

  #begin(): void {
    const { host, plan } = this;
    const { server, secure } = plan;
    const { memory, urgentMemory, whenFull, keep, timeToLive, isStored, isNumbered } = this.#outboxPlan;
    const store = isStored ? this.#flash : undefined;
    const outbox = new Outbox({ memory, urgentMemory, whenFull, keep, timeToLive, store }, host.engine);
    // What is in memory alone is gone with the program, and nobody misses it.
    if (!isStored) this.#sender = new Sender((this.#watch = this.#newWatch()), this.#longest);
    this.#watch.begun(outbox);
    this.#backoff.reset();
    const life = this.#life;
    const options: UplinkOptions<Uplink> = {
      name: plan.name,
      outbox,
      backoffBase: plan.retry,
      backoffLongest: LONGEST_BACKOFF,
      onChange: (change) => {
        if (life === this.#life) this.#onChange(change);
      },
      onAcknowledged: (upTo, urgent, count) => this.#onAcknowledged(upTo, urgent, count),
      onData: (bytes, start, end, _binary, more) => this.#onReply(bytes.subarray(start, end), more),
      onStore: (error) => {
        if (error !== undefined) this.#judge.fault(this.#name, `the store failed: ${String(error)}`);
      },
    };
    const { keepalive, keepaliveTimeout, idleTimeout, sendTimeout, transmitBuffer } = plan;
    const client = {
      ...(host.device.network[secure ? 'wss' : 'ws'] as WebSocketClientOptions),
      host: server,
      path: isNumbered ? `/${plan.name}/uplink` : this.#plainPath,
      ...(isNumbered && { protocol: SUBPROTOCOL }),
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
      this.host.enter(() => {
        const count = 1 + this.#random.below(this.#outboxPlan.burst);
        for (let i = 0; i < count; i++) this.#post();
      });
      this.#again();
    });
  }

  /** What the outbox of this life of the program has done. */
  #countRecords(): void {
    if (this.#outbox === undefined) return;
    const { counters } = this.#outbox;
    for (const name of [
      'posted',
      'written',
      'acknowledged',
      'droppedOldest',
      'droppedNewest',
      'refused',
      'expired',
    ] as const)
      this.#statistics.countRecords(name, counters[name]);
    this.#outbox = undefined;
  }

  #post(): void {
    const { octets, binary } = recordOf(this.plan.name, this.#outbox!.nextNumber, this.#longest);
    const urgent = this.#random.chance(0.4);
    const isUrgent = urgent && this.#outboxPlan.urgentMemory !== 0;
    const post = (): number => this.#uplink!.post(octets, { binary, urgent });
    this.#watch.post(octets.length, isUrgent, post);
  }

  #onAcknowledged(upTo: number, urgent: boolean, count: number): void {
    this.#backoff.reset();
    const has = (number: number): boolean => this.#sender.got.has(number);
    this.#watch.acknowledged(upTo, urgent, count, has);
  }

  /** A gateway without a protocol says in a message what it has. */
  #onReply(octets: Uint8Array, more: boolean): void {
    this.#reply.push(...octets);
    if (more) return;
    const upTo = numberIn(Uint8Array.from(this.#reply));
    this.#reply = [];
    if (this.#outboxPlan.keep !== 'acknowledged' || !this.#isServerGood) return;
    const count = this.#uplink!.acknowledge(upTo);
    if (count > 0) this.#onAcknowledged(upTo, false, count);
  }

  /** Where it sends to without a protocol: the path of one outbox, which is its key among the senders. */
  get #plainPath(): string {
    return `/${this.plan.name}${PLAIN}${this.#outboxPlan.isStored ? 0 : this.#life}`;
  }

  /** A connection is open: from now on the gateway hears from this sender. */
  #opened(): void {
    this.#reply = [];
    const key = this.#outboxPlan.isNumbered ? sessionText(this.#outbox!.session) : this.#plainPath;
    this.#senders.set(key, this.#sender);
    this.#watch.opened();
  }

  #onChange({ state, from, loss, delay }: Change): void {
    this.#changedAt = this.#world.now;
    if (state === 'connecting') {
      this.#statistics.attempts += 1;
      this.#begunAt = this.#world.now;
    }
    if (state === 'open') {
      this.#statistics.connections += 1;
      this.#openedAt = this.#world.now;
      this.#opened();
    }
    if (from === 'open') {
      this.#backoff.lasted(this.#world.now - this.#openedAt);
      this.#watch.look();
      this.#ended();
    }
    if (loss !== undefined && (state === 'waiting' || state === 'stopped')) this.#checkCause(loss.error);
    if (state === 'waiting') this.#backoff.waits(delay, loss, this.host.isWithoutRandom);
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

  /** Between an uplink and a server that do nothing but talk, on a link that loses nothing, nothing ends by itself. */
  #checkCause(error: number): void {
    const isQuiet = this.disturbance.isNoneSince(this.#begunAt) && !this.#isStopped;
    if (!isQuiet || !this.#isServerSteady || this.plan.link.loss !== 0) return;
    const name = error === 0 ? 'a Close' : (nameOfError(error) ?? `error ${error}`);
    this.#judge.fault(this.#name, `${name} ended a connection to which nothing had happened`);
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
      this.#checkProgress(uplink);
      this.#watch.look();
      const { sockets, timers } = this.host;
      this.#judge.check(sockets.size <= 1, this.#name, `${sockets.size} sockets for one uplink`);
      this.#judge.check(timers.size <= 2, this.#name, `${timers.size} timers for one uplink`);
    }
    for (const misuse of this.host.misuses.splice(0)) this.#judge.fault(this.#name, misuse);
    this.#world.after(60_000, () => this.#look());
  }

  /** What waits is sent while a connection is open: where none of it is taken, that has a deadline. */
  #checkProgress(uplink: Uplink): void {
    const { unsent, counters } = this.#outbox!;
    const sent = `${counters.octetsSent} ${this.#statistics.connections}`;
    const isStuck = uplink.state === 'open' && unsent > 0 && sent === this.#sentAt;
    this.#sentAt = sent;
    this.#stuckFor = isStuck ? this.#stuckFor + 1 : 0;
    const what = `${unsent} records wait on an open connection, and are not sent`;
    this.#judge.check(this.#stuckFor < STUCK, this.#name, what);
  }

  /** As long as this life of the program lasts. */
  #later(delay: number, action: () => void): void {
    const life = this.#life;
    this.#world.after(delay, () => {
      if (life === this.#life && this.host.isUp) action();
    });
  }
}
