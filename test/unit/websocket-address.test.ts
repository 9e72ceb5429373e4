/** URLs where the runtime has no class for them. */
import { expect, test } from 'vitest';
import { addressOf } from '../../src/websocket/address.ts';

test.each([
  ['ws://user:pass@host/', 'user:pass'],
  ['ws://us%65r:p%40ss@host/', 'user:p@ss'],
  // As the URL standard decodes: what is no escape, or not one of UTF-8, is no reason to refuse.
  ['ws://100%:p@host/', '100%:p'],
  ['wss://%u:p@[::1]/', '%u:p'],
  ['ws://%ff@host/', '%ff'],
])('the credentials of %s', (url, credentials) => {
  expect(addressOf(url)?.credentials).toBe(credentials);
});
