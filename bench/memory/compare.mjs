/**
 * What is held against the measurements: promises, which are zeros, and expected.json, where a tolerance
 * stands beside every number: octets, or bytecodes a message.
 */

/** A sentence for every promise that is broken. */
export function brokenPromises({ runs }) {
  return runs
    .filter(({ slots, chunkBytes, collections }) => slots !== 0 || chunkBytes !== 0 || collections !== 0)
    .map(
      ({ work, octets, messages, slots, chunkBytes, collections }) =>
        `${messages} messages of ${octets} octets, ${work}: ${slots} slots, ${chunkBytes} octets of chunks, ${collections} collections, where all were promised to be 0`,
    );
}

/** The number that the path `a.b` leads to. */
function numberAt(measured, path) {
  return path.split('.').reduce((value, key) => value?.[key], measured);
}

/** What follows the size of a slot or of a pointer. */
const OF_A_DEVICE = /^(ramPerConnection|smallestBlock|bytecode|(windows|stack|webSocket)\..*)$/;

/** The highest that was reached. How high it goes depends on how the network cuts the stream: lower is no fault. */
const HIGH_WATER = /^stack\./;

/**
 * A sentence for every number that left its tolerance: also downwards, so that what was won is not lost again, but for
 * high-water marks. Octets of a 64-bit build are no device's and are not compared.
 */
export function differences(expected, measured) {
  const faults = [];
  for (const [path, { value, tolerance }] of Object.entries(expected)) {
    if (measured.engine.bits !== 32 && OF_A_DEVICE.test(path)) continue;
    const now = numberAt(measured, path);
    const above = now - value;
    if (!((HIGH_WATER.test(path) ? above : Math.abs(above)) <= tolerance))
      faults.push(
        `${path} is ${now}, expected ${value} ± ${tolerance}; if it has to be, --update writes it down`,
      );
  }
  return faults;
}

/** `expected` with the numbers of `measured`. */
export function withMeasured(expected, measured) {
  return Object.fromEntries(
    Object.entries(expected).map(([path, { tolerance }]) => [
      path,
      { value: numberAt(measured, path), tolerance },
    ]),
  );
}
