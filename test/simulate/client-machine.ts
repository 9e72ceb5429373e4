import { InjectedFailure, type SimulatedHost, type World } from '../../hosts/simulated/index.ts';
import type { Random } from '../../hosts/simulated/random.ts';
import { ErrorId, RingletError } from '../../src/errors.ts';
import { nameOfError } from '../../src/error-text.ts';
import { State } from '../../src/connection/record.ts';
import { Disturbance } from './disturbance.ts';
import { type Client, openClient } from './faces.ts';
import type { Judge } from './judge.ts';
import type { ClientPlan, ServerPlan } from './scenario.ts';
import { Side } from './side.ts';
import type { Statistics } from './statistics.ts';

/** Milliseconds that a deadline may be late: engines look at their clock when something happens. */
const SLACK = 2500;
/** The limits that no plan changes. */
const OPENING = 15_000 + 15_000;
/** A Close of ours may wait behind data of the peer's, for a bound of the engine's. */
const CLOSING = 90_000;
/** Longer than every wait that a jump of the clock can hasten: those that begin anew are looked at more often than they are long. */
const LONGEST_WAIT = 60_000;
/** A connection that lasted so long was worth its while. */
const SUCCESS = 600_000;
const LONGEST_RETRY = 3_600_000;

/** A machine whose program connects again and again, and is watched. */
export class ClientMachine {
  readonly host: SimulatedHost;
  readonly plan: ClientPlan;
  /** When it was last moved in time, which hastens or delays what waits. */
  jumpedAt = -Infinity;
  readonly disturbance: Disturbance;
  readonly #world: World;
  readonly #judge: Judge;
  readonly #statistics: Statistics;
  readonly #random: Random;
  readonly #sides: Map<string, Side>;
  readonly #isServerGood: boolean;
  /** It neither pauses nor ends anything by itself. */
  readonly #isServerSteady: boolean;
  #serial = 0;
  #client: Client | undefined;
  #side: Side | undefined;
  #begunAt = 0;
  #openedAt = NaN;
  #closedAt = NaN;
  #pausedAt = -Infinity;
  /** Counts the lives of the program. */
  #life = 0;
  #failures = 0;
  #isStopped = false;

  constructor(
    world: World,
    host: SimulatedHost,
    plan: ClientPlan,
    judge: Judge,
    statistics: Statistics,
    sides: Map<string, Side>,
    server: ServerPlan,
  ) {
    this.#world = world;
    this.host = host;
    this.plan = plan;
    this.#judge = judge;
    this.#statistics = statistics;
    this.#sides = sides;
    this.#isServerGood = server.kind === 'good';
    this.#isServerSteady = this.#isServerGood && server.pauses === 0;
    this.#random = host.random.fork('program');
    this.disturbance = new Disturbance(() => world.now);
    this.#look();
  }

  /** The program starts. */
  boot(): void {
    this.#later(this.#random.unit() * this.plan.retry, () => this.#connect());
    this.#again();
  }

  /** The program is gone, without a word. */
  lost(): void {
    this.#life += 1;
    this.#client?.abandon();
    this.#forget();
  }

  /** Its clock is about to jump. */
  jumps(): void {
    this.jumpedAt = this.#world.now;
  }

  /** The program ends: closes or drops what there is, and connects no more. */
  stop(): void {
    this.#isStopped = true;
    if (this.#client === undefined) return;
    if (this.#random.chance(0.5)) this.#drop();
    else this.#close();
  }

  /** Whether it has a connection that is not over. */
  get isBusy(): boolean {
    return this.#client !== undefined;
  }

  #connect(): void {
    if (this.#isStopped || this.#client !== undefined) return;
    const { plan } = this;
    const connection = `${plan.name}/${++this.#serial}`;
    const key = `${connection}/client`;
    const side = new Side({
      name: `${plan.name} (${plan.face})`,
      key,
      peerKey: this.#isServerGood ? `${connection}/server` : undefined,
      world: this.#world,
      judge: this.#judge,
      random: this.#random.fork(connection),
      pauses: plan.pauses,
      longest: plan.pause,
      throws: plan.throws,
      peer: () => this.#sides.get(`${connection}/server`),
    });
    this.#side = side;
    this.#sides.set(key, side);
    this.#begunAt = this.#world.now;
    this.#openedAt = this.#closedAt = NaN;
    this.#statistics.attempts += 1;
    let isOver = false;
    try {
      const client = openClient(this.#world, this.host, plan, `/${connection}`, side, (error) => {
        if (isOver) this.#judge.fault(side.name, 'the end was told twice');
        isOver = true;
        this.#onOver(error);
      });
      side.line = client;
      if (!isOver) this.#client = client;
    } catch (error) {
      this.#onThrown(error);
    }
    this.#later(this.#random.between(0, 2 * plan.life), () => {
      if (this.#side !== side || this.#client === undefined) return;
      if (this.#random.chance(0.3)) this.#drop();
      else this.#close();
    });
  }

  /** The constructor has thrown: that must have a reason, and nothing may be left. */
  #onThrown(error: unknown): void {
    const { name } = this.#side!;
    const isMeant = error instanceof InjectedFailure || error instanceof RingletError;
    if (!isMeant) this.#judge.fault(name, `a constructor threw ${String((error as Error)?.stack ?? error)}`);
    this.#statistics.count('thrown by a constructor');
    this.#forget();
    this.#checkReleased('after a constructor that threw');
    this.#retry();
  }

  #onOver(error: number): void {
    const side = this.#side!;
    this.#statistics.count(error === 0 ? 'closed' : (nameOfError(error) ?? `error ${error}`));
    const isSteady = this.#world.now - this.jumpedAt > LONGEST_WAIT;
    if (error === ErrorId.sendTimeout && isSteady) {
      const wait = this.#world.now - this.host.offeredAt;
      this.#judge.check(
        wait >= this.plan.sendTimeout - SLACK,
        side.name,
        `was let go by sendTimeout ${Math.round(wait)} ms after it offered octets`,
      );
    }
    if (error === ErrorId.pongTimeout) {
      const silence = this.#world.now - this.host.heardAt;
      const wasRead = this.#world.now - this.#pausedAt > this.plan.keepaliveTimeout + SLACK && !side.isPaused;
      this.#judge.check(
        silence >= this.plan.keepaliveTimeout - SLACK || !wasRead || !isSteady,
        side.name,
        `was cut off for a missing Pong ${Math.round(silence)} ms after the last octet came`,
      );
    }
    this.#checkFailure(side, error);
    this.#checkCause(side, error);
    this.#forget();
    this.#world.after(0, () => {
      if (this.#client === undefined) this.#checkReleased('after the end');
    });
    this.#retry();
  }

  /** A transport that fails is told of at once, paused or not, and as what it is. */
  #checkFailure(side: Side, error?: number): void {
    const { failedAt } = this.host;
    if (failedAt < this.#begunAt) return;
    const late = this.#world.now - failedAt;
    this.#judge.check(
      late <= SLACK,
      side.name,
      `has not heard for ${Math.round(late)} ms that its transport failed`,
    );
    const isInOrder = error === ErrorId.transportEnded || error === ErrorId.handshakeEnded;
    this.#judge.check(!isInOrder, side.name, 'was told of an end in order where the transport failed');
  }

  /** Between a client and a server that do nothing but talk, on a link that loses nothing, nothing ends by itself. */
  #checkCause(side: Side, error: number): void {
    const { plan } = this;
    const isQuiet = this.disturbance.isNoneSince(this.#begunAt) && Number.isNaN(this.#closedAt);
    if (!isQuiet || !this.#isServerSteady || plan.pauses !== 0 || plan.link.loss !== 0) return;
    const name = error === 0 ? 'a Close' : (nameOfError(error) ?? `error ${error}`);
    this.#judge.fault(side.name, `${name} ended a connection to which nothing had happened`);
  }

  /** After twice as long for each connection in a row that was short, up to an hour: what never works must not be all that is done. */
  #retry(): void {
    const delay = Math.min(LONGEST_RETRY, this.plan.retry * 2 ** this.#failures);
    this.#failures += 1;
    this.#later(delay * (0.5 + this.#random.unit()), () => this.#connect());
  }

  #close(): void {
    const client = this.#client!;
    if (!client.isOpen) return this.#drop();
    // What was sent in the same moment goes out before the Close.
    if (this.#random.chance(0.5)) this.host.enter(() => this.#side!.send());
    if (!client.isOpen) return;
    this.#closedAt = this.#world.now;
    this.#side!.closes(this.plan.face === 'WebSocket');
    this.#side!.call(() => client.close());
  }

  #drop(): void {
    const client = this.#client!;
    if (!client.isDroppable) {
      this.#closedAt = this.#world.now;
      this.#side!.closes(this.plan.face === 'WebSocket');
      this.#side!.call(() => client.close());
      return;
    }
    this.#side!.dropped();
    this.#side!.call(() => client.drop());
    this.#statistics.count('dropped');
    this.#forget();
    this.#checkReleased('after it was dropped');
    this.#retry();
  }

  #forget(): void {
    if (!Number.isNaN(this.#openedAt)) {
      const lasted = this.#world.now - this.#openedAt;
      this.#statistics.hours += lasted / 3_600_000;
      if (lasted >= SUCCESS) this.#failures = 0;
    }
    this.#openedAt = NaN;
    this.#side?.dropped();
    this.#client = undefined;
  }

  #checkReleased(when: string): void {
    const { sockets, timers } = this.host;
    this.#judge.check(sockets.size === 0, this.#side!.name, `${sockets.size} sockets are left ${when}`);
    this.#judge.check(timers.size === 0, this.#side!.name, `${timers.size} timers are left ${when}`);
  }

  /** Sends again and again, whether there is a connection or not. */
  #again(): void {
    this.#later(this.#random.between(0, 2 * this.plan.interval), () => {
      if (this.#client?.isOpen === true && Number.isNaN(this.#closedAt)) {
        this.#noteOpen();
        this.host.enter(() => this.#side!.send());
      }
      this.#again();
    });
  }

  #noteOpen(): void {
    if (!Number.isNaN(this.#openedAt)) return;
    this.#openedAt = this.#begunAt;
    this.#statistics.connections += 1;
  }

  /** Looks whether what has a deadline keeps it. */
  #look(): void {
    const client = this.#client;
    const side = this.#side;
    const { now } = this.#world;
    const { plan } = this;
    if (client !== undefined && side !== undefined && this.host.isUp) {
      if (client.isOpen) this.#noteOpen();
      if (side.isPaused) this.#pausedAt = now;
      const isSteady = now - this.jumpedAt > 2 * (plan.keepalive + plan.keepaliveTimeout + OPENING);
      if (isSteady) this.#checkDeadlines(client, side, now);
      this.#checkFailure(side);
      side.checkProgress();
      if (client.isOpen) this.#sides.get(`${plan.name}/${this.#serial}/server`)?.checkProgress();
      const { sockets, timers } = this.host;
      this.#judge.check(sockets.size <= 1, side.name, `${sockets.size} sockets for one connection`);
      this.#judge.check(timers.size <= 1, side.name, `${timers.size} timers for one connection`);
    }
    for (const misuse of this.host.misuses.splice(0)) this.#judge.fault(plan.name, misuse);
    this.#world.after(60_000, () => this.#look());
  }

  #checkDeadlines(client: Client, side: Side, now: number): void {
    const { keepalive, keepaliveTimeout, idleTimeout, sendTimeout } = this.plan;
    for (const { stalledAt } of this.host.sockets) {
      const wait = now - stalledAt;
      const what = `octets have waited for ${Math.round(wait)} ms, and nothing was taken`;
      this.#judge.check(wait < sendTimeout + SLACK, side.name, what);
    }
    const { state } = client;
    const age = now - this.#begunAt;
    if (state < State.open)
      this.#judge.check(age < OPENING + SLACK, side.name, `has been opening for ${age} ms`);
    else if (!Number.isNaN(this.#closedAt)) {
      const time = now - this.#closedAt;
      this.#judge.check(time < CLOSING + SLACK, side.name, `has been closing for ${time} ms`);
    } else if (!side.isPaused) {
      // Any octet is a sign of life. The WebSocket of the web tells of no Pong, and no face of a part of a frame.
      const { heardAt } = this.host;
      const silence = now - (this.plan.face === 'WebSocket' || keepalive === 0 ? heardAt : side.heardAt);
      const ping = keepalive === 0 ? Infinity : keepalive + keepaliveTimeout;
      // Which is kept to within a sixteenth, since the data path reads no clock.
      const idle = idleTimeout === 0 ? Infinity : (idleTimeout * 17) / 16;
      const longest = Math.min(ping, idle) + SLACK;
      this.#judge.check(silence < longest, side.name, `has not noticed ${Math.round(silence)} ms of silence`);
    }
  }

  /** As long as this life of the program lasts. */
  #later(delay: number, action: () => void): void {
    const life = this.#life;
    this.#world.after(delay, () => {
      if (life === this.#life && this.host.isUp) action();
    });
  }
}
