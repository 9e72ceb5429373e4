import { type CaseResult, hasFailed } from '../run/result.ts';
import { html } from './markup.ts';

/** What a badge says: the object that shields.io takes from an endpoint. */
export interface Badge {
  readonly schemaVersion: 1;
  readonly label: string;
  readonly message: string;
  readonly color: string;
}

const COLORS: Readonly<Record<string, string>> = {
  brightgreen: '#2f7d32',
  yellow: '#8a6d00',
  red: '#b3261e',
  lightgrey: '#6b7280',
};

/** A badge for results: how many passed, of how many. Cases that need an extension that is not there do not count. */
export function badgeOf(results: readonly CaseResult[]): Badge {
  const counted = results.filter((each) => hasFailed(each) || each.behavior !== 'UNIMPLEMENTED');
  const passed = counted.filter((each) => !hasFailed(each)).length;
  const isStrict = counted.every(({ behavior }) => behavior !== 'NON-STRICT');
  const good = isStrict ? 'brightgreen' : 'yellow';
  const color = counted.length === 0 ? 'lightgrey' : passed < counted.length ? 'red' : good;
  const message = counted.length === 0 ? 'no case was run' : `${passed} of ${counted.length} passed`;
  return { schemaVersion: 1, label: 'WebSocket conformance', message, color };
}

/** Points that a text takes, about; the real width is set by `textLength`. */
const widthOf = (text: string): number => Math.round(text.length * 6.6) + 14;

/** The badge as a picture. */
export function badgeSvg({ label, message, color }: Badge): string {
  const left = widthOf(label);
  const right = widthOf(message);
  const text = (words: string, start: number, width: number): ReturnType<typeof html> =>
    html`<text x="${start + 7}" y="14" textLength="${width - 14}">${words}</text>`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img">
    <title>${label}: ${message}</title>
    <rect width="${left}" height="20" fill="#3d4450" />
    <rect x="${left}" width="${right}" height="20" fill="${COLORS[color] ?? '#6b7280'}" />
    <g fill="#fff" font-family="Verdana, DejaVu Sans, sans-serif" font-size="11">
      ${text(label, 0, left)} ${text(message, left, right)}
    </g>
  </svg> `.text;
}
