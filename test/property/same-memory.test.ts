/**
 * Octets that come in the same memory as those before take a shorter way, and the middle of a frame one that is shorter still:
 * what is reported is the same as of octets that come whole, whatever is in them and wherever the input is cut.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concat } from '../support/octets.ts';
import { Driver } from '../support/driver.ts';
import { peerFrame } from '../support/frames.ts';

type Role = 'client' | 'server';

const payloads = fc.oneof(
  fc.string({ maxLength: 40 }).map((text) => new TextEncoder().encode(text)),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => new TextEncoder().encode(text)),
  // Mostly no UTF-8.
  fc.uint8Array({ maxLength: 40 }),
  fc.nat(700).map((length) => new Uint8Array(length).fill(0x61)),
);

/** Opcodes in no order at all: mostly messages, now and then what breaks a rule. */
const frames = fc.array(
  fc.record({ opcode: fc.constantFrom(1, 2, 0, 0, 9, 8), fin: fc.boolean(), payload: payloads }),
  { minLength: 1, maxLength: 6 },
);

/** What a connection reports of `stream`, offered from `lead` on in one memory, each time up to the next of `cuts`. */
function reportsOf(role: Role, stream: Uint8Array, lead: number, cuts: readonly number[], pauses: boolean) {
  const driver: Driver = new Driver({ role }, { onData: () => void (pauses && driver.connection.pause()) });
  driver.open();
  const { connection } = driver;
  const memory = new Uint8Array(lead + stream.length + 3).subarray(lead);
  memory.set(stream);
  let at = 0;
  for (const end of [...cuts, stream.length]) {
    driver.call(() => {
      at = connection.receive(memory, at, end);
      // Each pause is one span further.
      for (let left = stream.length; connection.paused && left >= 0; left--) {
        connection.resume();
        at = connection.receive(memory, at, end);
      }
    });
    expect(connection.position).toBe(at);
  }
  return { lines: driver.trace.lines, thrown: driver.thrown, at };
}

test.each<Role>(['client', 'server'])('the role %s: the same as whole, at any cuts', (role) => {
  fc.assert(
    fc.property(
      frames,
      fc.nat(5),
      fc.array(fc.nat(), { maxLength: 12 }),
      fc.boolean(),
      (parts, lead, at, pauses) => {
        const stream = concat(...parts.map((part) => peerFrame(role, part)));
        const cuts = at.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b);
        const whole = reportsOf(role, stream, 0, [], false);
        expect(reportsOf(role, stream, lead, cuts, pauses)).toEqual(whole);
        const all = Array.from(stream, (_octet, index) => index);
        expect(reportsOf(role, stream, lead, all, pauses)).toEqual(whole);
        expect(whole.thrown).toEqual([]);
      },
    ),
    { numRuns: 300, seed: 1 },
  );
});
