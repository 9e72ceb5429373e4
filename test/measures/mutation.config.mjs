import { defineConfig } from 'vitest/config';
import { ROOMS } from './rooms.mjs';

const room = ROOMS[process.env.RINGLET_ROOM];

/** For `npm run mutation`: the tests of one room, without a build, since no test of a room needs one. */
export default defineConfig({
  test: { include: room.tests, isolate: false, testTimeout: 120_000, expect: { poll: { timeout: 5_000 } } },
});
