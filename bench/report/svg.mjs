import * as Plot from '@observablehq/plot';
import { JSDOM } from 'jsdom';

const { document } = new JSDOM('').window;

/** What charts look like in light and dark, also where they are files of their own. */
const STYLE = `.chart-svg{color:#3b444e;--own:#0b6e99;--good:#2c7a4b;--fair:#a8700b;--bad:#b3303c;--other:#8d96a0;--second:#b2541a}
@media (prefers-color-scheme:dark){.chart-svg{color:#c6ced6;--own:#54b8e0;--good:#6cc784;--fair:#d8b54a;--bad:#f07f8a;--other:#76808b;--second:#eb9a5f}}`;

/**
 * A chart of Observable Plot as text: SVG that needs nothing else, as wide as there is room, with `label` for those who do
 * not see it.
 */
export function svgOf(label, options) {
  const svg = Plot.plot({
    ...options,
    document,
    className: 'plot',
    ariaLabel: label,
    style: { background: 'none', overflow: 'visible', fontFamily: 'system-ui, sans-serif', maxWidth: '100%' },
  });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  svg.setAttribute('role', 'img');
  svg.classList.add('chart-svg');
  // A file has the size of its box; on a page the box has the size that there is.
  svg.removeAttribute('height');
  svg.setAttribute('width', '100%');
  const style = document.createElementNS('http://www.w3.org/2000/svg', 'style');
  style.textContent = STYLE;
  svg.prepend(style);
  return svg.outerHTML;
}

export { Plot };
