import { closedByTester, type CompressedCase } from './case.ts';
import { bitmap, html, json, pdf, prose, type DataSet } from './data/data-set.ts';
import type { DeflateParameters } from '../wire/extensions.ts';

/** [message length, octets a frame or null, seconds] */
const sizes: readonly (readonly [number, number | null, number])[] = [
  [16, null, 60],
  [64, null, 60],
  [256, null, 120],
  [1024, null, 240],
  [4096, null, 480],
  [8192, null, 480],
  [16384, null, 480],
  [32768, null, 480],
  [65536, null, 480],
  [131072, null, 480],
  [8192, 256, 480],
  [16384, 256, 480],
  [32768, 256, 480],
  [65536, 256, 480],
  [131072, 256, 480],
  [131072, 1024, 480],
  [131072, 4096, 480],
  [131072, 32768, 480],
];

const words = ({ noContextTakeover, maxWindowBits }: DeflateParameters): string => {
  const window = maxWindowBits === null ? '' : `a window of ${maxWindowBits} bits`;
  const fresh = noContextTakeover ? 'no context takeover' : '';
  return [fresh, window].filter(Boolean).join(' and ') || 'nothing';
};

const subsection = (
  sub: string,
  data: DataSet,
  parameters: readonly DeflateParameters[],
): readonly CompressedCase[] =>
  sizes.map(([length, fragment, seconds], index) => ({
    kind: 'compressed',
    id: `${sub}.${index + 1}`,
    description:
      `1000 compressed ${data.binary ? 'binary' : 'text'} messages of ${length} ${data.binary ? 'octets' : 'characters'} ` +
      `${fragment === null ? 'in one frame each' : `in frames of ${fragment} octets`}, cut from ${data.title}. ` +
      `The tester asks of the peer: ${parameters.map(words).join('; or else ')}.`,
    expectation: `All messages come back within ${seconds} s. A peer without permessage-deflate is UNIMPLEMENTED.`,
    data,
    length,
    rounds: 1000,
    seconds,
    fragment,
    parameters,
    expectedClose: closedByTester,
  }));

const plain: DeflateParameters = { noContextTakeover: false, maxWindowBits: null };
const fresh: DeflateParameters = { noContextTakeover: true, maxWindowBits: null };
const small: DeflateParameters = { noContextTakeover: false, maxWindowBits: 9 };
const large: DeflateParameters = { noContextTakeover: false, maxWindowBits: 15 };
const freshSmall: DeflateParameters = { noContextTakeover: true, maxWindowBits: 9 };
const freshLarge: DeflateParameters = { noContextTakeover: true, maxWindowBits: 15 };

/** permessage-deflate (RFC 7692) with five kinds of data. */
export const section12: readonly CompressedCase[] = [json, bitmap, prose, html, pdf].flatMap((data, index) =>
  subsection(`12.${index + 1}`, data, [plain]),
);

/** permessage-deflate with seven sets of parameters (RFC 7692, section 7.1). */
export const section13: readonly CompressedCase[] = [
  [plain],
  [fresh],
  [small],
  [large],
  [freshSmall],
  [freshLarge],
  [freshSmall, fresh, plain],
].flatMap((parameters, index) => subsection(`13.${index + 1}`, json, parameters));
