/** How far each lane of an outbox has got: numbers modulo 2^32, −1 for not at all. */
export interface LaneNumbers {
  normal: number;
  urgent: number;
}

/** How far one lane may fall behind the other. */
const HORIZON = 0x40000000;

/** Whether `one` comes after `other`, both modulo 2^32. */
export function isAfter(one: number, other: number): boolean {
  return ((one - other) | 0) > 0;
}

/**
 * Both lanes share the numbers, and `number` is the latest. A lane that is seldom used follows far behind, because a lane
 * that fell behind by half of all numbers would take its next record for an old one.
 */
export function keepUp(lanes: LaneNumbers, number: number): void {
  const least = (number - HORIZON) >>> 0;
  if (lanes.normal >= 0 && isAfter(least, lanes.normal)) lanes.normal = least;
  if (lanes.urgent >= 0 && isAfter(least, lanes.urgent)) lanes.urgent = least;
}
