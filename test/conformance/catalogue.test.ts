import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bitmap, html, json, pdf, prose } from '../../hosts/node/conformance/catalogue/data/data-set.ts';
import { catalogue, sectionTitles, subsectionTitles } from '../../hosts/node/conformance/index.ts';
import { fingerprint, render } from './rendering.ts';

/**
 * One fingerprint a case, taken when the catalogue agreed octet by octet with a recording of the suite whose
 * cases these are. A difference here means that a case has changed on the wire or in its verdict.
 */
const fingerprints = JSON.parse(
  readFileSync(new URL('fingerprints.json', import.meta.url), 'utf8'),
) as Record<string, string>;

describe('the catalogue', () => {
  test('has 517 cases, each with an id of its own, in the order of their numbers', () => {
    const ids = catalogue.map(({ id }) => id);
    expect(ids).toHaveLength(517);
    expect(ids).toEqual(Object.keys(fingerprints));
    expect(new Set(ids).size).toBe(517);
  });

  test('has the known number of cases in each section', () => {
    const counts: Record<string, number> = {};
    for (const { id } of catalogue) {
      const section = id.split('.')[0]!;
      counts[section] = (counts[section] ?? 0) + 1;
    }
    expect(counts).toEqual({
      1: 16,
      2: 11,
      3: 7,
      4: 10,
      5: 20,
      6: 145,
      7: 37,
      9: 54,
      10: 1,
      12: 90,
      13: 126,
    });
  });

  test('sends the recorded octets and expects the recorded outcomes, case by case', () => {
    const changed = catalogue.filter((each) => fingerprint(render(each)) !== fingerprints[each.id]);
    expect(changed.map(({ id }) => id)).toEqual([]);
  }, 30_000);

  test('has a title for each section and for each sub-section with cases of three numbers', () => {
    for (const { id } of catalogue) {
      const [section, sub, number] = id.split('.');
      expect(sectionTitles[section!]).toBeDefined();
      if (number !== undefined) expect(subsectionTitles[`${section}.${sub}`]).toBeDefined();
    }
  });

  test('describes every case', () => {
    for (const { description, expectation } of catalogue) {
      expect(description).toMatch(/\S/);
      expect(expectation).toMatch(/\S/);
    }
  });
});

describe('the data of sections 12 and 13', () => {
  const sets = { json, bitmap, prose, html, pdf };
  const hash = (octets: Uint8Array): string => createHash('sha256').update(octets).digest('hex').slice(0, 16);

  test.each(Object.entries(sets))('%s is long enough for the longest message', (_name, set) => {
    expect(set.length()).toBeGreaterThan(131_072);
    expect(set.length()).toBeLessThan(1_100_000);
  });

  test('is the same in every run', () => {
    const hashes = Object.entries(sets).map(([name, set]) => [name, hash(set.window(0, set.length()))]);
    expect(Object.fromEntries(hashes)).toMatchInlineSnapshot(`
      {
        "bitmap": "d0e17f9cb3929cf1",
        "html": "2077c1db24100c27",
        "json": "fed8ba297d377cbf",
        "pdf": "32ad5f4b7aa3e33d",
        "prose": "633383ca2aed416e",
      }
    `);
  });

  test('wraps round at its end', () => {
    for (const set of Object.values(sets)) {
      const whole = set.window(0, set.length()).toString('utf8');
      const wrapped = set.window(set.length() - 5, 10).toString('utf8');
      if (!set.binary) expect(wrapped).toBe(whole.slice(-5) + whole.slice(0, 5));
      else expect(set.window(set.length() - 5, 10)).toHaveLength(10);
    }
  });

  test('is cut by characters when it is text, so that every message is valid UTF-8', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    for (const set of [json, html]) {
      for (let start = 0; start < set.length(); start += 1009) {
        expect(decoder.decode(set.window(start, 16))).toHaveLength(16);
      }
    }
  });
});
