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
 * Compares what an endpoint of `role` made of a row with what it has to. An endpoint whose connection stays open holds `held`
 * sockets and timers.
 */
export function judge(result: Result, expected: Expected, role: 'client' | 'server', held: number): void {
  const { told, frames, left, misuses, releasedAt } = result;
  const lines = told.trace.lines;
  if (!matches(lines, ['open', ...expected.told])) expect(lines).toEqual(['open', ...expected.told]);
  const closes = frames.filter(({ opcode }) => opcode === 8);
  const codes = closes.map(({ payload }) => (payload.length === 0 ? 0 : (payload[0] << 8) | payload[1]));
  expect(codes, 'the Close that is sent').toEqual(expected.close === undefined ? [] : [expected.close]);
  if (codes.length > 0) expect(frames.at(-1)!.opcode, 'the last frame').toBe(8);
  if (expected.pongs !== undefined) {
    const pongs = frames.filter(({ opcode }) => opcode === 10).map(({ payload }) => toHex(payload));
    expect(pongs, 'Pongs').toEqual(expected.pongs);
  }
  const keys = frames.map(({ key }) => (key === undefined ? '' : toHex(key)));
  if (role === 'server') expect(keys.every((key) => key === '')).toBe(true);
  else
    expect(new Set(keys).size === keys.length && !keys.includes('') && !keys.includes('00000000')).toBe(true);
  expect(misuses).toEqual([]);
  if (expected.end === undefined) {
    expect([told.ends, left], 'open').toEqual([[], held]);
    return;
  }
  expect(told.ends, 'the end').toHaveLength(1);
  expect(expected.end.split(' or ')).toContain(told.ends[0]);
  expect(told.closeCode).toBe(expected.code);
  expect(left, 'sockets and timers that are left').toBe(0);
  // The peer keeps its side open: that is waited for until closeTimeout.
  expect(releasedAt).toBeLessThanOrEqual(3000 + 500);
}
