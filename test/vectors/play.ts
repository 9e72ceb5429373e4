import { clientOpening } from '../../src/handshake/client.ts';
import { serverOpening } from '../../src/handshake/server.ts';
import { RingletError } from '../../src/errors.ts';
import { errorIds, nameOfError } from '../../src/error-text.ts';
import { DEFAULT_LIMITS } from '../../src/connection/limits.ts';
import { permessageDeflate } from '../../src/deflate/permessage-deflate.ts';
import { requestOf } from '../../src/handshake/request-options.ts';
import { Driver, type DriverOptions } from '../support/driver.ts';
import { POLICY } from '../support/handshake.ts';
import { hex } from '../support/octets.ts';
import { wordsFrom } from '../support/random.ts';
import { octetsOf, type Vector } from './read-vectors.ts';

/** What a vector's connection did, step by step: octets sent, lines told, answers to calls. */
export class Played {
  readonly driver: Driver;
  #random: () => number;
  #seen = 0;

  constructor({ settings }: Vector) {
    const key = Buffer.from(settings.get('key') ?? '', 'base64');
    this.#random = wordsFrom(new Uint8Array([...key, ...hex(settings.get('masks') ?? '')]));
    this.driver = new Driver(optionsOf(settings, () => this.#random()) as DriverOptions);
    if (settings.get('transport') === 'not open') return;
    this.driver.open();
    // Without a handshake to look at, it is no news that the connection is open.
    if (settings.get('handshake') === undefined) this.#seen = this.driver.trace.lines.length;
    if (settings.get('handshake') === 'asked') this.driver.takeOutput();
  }

  /** Lines of the trace since this was asked last. */
  news(): string[] {
    const lines = this.driver.trace.lines;
    const news = lines.slice(this.#seen);
    this.#seen = lines.length;
    return news;
  }

  /** Does what a line of a `do` block says; throws if the answer is not the one behind the arrow. */
  do(line: string): void {
    const [call, expected = 'none'] = line.split(/ -> /);
    let id = 0;
    this.driver.call(() => {
      try {
        id = this.#call(call);
      } catch (error) {
        if (!(error instanceof RingletError)) throw error;
        id = error.id;
      }
    });
    const answer = id === 0 ? 'none' : nameOfError(id);
    if (answer !== expected) throw new Error(`${call}: ${answer} instead of ${expected}`);
  }

  #call(line: string): number {
    const { connection } = this.driver;
    const [verb] = line.split(' ');
    const rest = line.slice(verb.length + 1);
    switch (verb) {
      case 'send': {
        const [, kind, data, more] = /^(text|binary) ?(.*?)( …)?$/.exec(rest)!;
        const octets = octetsOf(data);
        return connection.send(octets, 0, octets.length, (kind === 'binary' ? 1 : 0) | (more ? 2 : 0));
      }
      case 'ping':
      case 'pong':
      case 'control': {
        const [, opcode, data] = /^(8 |)(.*)$/.exec(rest)!;
        const octets = octetsOf(data);
        return connection.sendControl(opcode ? 8 : verb === 'ping' ? 9 : 10, octets, 0, octets.length);
      }
      case 'close': {
        const [, code, reason] = /^(\d*) ?(.*)$/.exec(rest)!;
        return connection.close(Number(code), octetsOf(reason));
      }
      case 'wait':
        this.driver.wait(Number(rest.split(' ')[0]));
        return 0;
      case 'transport':
        return this.#transport(rest);
      case 'random':
        this.#random = rest === 'repeats itself' ? () => 7 : failing;
        return 0;
      case 'request':
        return this.#request(JSON.parse(rest) as Record<string, unknown>);
      case 'option':
        new Driver({ ...(JSON.parse(rest) as DriverOptions) });
        return 0;
      default:
        throw new Error(`no such step: ${line}`);
    }
  }

  /** The transport opens, ends, or fails for a reason. */
  #transport(what: string): number {
    const failure = errorIds.find((id) => what === `fails: ${nameOfError(id)}`);
    if (what === 'opens') this.driver.open();
    else if (what === 'stalls') this.driver.takes = false;
    else if (what === 'ends') this.driver.transportClosed();
    else if (failure !== undefined) this.driver.transportClosed(failure);
    else throw new Error(`no such thing can happen to a transport: ${what}`);
    return 0;
  }

  #request(changes: Record<string, unknown>): number {
    requestOf({ host: 'server.example.com', path: '/', ...changes });
    return 0;
  }

}

/** What the settings of a vector mean as options of a connection. */
export function optionsOf(
  settings: ReadonlyMap<string, string>,
  random: () => number,
): Record<string, unknown> {
  const options: Record<string, unknown> = { role: settings.get('role'), random };
  for (const [name, value] of settings) {
    if (name in DEFAULT_LIMITS || name.endsWith('Buffer')) options[name] = Number(value);
  }
  const offered = settings.get('offer') ?? '';
  const [host, path] = [settings.get('host') ?? 'server.example.com', settings.get('path') ?? '/chat'];
  if (settings.get('handshake') === undefined) return options;
  const profile = settings.get('compression') as 'device' | 'desk' | undefined;
  if (profile !== undefined) options.compression = permessageDeflate({ profile });
  if (settings.get('role') === 'client') {
    const request = { host, path, protocol: offered, requireProtocol: settings.has('require protocol') };
    options.opening = clientOpening(requestOf(request));
  } else {
    const refusal = settings.get('refuses with');
    options.opening = serverOpening({
      ...POLICY,
      protocols: settings.get('speaks')?.split(', ') ?? [],
      ...(refusal === undefined ? {} : { onRequest: () => ({ status: Number(refusal) }) }),
    });
  }
  return options;
}

function failing(): never {
  throw new Error('no random words');
}
