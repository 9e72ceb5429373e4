import { rows } from './target-rows.mjs';

/** The scenes that the table needs. */
export const neededScenes = new Set(
  rows.flatMap(({ scene, scenes = [] }) => [...(scene === undefined ? [] : [scene]), ...scenes]),
);

/** Figures have three digits that mean something. */
const rounded = (value) =>
  Number.isFinite(value) ? (value >= 1000 ? Math.round(value) : Number(value.toPrecision(3))) : null;

/** Why a scene gave no figure. */
function reasonOf(scene, peer, missing) {
  if (scene === undefined) return 'not measured in this run';
  const failed = scene.peers.find(({ failed }) => failed !== undefined);
  return missing[peer] ?? failed?.failed ?? `there is no ${peer}`;
}

/** `{ value, spread, note }` of a row, `value` undefined where it could not be had. */
function measured({ peer, scene, of, ofXs }, scenes, xs, missing) {
  if (ofXs !== undefined) {
    const { value, spread = [value, value], note } = xs === undefined ? {} : ofXs(xs);
    const reason = xs === undefined ? 'not measured in this run' : (xs.reason ?? 'not measured');
    return { value, spread, note: value === undefined ? reason : note };
  }
  const found = scenes.has(scene) ? of(scenes.get(scene), scenes) : undefined;
  if (found?.median === undefined)
    return { spread: [], note: found?.note ?? reasonOf(scenes.get(scene), peer, missing) };
  return { value: found.median, spread: [found.low, found.high], note: found.note };
}

function evaluated(row, scenes, xs, missing) {
  const { name, peer, floor, goal, lowerIsBetter = false } = row;
  const { value, spread, note } = measured(row, scenes, xs, missing);
  const ratio = rounded(value);
  const reaches = (mark) => (ratio === null ? null : lowerIsBetter ? ratio <= mark : ratio >= mark);
  return {
    name,
    peer,
    ratio,
    spread: ratio === null ? [null, null] : spread.map(rounded),
    floor,
    goal,
    lowerIsBetter,
    met: reaches(floor),
    goalMet: reaches(goal),
    ...(note === undefined ? {} : { reason: note }),
  };
}

/**
 * The whole table: `met` tells of the floor, `goalMet` of the goal, both null where there is no figure and `reason`
 * says why. From the scenes that were measured, by their ids, the figures on XS, and why a peer is `missing`.
 */
export function targetTable(scenes, xs, missing = {}) {
  return rows.map((row) => evaluated(row, scenes, xs, missing));
}
