import { octetsOf } from '../vectors/read-vectors.ts';
import { toHex } from './octets.ts';

/** The messages that are whole, from lines in which parts of them stand; other lines as they are. */
export function wholeOf(lines: readonly string[]): string[] {
  const whole: string[] = [];
  let open = '';
  for (const line of lines) {
    const part = /^(… )?(text|binary) ?(.*?)( …)?$/.exec(line);
    if (part === null) {
      whole.push(line);
      continue;
    }
    open += toHex(octetsOf(part[3]));
    if (part[4] !== undefined) continue;
    whole.push(`${part[2]} ${open}`);
    open = '';
  }
  return whole;
}
