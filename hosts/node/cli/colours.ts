/** What a colour says; a terminal's own palette, so that it can be read on light and on dark. */
const CODES = { received: 36, binary: 35, remark: 2, failure: 31, prompt: 1 } as const;

export type Colour = keyof typeof CODES;

/** Puts a colour on a text. */
export type Painter = (text: string, colour: Colour) => string;

interface Output {
  readonly isTTY?: boolean;
}

/**
 * Whether `output` is to have colours: FORCE_COLOR decides if it is set (0 and false say no), else NO_COLOR if it is not
 * empty (no-color.org), else whether it is a terminal that knows more than text.
 */
export function hasColours(output: Output, environment: NodeJS.ProcessEnv = process.env): boolean {
  const { FORCE_COLOR, NO_COLOR = '', TERM } = environment;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return NO_COLOR === '' && output.isTTY === true && TERM !== 'dumb';
}

/** Paints for `output`, or leaves texts as they are. */
export function painterFor(output: Output, environment?: NodeJS.ProcessEnv): Painter {
  if (!hasColours(output, environment)) return (text) => text;
  return (text, colour) => `\x1b[${CODES[colour]}m${text}\x1b[0m`;
}
