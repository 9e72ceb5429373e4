/** `ws` as it comes, without its optional natives; they are installed here to be measured too. */
export const bare = { WS_NO_BUFFER_UTIL: '1', WS_NO_UTF_8_VALIDATE: '1' };

/** `ws` in both its forms. */
export const wsPeers = [
  { name: 'ws', env: bare },
  { name: 'ws, natives', peer: 'ws' },
];
