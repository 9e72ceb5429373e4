import { writeBitmap } from './bitmap.ts';
import { writeHtml } from './html.ts';
import { writeJson } from './json.ts';
import { writePdf } from './pdf.ts';
import { writeProse } from './prose.ts';

/** Data of one kind for sections 12 and 13, made when it is first asked for. */
export interface DataSet {
  readonly title: string;
  readonly binary: boolean;
  /** How much there is: octets, or characters of text. */
  length(): number;
  /** The message of `length` octets or characters from `start` on, wrapping round at the end. */
  window(start: number, length: number): Buffer;
}

function textSet(title: string, write: () => string): DataSet {
  let made: string | null = null;
  const content = (): string => (made ??= write());
  return {
    title,
    binary: false,
    length: () => content().length,
    window(start, length) {
      const whole = content();
      const head = whole.slice(start, start + length);
      return Buffer.from(head + whole.slice(0, length - head.length));
    },
  };
}

function binarySet(title: string, write: () => Buffer): DataSet {
  let made: Buffer | null = null;
  const content = (): Buffer => (made ??= write());
  return {
    title,
    binary: true,
    length: () => content().length,
    window(start, length) {
      const whole = content();
      const head = whole.subarray(start, start + length);
      return Buffer.concat([head, whole.subarray(0, length - head.length)]);
    },
  };
}

export const json = textSet('a JSON document', writeJson);
export const bitmap = binarySet('a grey bitmap', writeBitmap);
export const prose = binarySet('German prose', writeProse);
export const html = textSet('an HTML page', writeHtml);
export const pdf = binarySet('a PDF', writePdf);
