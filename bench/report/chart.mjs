import { element, escaped } from './markup.mjs';
import { digits, standing } from './text.mjs';

const WIDTH = 920;
const ROW = 21;
const TOP = 44;
const NAME = 392;
const FIGURE = 70;
const LEFT = NAME + FIGURE + 14;
const RIGHT = 24;

/** What the chart reaches from and to, in floors. */
const LEAST = 1 / 4;
const MOST = 8;

const colors = { goal: '#2c7a4b', floor: '#c08a1e', missed: '#b3303c', 'not measured': '#9aa3ad' };

/** How far `value` is above the floor: 1 is just there, whether more is better or less. */
function inFloors(value, { floor, lowerIsBetter }) {
  if (!lowerIsBetter) return value / floor;
  return value === 0 ? MOST : floor / value;
}

function place(share) {
  const inside = Math.min(MOST, Math.max(LEAST, share));
  return LEFT + ((WIDTH - RIGHT - LEFT) * Math.log(inside / LEAST)) / Math.log(MOST / LEAST);
}

const text = (x, y, words, attributes = {}) => element('text', { x, y, ...attributes }, escaped(words));

function row(target, at) {
  const y = TOP + at * ROW;
  const middle = y + ROW / 2;
  const stands = standing(target);
  const fill = colors[stands];
  const parts = [
    text(NAME, middle + 4, target.name, { 'text-anchor': 'end' }),
    text(NAME + FIGURE, middle + 4, target.ratio === null ? '–' : digits(target.ratio), {
      'text-anchor': 'end',
      'font-weight': 600,
      fill,
    }),
  ];
  if (target.ratio !== null) {
    const width = Math.max(2, place(inFloors(target.ratio, target)) - LEFT);
    parts.push(element('rect', { x: LEFT, y: y + 4, width: width.toFixed(1), height: ROW - 8, rx: 2, fill }));
  }
  const goal = place(inFloors(target.goal, target)).toFixed(1);
  parts.push(
    element('line', { x1: goal, x2: goal, y1: y + 1, y2: y + ROW - 1, stroke: '#1d232b', 'stroke-width': 2 }),
  );
  return parts;
}

/**
 * All targets as bars that begin at the left and are as long as they are above or below their floor, by the
 * logarithm. Stands alone: a file of its own, or part of the page.
 */
export function targetChart(targets) {
  const height = TOP + targets.length * ROW + 14;
  const floor = place(1);
  const key = [
    [colors.goal, 'goal reached'],
    [colors.floor, 'floor reached'],
    [colors.missed, 'below the floor'],
  ].flatMap(([fill, words], at) => [
    element('rect', { x: 14 + at * 108, y: 12, width: 10, height: 10, rx: 2, fill }),
    text(28 + at * 108, 21, words),
  ]);
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${WIDTH} ${height}`,
      role: 'img',
      'aria-label': 'All targets: ours compared with floor and goal',
      'font-family': 'system-ui, sans-serif',
      'font-size': 12,
      fill: '#3b444e',
    },
    element('rect', { width: WIDTH, height, fill: '#fff' }),
    key,
    text(floor, 21, 'floor', { 'text-anchor': 'middle' }),
    text(floor + 60, 21, '❙ goal of each', { 'font-weight': 600 }),
    targets.flatMap(row),
    element('line', {
      x1: floor,
      x2: floor,
      y1: TOP - 14,
      y2: height - 8,
      stroke: '#1d232b',
      'stroke-dasharray': '3 3',
    }),
  );
}
