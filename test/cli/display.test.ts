import { expect, test } from 'vitest';
import type { WriteStream } from 'node:tty';
import { Chart } from '../../hosts/node/cli/stream/chart.ts';
import { TerminalReporter } from '../../hosts/node/cli/stream/display.ts';
import type { Figures } from '../../hosts/node/cli/stream/figures.ts';
import { counted, milliseconds, octets, quantile } from '../../hosts/node/cli/stream/format.ts';

const figures: Figures = {
  seconds: 1,
  isOpen: true,
  isClean: false,
  messagesSent: 100,
  messagesReceived: 90,
  octetsSent: 12_000,
  octetsReceived: 10_800,
  skipped: 0,
  unanswered: 0,
  outstanding: 10,
  recordsPosted: 20,
  recordsAcknowledged: 18,
  recordsDropped: 0,
  recordsKept: 2,
  reconnects: 0,
  buffered: 128,
  roundTrips: 90,
  roundTripSum: 45,
  rttP50: 0.5,
  rttP99: 2,
  ram: 50e6,
};

const later = (seconds: number): Figures => ({ ...figures, seconds, messagesSent: 100 * seconds });

function picturesOn(columns: number, rows: number): string[] {
  const written: string[] = [];
  const terminal = { columns, rows, write: (text: string) => written.push(text) } as unknown as WriteStream;
  const settings = { engine: 'node', url: 'ws://127.0.0.1:9002/', rate: 50 };
  const reporter = new TerminalReporter(terminal, settings);
  reporter.end();
  expect(written).toEqual([]);
  for (let i = 1; i < 100; i++) reporter.show(later(i / 4));
  reporter.end();
  return written;
}

test.each([
  [80, 24],
  [40, 24],
  [80, 10],
  [20, 5],
  [0, 0],
])('a terminal of %d by %d is drawn on in place, and gets its cursor back', (columns, rows) => {
  const written = picturesOn(columns, rows);
  const last = written[written.length - 2];
  const lines = last.split('\n').slice(0, -1);
  expect(written[0].startsWith('\x1b[?25l')).toBe(true);
  expect(written.at(-1)).toBe('\x1b[?25h');
  expect(last.startsWith(`\x1b[${lines.length}A\r`)).toBe(true);
  expect(lines.length).toBeLessThan(rows || 24);
  for (const line of lines) expect(line.replace(/\x1b\[\d*[A-Z]|\r/g, '').length).toBeLessThan(columns || 80);
  expect(last).toContain('ringlet stream');
});

test('figures and charts are there where there is room for them', () => {
  const picture = picturesOn(100, 40).at(-2)!;
  for (const part of ['p50 0.500 ms', 'p99 2.00 ms', 'buffered', '128 B', '10 awaited', 'RAM 50.0 MB', '┤']) {
    expect(picture).toContain(part);
  }
});

test('a chart has a line for nothing, and keeps no more than it shows', () => {
  const chart = new Chart('title', 2, (value) => value.toFixed(1));
  expect(chart.lines(30)).toHaveLength(4);
  for (let i = 0; i < 1000; i++) chart.push(i);
  chart.push(NaN);
  for (const line of chart.lines(30)) expect(line.length).toBeLessThanOrEqual(30);
  expect(chart.lines(30).join('\n')).toContain('999.0');
});

test('quantities are written with the digits that they are worth', () => {
  expect([0, 999, 1000, 99_940, 100_000, 999_600, 2.5e9].map(octets)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '99.9 kB',
    '100 kB',
    '1.0 MB',
    '2.5 GB',
  ]);
  expect([0, 0.0123, 1.234, 12.34, 123.4].map(milliseconds)).toEqual([
    '–',
    '0.012 ms',
    '1.23 ms',
    '12.3 ms',
    '123 ms',
  ]);
  expect([
    quantile(0, { roundTrips: 0 }),
    quantile(0, { roundTrips: 1 }),
    quantile(2, { roundTrips: 1 }),
  ]).toEqual(['–', '< 1 ms', '2.00 ms']);
  expect([counted(1, 'samples'), counted(2, 'samples'), counted(0.5, 'samples')]).toEqual([
    '1 sample',
    '2 samples',
    '0.5 samples',
  ]);
});
