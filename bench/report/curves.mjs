import { element, escaped } from './markup.mjs';

const WIDTH = 420;
const HEIGHT = 270;
const LEFT = 58;
const RIGHT = 16;
const TOP = 22;
const BOTTOM = 38;

/** A number with a unit of size: 1,048,576 as 1 Mi where it is octets, else 1.0 M. */
function short(value) {
  for (const [size, name] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ]) {
    if (value >= size) return `${Number((value / size).toPrecision(2))} ${name}`;
  }
  return String(Number(value.toPrecision(2)));
}

/** Powers of ten in a range, every second or third of them where there are many. */
function decades(low, high) {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const step = last - first > 5 ? 2 : 1;
  const marks = [];
  for (let power = first; power <= last; power += step) marks.push(10 ** power);
  return marks;
}

/** Places values between `from` and `to`, evenly by their logarithms. */
function scale(values, from, to) {
  const low = Math.min(...values);
  const high = Math.max(...values, low * 1.01);
  const place = (value) => from + ((to - from) * Math.log(value / low)) / Math.log(high / low);
  return { low, high, place };
}

const line = (x1, y1, x2, y2, name) => element('line', { x1, y1, x2, y2, class: name });
const words = (x, y, text, attributes) => element('text', { x, y, ...attributes }, escaped(text));

/** One plot, both axes logarithmic: what is linear is a straight line as steep as the dotted one. */
export function plot(title, scenes) {
  const [{ axis, unit, peers: names }] = scenes;
  const series = names.map(({ name }, at) => ({
    name,
    points: scenes
      .map(({ x, peers }) => ({ x, y: peers[at].failed === undefined ? peers[at].median : NaN }))
      .filter(({ y }) => Number.isFinite(y) && y > 0),
  }));
  const all = series.flatMap(({ points }) => points);
  const horizontal = scale(
    all.map(({ x }) => x),
    LEFT,
    WIDTH - RIGHT,
  );
  const vertical = scale(
    all.map(({ y }) => y),
    HEIGHT - BOTTOM,
    TOP,
  );
  const right = WIDTH - RIGHT;
  const bottom = HEIGHT - BOTTOM;
  const marks = [
    ...decades(vertical.low, vertical.high).map((value) => {
      const y = vertical.place(value);
      return line(LEFT, y, right, y, 'grid') + words(LEFT - 6, y + 4, short(value), { 'text-anchor': 'end' });
    }),
    ...decades(horizontal.low, horizontal.high).map((value) => {
      const x = horizontal.place(value);
      return (
        line(x, TOP, x, bottom, 'grid') + words(x, bottom + 15, short(value), { 'text-anchor': 'middle' })
      );
    }),
  ];
  const drawn = series.flatMap(({ name, points }) => {
    const places = points.map(({ x, y }) => [horizontal.place(x).toFixed(1), vertical.place(y).toFixed(1)]);
    return [
      element('polyline', { points: places.map(String).join(' '), class: `curve ${name}` }),
      ...places.map(([cx, cy]) => element('circle', { cx, cy, r: 3, class: `dot ${name}` })),
    ];
  });
  const legend = series.map(({ name }, at) => words(LEFT + 6 + at * 70, TOP - 8, name, { class: name }));
  const label = `${title}: ${unit} over ${axis}`;
  return element(
    'figure',
    {},
    element(
      'svg',
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label },
      marks,
      steepness(series[0].points, horizontal, vertical),
      drawn,
      legend,
      words(right, HEIGHT - 6, axis, { 'text-anchor': 'end' }),
    ),
    element('figcaption', {}, escaped(label)),
  );
}

/** A line from our last point down, as steep as what is proportional. */
function steepness(points, horizontal, vertical) {
  const last = points.at(-1);
  const first = points[0];
  if (last === undefined || first.y >= last.y) return '';
  const lowest = Math.max(first.x, (last.x * vertical.low) / last.y);
  const y = (last.y * lowest) / last.x;
  return line(
    horizontal.place(lowest),
    vertical.place(y),
    horizontal.place(last.x),
    vertical.place(last.y),
    'linear',
  );
}
