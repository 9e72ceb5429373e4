import type { WireLogRow } from '../endpoint/wire-log.ts';
import { html, type Markup } from './markup.ts';

const tail = (tag: string | null): string => (tag === null ? '' : ` (${tag})`);
const orNone = (value: string | number | null): string => String(value ?? 'none');

const line = (index: number, look: string, kind: string, what: string | Markup, octets = ''): Markup =>
  html`<li class="${look}">
    <span class="row">${String(index).padStart(3, '0')}</span><span class="kind">${kind}</span
    ><span class="what">${what}${octets === '' ? null : html`<span class="octets">${octets}</span>`}</span>
  </li> `;

function row(entry: WireLogRow, index: number): Markup {
  switch (entry[0]) {
    case 'RO':
      return line(index, 'rx', 'RX OCTETS', `${entry[1][0]} octets`, entry[1][1]);
    case 'TO':
      return line(
        index,
        'tx',
        'TX OCTETS',
        `${entry[1][0]} octets${entry[2] ? ', flushed' : ''}`,
        entry[1][1],
      );
    case 'RF': {
      const [, [length, text], opcode, fin, rsv, masked, mask] = entry;
      const words = `OPCODE=${opcode}, FIN=${fin}, RSV=${rsv}, LENGTH=${length}, MASKED=${masked}, MASK=${orNone(mask)}`;
      return line(index, 'rx frame', 'RX FRAME', words, text);
    }
    case 'TF': {
      const [, [length, text], opcode, fin, rsv, mask, repeat, chop, sync] = entry;
      const words =
        `OPCODE=${opcode}, FIN=${fin}, RSV=${rsv}, LENGTH=${repeat ?? length}, MASK=${orNone(mask)}, ` +
        `REPEATED=${repeat === null ? 'no' : `${length} octets`}, CHOPSIZE=${orNone(chop)}, SYNC=${sync}`;
      return line(index, 'tx frame', 'TX FRAME', words, text);
    }
    case 'CT':
      return line(index, 'timer', 'PAUSE', `go on after ${entry[1]} s${tail(entry[2])}`);
    case 'CTE':
      return line(index, 'timer', 'PAUSE OVER', `the pause ran out${tail(entry[1])}`);
    case 'KL':
      return line(index, 'timer', 'DEADLINE', `fail the connection after ${entry[1]} s`);
    case 'KLE':
      return line(index, 'timer', 'TIME IS UP', 'failing the connection');
    case 'TI':
      return line(index, 'timer', 'DEADLINE', `close the connection after ${entry[1]} s`);
    case 'TIE':
      return line(index, 'timer', 'TIME IS UP', 'closing the connection');
    case 'WLM':
      return line(index, 'timer', 'LOG', entry[1] ? 'switched on' : 'switched off, for much goes by');
  }
}

/** The wire log as a list, with a last line that says who ended the TCP connection. */
export function wireLogList(rows: readonly WireLogRow[], droppedByMe: boolean): Markup {
  const end = `TCP ended by the ${droppedByMe ? 'tester' : 'peer'}`;
  return html`<ol class="log">
    ${rows.map(row)}${line(rows.length, 'end', 'END', end)}
  </ol>`;
}
