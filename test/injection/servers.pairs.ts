/** Two calls of the host's functions by a server fail, in all pairs, over every script; see `servers.test.ts`. */
import { describe, expect, test } from 'vitest';
import type { Script } from './scripts.ts';
import { playAtServer, scriptsOf, SERVERS } from './servers.ts';

describe.each(Object.keys(SERVERS))('%s', (server) => {
  test.each(scriptsOf(server).map((script): [string, Script] => [script.name, script]))(
    '%s',
    (_name, script) => {
      const found: string[] = [];
      const { length } = playAtServer(script, server, () => false).names;
      for (let first = 1; first <= length; first++) {
        const { names } = playAtServer(script, server, (call) => call === first);
        for (let second = first + 1; second <= names.length; second++)
          for (const what of playAtServer(script, server, (call) => call === first || call === second).wrong)
            found.push(`calls ${first}, ${names[first - 1]}, and ${second}, ${names[second - 1]}: ${what}`);
      }
      expect(found).toEqual([]);
    },
  );
});
