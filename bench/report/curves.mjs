import { element, escaped } from './markup.mjs';
import { Plot, svgOf } from './svg.mjs';

const COLORS = ['var(--own)', 'var(--other)', 'var(--second)', 'var(--fair)', 'var(--bad)'];

/** What is proportional to `x` and goes through our last point: as steep as what grows linearly. */
function linear(points) {
  const last = points.at(-1);
  if (points.length < 2 || points[0].y >= last.y) return [];
  const lowest = Math.min(...points.map(({ y }) => y));
  const first = Math.max(points[0].x, (last.x * lowest) / last.y);
  return [{ x: first, y: (last.y * first) / last.x }, last];
}

/** One chart, both axes logarithmic; low is good, since what grows is a cost. */
export function plot(title, scenes) {
  const [{ axis, unit, peers: names }] = scenes;
  const points = names.flatMap(({ name }, at) =>
    scenes
      .map(({ x, peers }) => ({ name, x, y: peers[at].failed === undefined ? peers[at].median : NaN }))
      .filter(({ y }) => Number.isFinite(y) && y > 0),
  );
  const own = points.filter(({ name }) => name === names[0].name);
  const label = `${title}: ${unit} over ${axis}; low is good`;
  const svg = svgOf(label, {
    width: 420,
    height: 290,
    marginLeft: 56,
    marginBottom: 40,
    x: { type: 'log', label: `${axis} →`, ticks: 5, tickFormat: '~s' },
    y: { type: 'log', label: `↓ low is good (${unit})`, grid: true, ticks: 5, tickFormat: '~s' },
    color: { domain: names.map(({ name }) => name), range: COLORS },
    marks: [
      Plot.line(linear(own), { x: 'x', y: 'y', stroke: 'currentColor', strokeDasharray: '2 4' }),
      Plot.line(points, { x: 'x', y: 'y', stroke: 'name', strokeWidth: 2 }),
      Plot.dot(points, { x: 'x', y: 'y', fill: 'name', r: 3 }),
    ],
  });
  const legend = names.map(({ name }, at) =>
    element('span', { class: 'key', style: `--key: ${COLORS[at]}` }, escaped(name)),
  );
  return element(
    'figure',
    { class: 'curve' },
    svg,
    element('figcaption', {}, element('div', { class: 'keys chart-svg' }, legend), escaped(label)),
  );
}
