import { SECOND, World } from '../../hosts/simulated/index.ts';
import { OPENERS, type Face } from './faces.ts';
import { Gateway } from './gateway.ts';
import type { Line, Script } from './scripts.ts';

const ECHO = {
  onMessage: (peer: { send(data: never): void }, data: unknown): void => peer.send(data as never),
};

/** What became of a connection. */
export interface Outcome {
  /** What its constructor threw. */
  thrown: unknown;
  readonly ends: number[];
  /** What left callbacks. */
  readonly uncaught: unknown[];
  /** Calls of the host's functions that the script makes if none fails. */
  calls: number;
  /** Sockets and timers that are left. */
  left: number;
  readonly misuses: readonly string[];
  /** What is wrong with what the server got, or with what is kept for it. */
  wrong: string[];
}

/** Plays a script on `face`; calls of the device's functions fail where `fails` says so. */
export function play(script: Script, face: Face, fails: (call: number, name: string) => boolean): Outcome {
  const uncaught: unknown[] = [];
  const world = new World({ trace: 0, patience: 20_000, onUncaught: (_host, error) => uncaught.push(error) });
  const compression = (script.options as { compression?: never } | undefined)?.compression;
  const server = world.host('server', { runtime: 'node' });
  const gateway = new Gateway();
  const service = face === 'Uplink' ? gateway.service : ECHO;
  server.serve({ ...service, compression });
  server.serve({ ...service, compression, certificate: {} });
  const device = world.host('device', { runtime: face === 'Endpoint on Node' ? 'node' : 'device' });
  const outcome: Outcome = {
    thrown: undefined,
    ends: [],
    uncaught,
    calls: 0,
    left: 0,
    misuses: device.misuses,
    wrong: [],
  };
  let line: Line | undefined;
  const over = (error: number): void => {
    outcome.ends.push(error);
    line = undefined;
  };
  device.failCalls(fails);
  try {
    line = OPENERS[face]({ device, server, script, over, gateway });
  } catch (error) {
    outcome.thrown = error;
  }
  script.run(() => line, world);
  world.run(20 * SECOND);
  // What failed once may have left it waiting; nothing waits for longer than its deadline.
  device.failCalls(undefined);
  if (line !== undefined && outcome.ends.length === 0) line.drop();
  world.run(60 * SECOND);
  outcome.calls = device.calls;
  outcome.left = device.sockets.size + device.timers.size;
  if (face === 'Uplink') outcome.wrong.push(...gateway.wrong());
  else if (!world.delivered().every(({ data }) => (data as Uint8Array).every((octet) => octet === 97)))
    outcome.wrong.push('octets that nobody sent');
  return outcome;
}
