/**
 * The n-th call of a function of the host by a server fails, for every n: whatever fails, a new client then gets its echo, and
 * nothing of those who are gone is left. `npm run injection` lets two calls fail. See `network/` for Node's own sockets.
 */
import { describe, expect, test } from 'vitest';
import type { Script } from './scripts.ts';
import { playAtServer, scriptsOf, SERVERS } from './servers.ts';

describe.each(Object.keys(SERVERS))('%s', (server) => {
  test.each(scriptsOf(server).map((script): [string, Script] => [script.name, script]))(
    '%s',
    (_name, script) => {
      const { names, wrong } = playAtServer(script, server, () => false);
      const found = wrong.map((what) => `nothing fails: ${what}`);
      for (const [index, name] of names.entries())
        for (const what of playAtServer(script, server, (call) => call === index + 1).wrong)
          found.push(`call ${index + 1}, ${name}: ${what}`);
      expect(found).toEqual([]);
    },
  );
});
