import { expect } from 'vitest';
import { toHex } from '../../support/octets.ts';
import type { Expected } from '../row.ts';
import type { Result } from './visit.ts';

/** `*` stands for one line or none. */
export function matches(lines: readonly string[], wanted: readonly string[]): boolean {
  if (wanted.length === 0) return lines.length === 0;
  const [first, ...rest] = wanted;
  if (first !== '*') return lines[0] === first && matches(lines.slice(1), rest);
  return matches(lines, rest) || (lines.length > 0 && matches(lines.slice(1), rest));
}

/**
 * Holds `is` to `wanted`. What is so is compared here, and `expect` is asked only for what is not: the tables have thousands of
 * visits, and its calls were a quarter of the time that they take.
 */
function holds<Value extends string | number>(
  is: readonly Value[],
  wanted: readonly Value[],
  what: string,
): void {
  if (is.length !== wanted.length || is.some((value, index) => value !== wanted[index]))
    expect(is, what).toEqual(wanted);
}

/**
 * Compares what an endpoint of `role` made of a row with what it has to. An endpoint whose connection stays open holds `held`
 * sockets and timers.
 */
export function judge(result: Result, expected: Expected, role: 'client' | 'server', held: number): void {
  const { told, frames, left, misuses, releasedAt } = result;
  const lines = told.trace.lines;
  if (!matches(lines, ['open', ...expected.told])) expect(lines).toEqual(['open', ...expected.told]);
  const closes = frames.filter(({ opcode }) => opcode === 8);
  const codes = closes.map(({ payload }) => (payload.length === 0 ? 0 : (payload[0] << 8) | payload[1]));
  holds(codes, expected.close === undefined ? [] : [expected.close], 'the Close that is sent');
  if (codes.length > 0) holds([frames.at(-1)!.opcode], [8], 'the last frame');
  if (expected.pongs !== undefined) {
    const pongs = frames.filter(({ opcode }) => opcode === 10).map(({ payload }) => toHex(payload));
    holds(pongs, expected.pongs, 'Pongs');
  }
  const keys = frames.map(({ key }) => (key === undefined ? '' : toHex(key)));
  if (role === 'server') {
    if (keys.some((key) => key !== '')) expect(keys, 'masking keys of a server').toEqual([]);
  } else if (new Set(keys).size !== keys.length || keys.includes('') || keys.includes('00000000'))
    expect.fail(`masking keys that are missing, 0, or used twice: ${keys.join()}`);
  holds(misuses, [], 'misuses');
  if (expected.end === undefined) {
    holds(told.ends, [], 'open');
    holds([left], [held], 'sockets and timers of one that is open');
    return;
  }
  if (told.ends.length !== 1) expect(told.ends, 'the end').toHaveLength(1);
  if (!expected.end.split(' or ').includes(told.ends[0]))
    expect(expected.end.split(' or ')).toContain(told.ends[0]);
  if (told.closeCode !== expected.code) expect(told.closeCode).toBe(expected.code);
  holds([left], [0], 'sockets and timers that are left');
  // The peer keeps its side open: that is waited for until closeTimeout. NaN is no time either.
  if (!(releasedAt <= 3000 + 500)) expect(releasedAt).toBeLessThanOrEqual(3000 + 500);
}
