import { keepAwake } from './awake.mjs';
import { Contestant } from './contestant.mjs';
import { Program } from './program.mjs';
import { summary } from './statistics.mjs';

const sum = (rounds, pick) => rounds.reduce((total, round) => total + pick(round), 0);

/** Medians of what some works measure besides: octets outside the heap a message, slow round trips, resident memory. */
function extras(rounds) {
  const found = {};
  for (const key of ['external', 'p99', 'rss']) {
    if (rounds[0][key] !== undefined) found[key] = summary(rounds.map((round) => round[key])).median;
  }
  return found;
}

/** What the rounds of one peer come to. */
function resultOf({ name, rounds, failed }) {
  if (failed !== undefined || rounds.length === 0) return { name, failed: failed ?? 'no round', values: [] };
  const values = rounds.map((round) => round.value);
  const messages = sum(rounds, (round) => round.count);
  const million = (kind) => (sum(rounds, (round) => round.gcs?.[kind] ?? 0) * 1e6) / messages;
  const collections = { minor: million('minor'), major: million('major') };
  return { name, values, ...summary(values), ...collections, messages, ...extras(rounds) };
}

/** Every contestant that fails is left out from then on; the others go on. */
async function attempt(contestant, act) {
  if (contestant.failed !== undefined) return;
  try {
    await act();
  } catch (error) {
    contestant.failed = error.message;
  }
}

/**
 * Lets the peers of a scene take turns for `rounds` rounds, in an order that turns too. Returns for each its
 * cost in each round: CPU time in ns per message unless the work says otherwise.
 */
export async function race(scene, rounds) {
  const contestants = scene.peers.map((peer) =>
    peer.program === undefined ? new Contestant(scene, peer) : new Program(scene, peer),
  );
  const letSleep = scene.isKeptAwake ? keepAwake() : () => {};
  try {
    for (const one of contestants) await attempt(one, () => one.prepare());
    for (let round = 0; round < (scene.rounds ?? rounds); round++) {
      for (let turn = 0; turn < contestants.length; turn++) {
        const one = contestants[(turn + round) % contestants.length];
        await attempt(one, () => one.round());
      }
    }
  } finally {
    for (const one of contestants) one.end();
    letSleep();
  }
  return { ...scene, peers: contestants.map(resultOf) };
}
