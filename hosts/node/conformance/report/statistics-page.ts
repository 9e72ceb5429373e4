import type { CaseResult, Counts } from '../run/result.ts';
import { html, type Markup } from './markup.ts';

const sorted = (counts: Counts): readonly (readonly [number, number])[] =>
  Object.entries(counts)
    .map(([key, count]) => [Number(key), count] as const)
    .sort(([left], [right]) => left - right);

/** Chop sizes beyond which a table becomes a wall; the smaller ones are summed up in one line. */
const shownSizes = 40;

function octetTable(title: string, counts: Counts): Markup {
  const rows = sorted(counts);
  const total = rows.reduce((sum, [, count]) => sum + count, 0);
  const octets = rows.reduce((sum, [size, count]) => sum + size * count, 0);
  const hidden = rows.slice(shownSizes);
  return html`<div>
    <h3>${title}</h3>
    <table>
      <tr>
        <th class="number">Chop size</th>
        <th class="number">Count</th>
        <th class="number">Octets</th>
      </tr>
      ${rows.slice(0, shownSizes).map(
        ([size, count]) =>
          html`<tr>
            <td class="number">${size}</td>
            <td class="number">${count}</td>
            <td class="number">${size * count}</td>
          </tr> `,
      )}${
        hidden.length > 0 &&
        html`<tr>
          <td class="number">${hidden.length} more sizes</td>
          <td class="number">${hidden.reduce((sum, [, count]) => sum + count, 0)}</td>
          <td class="number">${hidden.reduce((sum, [size, count]) => sum + size * count, 0)}</td>
        </tr> `
      }
      <tr>
        <th>Total</th>
        <th class="number">${total}</th>
        <th class="number">${octets}</th>
      </tr>
    </table>
  </div>`;
}

function frameTable(title: string, counts: Counts): Markup {
  const rows = sorted(counts);
  return html`<div>
    <h3>${title}</h3>
    <table>
      <tr>
        <th class="number">Opcode</th>
        <th class="number">Count</th>
      </tr>
      ${rows.map(
        ([opcode, count]) =>
          html`<tr>
            <td class="number">${opcode}</td>
            <td class="number">${count}</td>
          </tr> `,
      )}
      <tr>
        <th>Total</th>
        <th class="number">${rows.reduce((sum, [, count]) => sum + count, 0)}</th>
      </tr>
    </table>
  </div>`;
}

const percent = (ratio: number | null): string => (ratio === null ? '–' : `${(100 * ratio).toFixed(1)} %`);

/** Wire statistics: octets by chop size, frames by opcode and, for compressed cases, how much was saved. */
export function statistics(result: CaseResult): Markup {
  const traffic = result.trafficStats;
  return html`<div class="tables">
    ${octetTable('Octets received by chop size', result.rxOctetStats)}
    ${octetTable('Octets transmitted by chop size', result.txOctetStats)}
    ${frameTable('Frames received by opcode', result.rxFrameStats)}
    ${frameTable('Frames transmitted by opcode', result.txFrameStats)}
    ${
      traffic &&
      html`<div class="scroll">
        <h3>Compression</h3>
        <table>
          <tr>
            <th></th>
            <th class="number">Messages</th>
            <th class="number">Octets</th>
            <th class="number">Compressed</th>
            <th class="number">Ratio</th>
          </tr>
          <tr>
            <td>Received</td>
            <td class="number">${traffic.incomingWebSocketMessages}</td>
            <td class="number">${traffic.incomingOctetsAppLevel}</td>
            <td class="number">${traffic.incomingOctetsWebSocketLevel}</td>
            <td class="number">${percent(traffic.incomingCompressionRatio)}</td>
          </tr>
          <tr>
            <td>Transmitted</td>
            <td class="number">${traffic.outgoingWebSocketMessages}</td>
            <td class="number">${traffic.outgoingOctetsAppLevel}</td>
            <td class="number">${traffic.outgoingOctetsWebSocketLevel}</td>
            <td class="number">${percent(traffic.outgoingCompressionRatio)}</td>
          </tr>
        </table>
      </div>`
    }
  </div>`;
}
