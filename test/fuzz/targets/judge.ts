/** What another implementation made of frames. */
export interface Verdict {
  /** Whole messages in hex, and control frames, in their order. */
  readonly told: readonly string[];
  /** Why it refused; undefined if it did not. */
  readonly refused: string | undefined;
}

/** Feeds octets to another implementation, and says what it has told so far. */
export interface Judge {
  readonly name: string;
  /** What ours refuses and it does not, by the name of the error. */
  readonly known: Readonly<Record<string, string>>;
  readonly verdict: Verdict;
  feed(octets: Uint8Array): void;
}

/** Enough for what was cut off to become a frame. */
export const PADDING = new Uint8Array(256);

/** Whether ours fails the connection by that error. */
export const isFault = (end: string): boolean => !['clean', 'transportEnded'].includes(end);

/**
 * Gives the same octets to `judge`, and compares. Throws where the two differ, but for what is known to; then what we deliver
 * has to be the beginning of what it does. Ours refuses at the octet that is wrong, others when the header of the frame is
 * whole: the rest is made up.
 */
export function compare(octets: Uint8Array, lines: readonly string[], end: string, judge: Judge): void {
  judge.feed(octets);
  const before = judge.verdict.told.length;
  if (isFault(end) && judge.verdict.refused === undefined) judge.feed(PADDING);
  decide(lines, end, judge, before);
}

/** Compares when `judge` has been fed; `before` is how much it had told by the octets that are not made up. */
export function decide(lines: readonly string[], end: string, judge: Judge, before: number): void {
  const { told: theirs, refused } = judge.verdict;
  const ours = wholeLines(lines);
  const mayDiffer = end in judge.known;
  const told = mayDiffer ? theirs.slice(0, ours.length) : theirs.slice(0, before);
  if (ours.join('\n') !== told.join('\n'))
    throw new Error(`${end}; ours: ${ours.join(' | ')}; ${judge.name}: ${theirs.join(' | ')}`);
  if (!mayDiffer && isFault(end) !== (refused !== undefined))
    throw new Error(`${end}, and ${judge.name} says ${refused ?? 'nothing'}`);
}

/**
 * Compares what came before the line numbered `last`. Of that one `judge` may tell the beginning or nothing, and of what
 * follows anything; ours may have refused it.
 */
export function decideUntil(last: number, lines: readonly string[], end: string, judge: Judge): void {
  const { told: theirs } = judge.verdict;
  const ours = wholeLines(lines);
  // What ours refuses at the octet that is wrong has ended there; the other one may have told more.
  const count = end in judge.known ? Math.min(last, ours.length) : last;
  const isEqual = theirs.slice(0, count).join('\n') === ours.slice(0, count).join('\n');
  const [our = '', their = ''] = [ours[last], theirs[last]];
  if (!isEqual || !(our.startsWith(their) || (our === '' && isFault(end))))
    throw new Error(`${end}; ours: ${ours.join(' | ')}; ${judge.name}: ${theirs.join(' | ')}`);
}

export const hexOf = (data: Uint8Array): string => Buffer.from(data).toString('hex');

/** Lines of a trace as others tell them: whole messages in hex, control frames. */
function wholeLines(lines: readonly string[]): string[] {
  const whole: string[] = [];
  let open = '';
  for (const line of lines) {
    if (line === 'open' || line.startsWith('over')) continue;
    const part = /^(?:… )?(text|binary)(?: (.*?))?( …)?$/s.exec(line);
    if (part !== null) {
      open += octetsHex(part[2] ?? '');
      if (part[3] !== undefined) continue;
      whole.push(`${part[1]} ${open}`);
      open = '';
      continue;
    }
    const close = /^close(?: (\d+))?(?: (.*))?$/.exec(line);
    if (close !== null) whole.push(`close ${close[1] ?? 1005} ${octetsHex(close[2] ?? '')}`);
    else whole.push(line.replace(/ ([\da-f ]+)$/, (_, octets: string) => ` ${octets.replace(/ /g, '')}`));
  }
  return whole.map((line) => (line === 'ping' || line === 'pong' ? `${line} ` : line));
}

const octetsHex = (text: string): string =>
  text.startsWith('"') ? Buffer.from(JSON.parse(text) as string).toString('hex') : text.replace(/ /g, '');
