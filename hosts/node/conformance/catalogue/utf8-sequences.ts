/** A sub-section of section 6: its octet strings in order of their case numbers. */
export interface Utf8Group {
  readonly sub: string;
  readonly title: string;
  readonly valid: boolean | readonly boolean[];
  readonly sequences: readonly string[];
}

const words = (list: string): readonly string[] => list.trim().split(/\s+/);
const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);
const octet = (value: number): string => value.toString(16).padStart(2, '0');

/** Start octets, each followed by a blank; the last start octet of a class is left out. */
const lonely = (from: number, to: number): string =>
  range(from, to)
    .map((value) => `${octet(value)}20`)
    .join('');

const unfinished = words('c0 e080 f08080 f8808080 fc80808080 df efbf f7bfbf fbbfbfbf fdbfbfbfbf');

/** The last two code points of each plane from 1 to 16, as UTF-8. */
const planeEnds = range(1, 17).flatMap((plane) =>
  [0xfffe, 0xffff].map((low) => Buffer.from(String.fromCodePoint(plane * 0x10000 + low)).toString('hex')),
);

/** Octet strings on every border of valid UTF-8 (RFC 3629, section 4). */
export const utf8Groups: readonly Utf8Group[] = [
  {
    sub: '6.5',
    title: 'Some valid UTF-8',
    valid: true,
    sequences: [
      ...['$', '¢', '€', '\u{24b62}'].map((symbol) => Buffer.from(`hello${symbol}world`).toString('hex')),
      'cebae1bdb9cf83cebcceb5',
    ],
  },
  {
    sub: '6.6',
    title: 'Every prefix of a valid text',
    valid: [false, true, false, false, true, false, true, false, true, false, true],
    sequences: range(1, 12).map((length) => 'cebae1bdb9cf83cebcceb5'.slice(0, 2 * length)),
  },
  {
    sub: '6.7',
    title: 'First sequence of each length',
    valid: true,
    sequences: words('00 c280 e0a080 f0908080'),
  },
  {
    sub: '6.8',
    title: 'First sequence of five and of six octets',
    valid: false,
    sequences: words('f888808080 fc8480808080'),
  },
  {
    sub: '6.9',
    title: 'Last sequence of each length',
    valid: true,
    sequences: words('7f dfbf efbfbf f48fbfbf'),
  },
  {
    sub: '6.10',
    title: 'Last sequence of four, five and six octets, beyond U+10FFFF',
    valid: false,
    sequences: words('f7bfbfbf fbbfbfbfbf fdbfbfbfbfbf'),
  },
  {
    sub: '6.11',
    title: 'Other borders',
    valid: [true, true, true, true, false],
    sequences: words('ed9fbf ee8080 efbfbd f48fbfbf f4908080'),
  },
  {
    sub: '6.12',
    title: 'Continuation octets out of nowhere',
    valid: false,
    sequences: [
      ...words('80 bf 80bf 80bf80 80bf80bf 80bf80bf80 80bf80bf80bf'),
      range(0x80, 0xbf).map(octet).join(''),
    ],
  },
  {
    sub: '6.13',
    title: 'Lonely start octets',
    valid: false,
    sequences: [
      lonely(0xc0, 0xdf),
      lonely(0xe0, 0xef),
      lonely(0xf0, 0xf7),
      lonely(0xf8, 0xfb),
      lonely(0xfc, 0xfd),
    ],
  },
  { sub: '6.14', title: 'Sequences without their last octet', valid: false, sequences: unfinished },
  { sub: '6.15', title: 'Unfinished sequences in a row', valid: false, sequences: [unfinished.join('')] },
  { sub: '6.16', title: 'Impossible octets', valid: false, sequences: words('fe ff fefeffff') },
  {
    sub: '6.17',
    title: 'A slash, encoded too long',
    valid: false,
    sequences: words('c0af e080af f08080af f8808080af fc80808080af'),
  },
  {
    sub: '6.18',
    title: 'The last code points that are encoded too long',
    valid: false,
    sequences: words('c1bf e09fbf f08fbfbf f887bfbfbf fc83bfbfbfbf'),
  },
  {
    sub: '6.19',
    title: 'NUL, encoded too long',
    valid: false,
    sequences: words('c080 e08080 f0808080 f880808080 fc8080808080'),
  },
  {
    sub: '6.20',
    title: 'Single surrogates',
    valid: false,
    sequences: words('eda080 edadbf edae80 edafbf edb080 edbe80 edbfbf'),
  },
  {
    sub: '6.21',
    title: 'Paired surrogates',
    valid: false,
    sequences: words(`eda080edb080 eda080edbfbf edadbfedb080 edadbfedbfbf
                      edae80edb080 edae80edbfbf edafbfedb080 edafbfedbfbf`),
  },
  {
    sub: '6.22',
    title: 'Code points that are not characters, valid all the same',
    valid: true,
    sequences: ['efbfbe', 'efbfbf', ...planeEnds],
  },
  {
    sub: '6.23',
    title: 'The block of specials',
    valid: true,
    sequences: words('efbfb9 efbfba efbfbb efbfbc efbfbd efbfbe efbfbf'),
  },
];

/** Whether the string with this index in a group is valid. */
export const isValid = (group: Utf8Group, index: number): boolean =>
  typeof group.valid === 'boolean' ? group.valid : group.valid[index]!;
