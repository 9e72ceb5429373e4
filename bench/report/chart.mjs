import { Plot, svgOf } from './svg.mjs';
import { digits, standing } from './text.mjs';

const ROW = 34;

/** What the chart reaches from and to, in floors. */
const LEAST = 1 / 2;
const MOST = 16;
const TICKS = [0.5, 1, 2, 4, 8, 16];

const COLORS = {
  goal: 'var(--good)',
  floor: 'var(--fair)',
  missed: 'var(--bad)',
  'not measured': 'var(--other)',
};

/** How far `value` is above the floor: 1 is just there, whether more is better or less. */
function inFloors(value, { floor, lowerIsBetter }) {
  if (!lowerIsBetter) return value / floor;
  return value === 0 ? MOST : floor / value;
}

const inside = (value) => Math.min(MOST, Math.max(LEAST, value));

const titleOf = ({ name, ratio, lowerIsBetter }) =>
  `${name}: ${ratio === null ? '–' : digits(ratio)}${lowerIsBetter ? ' (less is better)' : ''}`;

/**
 * All targets on one scale: how many times as good as its floor each is, by the logarithm. To the right is good, for all of
 * them: what is better when there is less of it is turned around.
 */
export function targetChart(targets) {
  const rows = targets.map((target, at) => ({
    at,
    title: titleOf(target),
    value: target.ratio === null ? null : inside(inFloors(target.ratio, target)),
    goal: inside(inFloors(target.goal, target)),
    color: COLORS[standing(target)],
  }));
  const measured = rows.filter(({ value }) => value !== null);
  return svgOf('All targets: how many times as good as its floor each is', {
    width: 460,
    height: rows.length * ROW + 70,
    marginLeft: 14,
    marginRight: 16,
    marginTop: 44,
    x: {
      type: 'log',
      domain: [LEAST, MOST],
      axis: null,
    },
    y: { type: 'band', domain: rows.map(({ at }) => at), axis: null, padding: 0 },
    marks: [
      Plot.gridX(TICKS, { strokeOpacity: 0.15 }),
      Plot.text(TICKS, { x: (value) => value, frameAnchor: 'top', dy: -9, text: (value) => `${value} ×` }),
      Plot.text(['times as good as the floor: to the right is good →'], {
        frameAnchor: 'top-right',
        textAnchor: 'end',
        dy: -30,
      }),
      // Beside the bars only, so that it crosses no title.
      Plot.tickX(rows, { x: () => 1, y: 'at', strokeWidth: 1.5, strokeDasharray: '3 3', insetTop: 17 }),
      Plot.barX(measured, { x1: 1, x2: 'value', y: 'at', fill: 'color', insetTop: 19, insetBottom: 5 }),
      Plot.tickX(rows, {
        x: 'goal',
        y: 'at',
        stroke: 'currentColor',
        strokeWidth: 2,
        insetTop: 17,
        insetBottom: 3,
      }),
      Plot.text(rows, {
        x: LEAST,
        y: 'at',
        text: 'title',
        textAnchor: 'start',
        dy: -7,
        fontSize: 10.5,
        fill: 'currentColor',
      }),
    ],
  });
}
