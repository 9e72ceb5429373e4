import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  compareResults,
  compareWithExpected,
  selectCases,
  summarize,
  summaryText,
  type CaseResult,
} from '../../hosts/node/conformance/index.ts';

const ids = (options: Parameters<typeof selectCases>[0]): readonly string[] =>
  selectCases(options).map(({ id }) => id);

describe('the choice of cases', () => {
  test('is all of them by default', () => expect(ids({})).toHaveLength(517));

  test.each([
    [['*'], 517],
    [['6.*'], 145],
    [['6.4.*', '6.4.1'], 4],
    [['*.1'], 3],
    [['*.*.1'], 54],
    [['1.1.1'], 1],
    [['12.*', '13.*'], 216],
  ])('%j are %i cases', (cases, count) => expect(ids({ cases })).toHaveLength(count));

  test('leaves out what is excluded', () => {
    expect(ids({ cases: ['2.*'], exclude: ['2.1', '2.11'] })).toHaveLength(9);
  });

  test('keeps the order of the catalogue', () => {
    expect(ids({ cases: ['10.1.1', '2.10', '2.9'] })).toEqual(['2.9', '2.10', '10.1.1']);
  });

  test('takes the first sizes of each sub-section of 12 and 13 only', () => {
    expect(ids({ cases: ['9.1.*', '12.*'], sizes: 2 })).toHaveLength(6 + 10);
  });

  test.each([['1.1.'], ['a.*'], [''], ['1..1'], ['6.4.*x']])('refuses %j', (pattern) => {
    expect(() => ids({ cases: [pattern] })).toThrow(/is no case id and no pattern/);
  });

  test.each(['8.*', '6', '1.1.9', '11.1.1'])('knows no case %s', (pattern) => {
    expect(() => ids({ cases: [pattern] })).toThrow(`There is no case ${pattern}.`);
  });
});

const result = (
  id: string,
  behavior: CaseResult['behavior'],
  behaviorClose: CaseResult['behaviorClose'] = 'OK',
) => ({ agent: 'peer', id, behavior, behaviorClose }) as CaseResult;

describe('the comparison with expected results', () => {
  const expected = {
    peer: { '*': 'OK', '6.4.*': 'NON-STRICT', '7.1.6': 'INFORMATIONAL', '9.*': 'FAILED' },
  } as const;

  test('is silent when everything is as expected', () => {
    const results = [
      result('1.1.1', 'OK'),
      result('6.4.2', 'NON-STRICT'),
      result('7.1.6', 'INFORMATIONAL', 'INFORMATIONAL'),
      result('9.1.1', 'FAILED', 'UNCLEAN'),
    ];
    expect(compareResults(results, expected)).toEqual([]);
  });

  test('names what is better, worse, badly ended or not foreseen', () => {
    const results = [
      result('6.4.1', 'OK'),
      result('1.1.1', 'FAILED'),
      result('1.1.2', 'OK', 'UNCLEAN'),
      { ...result('1.1.3', 'OK'), agent: 'other' },
    ];
    expect(compareResults(results, expected).map(({ id, expected: wanted }) => [id, wanted])).toEqual([
      ['6.4.1', 'NON-STRICT'],
      ['1.1.1', 'OK'],
      ['1.1.2', 'OK'],
      ['1.1.3', null],
    ]);
  });

  test('reads a file, and says when it cannot', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'conformance-expected-'));
    const file = join(directory, 'expected.json');
    await writeFile(file, JSON.stringify(expected));
    expect(await compareWithExpected([result('1.1.1', 'OK')], file)).toEqual([]);
    for (const content of ['', '[]', '{"peer": {"*": "FINE"}}', 'null']) {
      await writeFile(file, content);
      await expect(compareWithExpected([], file)).rejects.toMatchObject({ code: 'CANNOT_READ_FILE' });
    }
    await writeFile(file, '{"peer": {"six": "OK"}}');
    await expect(compareWithExpected([result('1.1.1', 'OK')], file)).rejects.toMatchObject({
      code: 'BAD_PATTERN',
    });
    await rm(directory, { recursive: true });
    await expect(compareWithExpected([], file)).rejects.toMatchObject({ code: 'CANNOT_READ_FILE' });
  });
});

describe('the summary', () => {
  test('counts verdicts and names failures of either kind', () => {
    const summary = summarize([
      result('1.1.1', 'OK'),
      result('1.1.2', 'OK', 'UNCLEAN'),
      result('1.1.3', 'FAILED'),
      result('6.4.1', 'NON-STRICT'),
    ]);
    expect(summary).toEqual({ OK: 2, FAILED: 1, 'NON-STRICT': 1, failed: ['1.1.2', '1.1.3'] });
    expect(summaryText('peer', summary)).toBe('peer: 2 OK, 1 FAILED, 1 NON-STRICT; failed: 1.1.2 1.1.3');
    expect(summaryText('peer', { failed: [] })).toBe('peer: no case was run; none failed');
  });
});
