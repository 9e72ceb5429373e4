import { checkFunction, checkObject, checkSource } from '../connection/check-options.ts';
import type { Host, Transport } from '../host.ts';

const TIMER: readonly string[] = Object.freeze(['set', 'schedule', 'clear']);
const TRANSPORT: readonly string[] = Object.freeze(['write', 'resume', 'end', 'close']);

/** Refuses a host that lacks what an endpoint asks it for, with a RingletError that names the first such thing. */
export function checkHost(host: unknown): asserts host is Host {
  checkSource(host, 'host');
  const { Timer } = host;
  if (typeof Timer !== 'function') checkObject(Timer, 'host.Timer');
  for (const name of TIMER)
    checkFunction(Timer as Readonly<Record<string, unknown>>, name, false, 'host.Timer.');
  for (const name of ['now', 'report']) checkFunction(host, name, false, 'host.');
  for (const name of ['defer', 'later']) checkFunction(host, name, true, 'host.');
}

/** Refuses what a factory made unless it is a transport. */
export function checkTransport(transport: unknown): asserts transport is Transport {
  checkObject(transport, 'what connect makes');
  for (const name of TRANSPORT) checkFunction(transport, name, false, 'transport.');
}
