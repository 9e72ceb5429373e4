import { describeError } from '../../../src/error-text.ts';
import { RingletError } from '../../../src/errors.ts';
import type { Certificates } from '../../hosts/support/certificates.ts';
import { Gateway } from '../gateway.ts';
import { rest, timersLeft, until } from './clock.ts';
import { type Face, pattern } from './faces.ts';
import { failNetwork, open, repairNetwork, sweep } from './failing-net.ts';
import { NetworkFailure, type Way } from './network-failure.ts';
import type { Line, Script } from './scripts.ts';
import type { Site } from './site.ts';
import { openSite } from './sites.ts';
import { visit } from './visitor.ts';

/** What of the machine a play uses, in addition to its own. */
export interface Surroundings {
  readonly certificates: Certificates;
  /** URLs of proxies. */
  readonly proxies: Readonly<Record<'plain' | 'secure', string>>;
}

export interface Outcome {
  /** The calls that were made. */
  readonly names: readonly string[];
  /** What is not as it should be. */
  readonly wrong: readonly string[];
  /** Error ids of the ends that were told. */
  readonly ends: readonly number[];
  /** Octets that came back. */
  readonly got: number;
}

const SYSTEM = /^(TCP|TLS|Pipe|Connect|Write|Shutdown|GetAddrInfo)/;

const resources = (): string =>
  process
    .getActiveResourcesInfo()
    .filter((name) => SYSTEM.test(name))
    .sort()
    .join();

const EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

/** Collects what nobody catches, until the function that is returned is called. */
function collectUncaught(into: (error: unknown) => void): () => void {
  const before = EVENTS.map((event) => process.listeners(event as 'uncaughtException'));
  for (const event of EVENTS) {
    process.removeAllListeners(event);
    process.on(event, into);
  }
  return () => {
    for (const [index, event] of EVENTS.entries()) {
      process.off(event, into);
      for (const listener of before[index]) process.on(event as 'uncaughtException', listener);
    }
  };
}

/** Whether `action` comes to its end before `patience` milliseconds are over. */
async function inTime<T>(
  action: Promise<T>,
  patience: number,
): Promise<{ result: T } | { error: unknown } | undefined> {
  let outcome: { result: T } | { error: unknown } | undefined;
  action.then(
    (result) => (outcome = { result }),
    (error: unknown) => (outcome = { error }),
  );
  await until(() => outcome !== undefined, patience);
  return outcome;
}

/** Whether an error is one that was made here, or has an id of its own. */
const isKnown = (error: unknown): boolean =>
  error instanceof NetworkFailure || (error instanceof RingletError && describeError(error.id) !== undefined);

/** One play of a script by a face. */
class Play {
  readonly wrong: string[] = [];
  readonly ends: number[] = [];
  readonly gateway = new Gateway();
  got = 0;
  isDropped = false;
  line: Line | undefined;

  readonly #script: Script;
  readonly #face: Face;
  readonly #around: Surroundings;

  constructor(script: Script, face: Face, around: Surroundings) {
    this.#script = script;
    this.#face = face;
    this.#around = around;
  }

  async run(): Promise<void> {
    const { isSecure, server = 'serve', redirects = false, isUplink } = this.#face;
    const script = this.#script;
    const site = await inTime(
      openSite({
        script,
        certificate: isSecure ? this.#around.certificates.good : undefined,
        gateway: isUplink ? this.gateway : undefined,
        server,
        redirects,
      }),
      2000,
    );
    if (site === undefined) return void this.wrong.push('the server is neither there nor not');
    if ('error' in site) {
      if (!isKnown(site.error)) this.wrong.push(`the server says ${String(site.error)}`);
      return;
    }
    await this.#meet(site.result);
    repairNetwork();
    await this.#leave(site.result);
  }

  /** The client comes, and goes. */
  async #meet(site: Site): Promise<void> {
    const { actions, early } = this.#script;
    try {
      this.line = this.#open(site.port);
    } catch (error) {
      if (!(error instanceof RingletError) || error.id < 500)
        this.wrong.push(`the constructor throws ${String(error)}`);
      this.isDropped = true;
      return;
    }
    if (early !== undefined) this.#act((line) => line[early]());
    for (const action of actions) {
      await until(() => false, 1000);
      this.#act((line) => action(line, site));
    }
    // Whatever fails, it comes to its end by some deadline; an uplink goes on.
    await until(() => this.ends.length > 0 || this.isDropped || this.#face.isUplink === true, 9000);
  }

  #act(action: (line: Line) => void): void {
    const { line } = this;
    if (line === undefined) return;
    try {
      action({
        ...line,
        drop: () => {
          // An uplink that is stopped says so; what is dropped says nothing.
          if (!this.#face.isUplink) this.isDropped = true;
          line.drop();
        },
      });
    } catch (error) {
      this.wrong.push(`a method throws ${(error as Error).stack}`);
    }
  }

  #open(port: number): Line {
    const { certificates, proxies } = this.#around;
    const { isSecure, proxy } = this.#face;
    return this.#face.open({
      port,
      ca: isSecure ? certificates.ca.cert : undefined,
      authority: certificates.ca.cert,
      proxy: proxy && proxies[proxy],
      script: this.#script,
      gateway: this.gateway,
      over: (error) => this.ends.push(error),
      got: (bytes) => {
        const expected = pattern(this.got, bytes.length);
        if (Buffer.compare(bytes, expected) !== 0) this.wrong.push('octets that were not sent');
        this.got += bytes.length;
      },
    });
  }

  /** Whatever has failed, who comes now is served, and nobody who is gone takes a place of others. */
  async #visit(site: Site): Promise<void> {
    const expected = site.welcome();
    if (expected === undefined) return;
    const authority = this.#face.isSecure ? this.#around.certificates.ca.cert : undefined;
    const visited = await inTime(visit(site.port, authority), 8000);
    if (visited === undefined) return void this.wrong.push('a new client waits for ever');
    const got = 'result' in visited ? visited.result : String(visited.error);
    if (got !== expected) this.wrong.push(`a new client gets ${got}`);
    await until(() => open() <= 1, 6000);
    if (site.counted() > open() - 1) this.wrong.push(`${site.counted()} count who are gone`);
  }

  /** What is left of the client, and of the server. */
  async #leave(site: Site): Promise<void> {
    const told = this.ends.length;
    if (this.#face.isUplink) this.line?.drop();
    else if (told === 0 && !this.isDropped && !this.#script.isOpen) this.wrong.push('its end is not told');
    if (told === 0) this.line?.drop();
    await until(() => open() <= 1 && (this.ends.length > 0 || this.isDropped), 6000);
    const most = this.isDropped && this.line === undefined ? 0 : 1;
    if (this.ends.length > most) this.wrong.push(`${this.ends.length} ends are told`);
    for (const error of this.ends)
      if (error !== 0 && describeError(error) === undefined) this.wrong.push(`error ${error} is none`);
    if (this.#face.isUplink && this.line !== undefined) {
      if (this.ends.length === 0) this.wrong.push('the uplink does not stop');
      this.wrong.push(...this.gateway.wrong());
    }
    await this.#visit(site);
    const closed = await inTime(site.over(), 10_000);
    if (closed === undefined) this.wrong.push('the server does not come to its end');
    else if ('error' in closed) this.wrong.push(`closing the server throws ${String(closed.error)}`);
    // What nobody owns any more may linger.
    await until(() => open() === 0, 6000);
    this.wrong.push(...site.wrong());
  }
}

/** Plays `script` on `face`; calls fail where, and how, `fails` says so. */
export async function play(
  script: Script,
  face: Face,
  fails: (call: number, name: string) => Way | undefined,
  around: Surroundings,
): Promise<Outcome> {
  const one = new Play(script, face, around);
  const before = resources();
  const release = collectUncaught((error) =>
    one.wrong.push(`nobody catches ${(error as Error)?.stack ?? String(error)}`),
  );
  failNetwork(fails);
  try {
    await one.run();
    await rest();
  } finally {
    release();
  }
  const names = repairNetwork();
  if (open() > 0) one.wrong.push(`${open()} sockets or servers are left`);
  else {
    const timers = timersLeft();
    if (timers > 0) one.wrong.push(`${timers} timers are left`);
  }
  const after = resources();
  if (after !== before) one.wrong.push(`the process has ${after}, and had ${before}`);
  // What is left of one play is nothing to the next.
  if (one.wrong.length > 0) await sweep();
  return { names, wrong: one.wrong, ends: one.ends, got: one.got };
}
