import TCP from 'embedded:io/socket/tcp';
import * as natives from 'ringlet/natives';
import { word } from 'ringlet/random';
import Time from 'time';
import Timer from 'timer';
import type { Host } from '../../src/host.ts';
import { freeze } from '../../src/freeze.ts';

/** Throws `error` where nothing catches it, so that the runtime treats it as any uncaught exception. */
function report(error: unknown): void {
  Timer.set(() => {
    throw error;
  });
}

/**
 * What XS lends the engine, on a device and on the desk. Sentences for error ids would cost flash, and there is
 * no end of a turn to be told of: every send goes out at once, and lwIP joins what one turn writes.
 */
export const moddableHost: Host = freeze({
  // First what is looked up for every message.
  random: word,
  Timer: Timer as unknown as Host['Timer'],
  now: () => Time.ticks,
  proof: natives,
  report,
  TCP,
});
