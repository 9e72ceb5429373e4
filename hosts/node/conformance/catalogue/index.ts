import type { Case } from './case.ts';
import { section1 } from './section-1.ts';
import { section2 } from './section-2.ts';
import { section3, section4 } from './sections-3-4.ts';
import { section5 } from './section-5.ts';
import { section6 } from './section-6.ts';
import { section7 } from './section-7.ts';
import { section9 } from './section-9.ts';
import { section10 } from './section-10.ts';
import { section12, section13 } from './sections-12-13.ts';
import { utf8Groups } from './utf8-sequences.ts';

/** All 517 cases in the order in which they are numbered and run. There is no section 8 and no section 11. */
export const catalogue: readonly Case[] = [
  ...section1,
  ...section2,
  ...section3,
  ...section4,
  ...section5,
  ...section6,
  ...section7,
  ...section9,
  ...section10,
  ...section12,
  ...section13,
];

const byId = new Map(catalogue.map((each) => [each.id, each]));

/** The case with this id, if there is one. */
export const findCase = (id: string): Case | undefined => byId.get(id);

const numbers = new Map(catalogue.map(({ id }, index) => [id, index + 1]));

/** The number of a case in the catalogue, from 1; 0 if there is none with this id. */
export const numberOf = (id: string): number => numbers.get(id) ?? 0;

/** Titles of the sections. */
export const sectionTitles: Readonly<Record<string, string>> = {
  1: 'Framing',
  2: 'Pings and Pongs',
  3: 'Reserved bits',
  4: 'Opcodes',
  5: 'Fragmentation',
  6: 'UTF-8',
  7: 'Closing',
  9: 'Limits and performance',
  10: 'Automatic fragmentation',
  12: 'Compression, five kinds of data',
  13: 'Compression, seven sets of parameters',
};

/** Titles of the sub-sections, for those sections that have them. */
export const subsectionTitles: Readonly<Record<string, string>> = {
  '1.1': 'Text messages',
  '1.2': 'Binary messages',
  '4.1': 'Reserved data opcodes',
  '4.2': 'Reserved control opcodes',
  '6.1': 'Empty fragments',
  '6.2': 'Valid text, cut in several ways',
  '6.3': 'Invalid text, cut in several ways',
  '6.4': 'Failing at the first impossible octet',
  ...Object.fromEntries(utf8Groups.map(({ sub, title }) => [sub, title])),
  '7.1': 'What may follow a Close frame',
  '7.3': 'Length of the Close payload',
  '7.5': 'Content of the Close reason',
  '7.7': 'Valid close codes',
  '7.9': 'Invalid close codes',
  '7.13': 'Close codes without meaning',
  '9.1': 'Text messages of growing size',
  '9.2': 'Binary messages of growing size',
  '9.3': 'Fragmented text of 4 MiB',
  '9.4': 'Fragmented binary of 4 MiB',
  '9.5': 'Text of 1 MiB in pieces',
  '9.6': 'Binary of 1 MiB in pieces',
  '9.7': 'Text round trips',
  '9.8': 'Binary round trips',
  '10.1': 'Fragmentation by the tester',
  '12.1': 'JSON, text',
  '12.2': 'A grey bitmap, binary',
  '12.3': 'German prose, binary',
  '12.4': 'HTML, text',
  '12.5': 'A PDF, binary',
  '13.1': 'Nothing asked',
  '13.2': 'No context takeover',
  '13.3': 'A window of 9 bits',
  '13.4': 'A window of 15 bits',
  '13.5': 'No context takeover, 9 bits',
  '13.6': 'No context takeover, 15 bits',
  '13.7': 'Three alternatives in order',
};
