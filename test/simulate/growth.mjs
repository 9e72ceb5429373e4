// Whether worlds leave anything behind, by what a process still holds after each of them.

/** Worlds until everything is compiled and every table has its size; then so many are looked at, and at the end as many. */
const WARM = 5;

/** Objects more at the end than in the beginning. The count is exact (V8's own): it stands still while nothing leaks. */
export const MOST_OBJECTS = 20;

/** Octets at the end, compared with the beginning. They include compiled code, which may double; strings that pile up show here. */
export const MOST_OCTETS = 1.5;

/** What has grown in one process, by what it held after each world. */
export function growthOf(left) {
  if (left.length < 3 * WARM) return { objects: 0, octets: 1 };
  const early = left.slice(WARM, 2 * WARM);
  const late = left.slice(-WARM);
  const least = (list, name) => Math.min(...list.map((each) => each[name]));
  return {
    objects: least(late, 'objects') - least(early, 'objects'),
    octets: least(late, 'octets') / least(early, 'octets'),
  };
}
