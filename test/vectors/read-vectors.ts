import { readdirSync, readFileSync } from 'node:fs';
import { hex, latin1, utf8 } from '../support/octets.ts';
import { closeLine, controlLine, dataLine } from '../support/trace.ts';

/** Reads the documents beside this file; how they are written stands in README.md. */

export type Step =
  | { readonly kind: 'in' | 'out'; readonly bytes: Uint8Array }
  | { readonly kind: 'events' | 'do'; readonly lines: readonly string[] };

export interface Vector {
  readonly document: string;
  readonly title: string;
  readonly settings: ReadonlyMap<string, string>;
  readonly steps: readonly Step[];
}

export function readVectors(): Vector[] {
  const here = new URL('.', import.meta.url);
  const names = readdirSync(here).filter((name) => name.endsWith('.md') && name !== 'README.md');
  return names.sort().flatMap((name) => parse(name, readFileSync(new URL(name, here), 'utf8')));
}

/** One vector for each heading of the second level that has blocks below it. */
export function parse(document: string, text: string): Vector[] {
  const vectors: Vector[] = [];
  let settings = new Map<string, string>();
  let steps: Step[] = [];
  let block: { readonly info: string; readonly lines: string[] } | undefined;
  for (const line of text.split('\n')) {
    if (block !== undefined) {
      if (line !== '```') block.lines.push(line);
      else {
        steps.push(stepOf(block.info, block.lines, document));
        block = undefined;
      }
    } else if (line.startsWith('```')) block = { info: line.slice(3), lines: [] };
    else if (line.startsWith('## ')) {
      settings = new Map();
      steps = [];
      vectors.push({ document, title: line.slice(3), settings, steps });
    } else {
      const setting = /^- (\w[\w ]*): (.*)$/.exec(line);
      if (setting !== null) settings.set(setting[1], setting[2].replace(/^`(.*)`$/, '$1'));
    }
  }
  if (block !== undefined) throw new Error(`${document}: a block is not closed`);
  return vectors.filter((vector) => vector.steps.length > 0);
}

function stepOf(info: string, lines: readonly string[], document: string): Step {
  switch (info) {
    case 'in':
    case 'out':
      return { kind: info, bytes: octetsOf(lines.map(withoutComment).join(' ')) };
    case 'in http':
    case 'out http':
      return { kind: info === 'in http' ? 'in' : 'out', bytes: latin1(lines.join('\r\n') + '\r\n\r\n') };
    case 'events':
      return { kind: info, lines: lines.map(withoutComment).filter(Boolean).map(eventOf) };
    case 'do':
      return { kind: info, lines: lines.map(withoutComment).filter(Boolean) };
    default:
      throw new Error(`${document}: no such block: ${info}`);
  }
}

/** Comments begin with `#` outside quotes. */
function withoutComment(line: string): string {
  return line.replace(/^((?:[^"#]|"(?:[^"\\]|\\.)*")*)#.*$/, '$1').trim();
}

/** Hex digits and JSON strings, each perhaps `× n` times. */
export function octetsOf(text: string): Uint8Array {
  const octets: number[] = [];
  for (const [, token, times = '1'] of text.matchAll(/("(?:[^"\\]|\\.)*"|[^\s×]+)(?:\s*×\s*(\d+))?/g)) {
    const some = token.startsWith('"') ? utf8(JSON.parse(token) as string) : hex(token);
    for (let i = 0; i < Number(times); i++) octets.push(...some);
  }
  return Uint8Array.from(octets);
}

/** The line of the trace that an event is written as: text may stand there as a string or in octets. */
function eventOf(line: string): string {
  const data = /^(… )?(text|binary)(.*?)( …)?$/.exec(line);
  if (data !== null) {
    return dataLine(data[2] === 'binary', octetsOf(data[3]), data[1] === undefined, data[4] !== undefined);
  }
  const control = /^(ping|pong)\b(.*)$/.exec(line);
  if (control !== null) return controlLine(control[1], octetsOf(control[2]));
  const close = /^close(?: (\d+))?(.*)$/.exec(line);
  if (close === null) return line;
  const code = close[1] === undefined ? [] : [Number(close[1]) >> 8, Number(close[1]) & 255];
  return closeLine(Uint8Array.from([...code, ...octetsOf(close[2])]));
}
