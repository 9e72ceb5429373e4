// The rooms of `src/` that `npm run mutation` goes through, in the order of what hangs on them: what is mutated, and the
// tests that have to notice. Only suites of the same process: a process or a build of its own would never see a mutant.
const UNIT = 'test/unit/!(headers|close-codes|utf8).test.ts'; // the exhaustive ones take minutes when instrumented
const VECTORS = 'test/vectors/**/*.test.ts';

export const ROOMS = {
  frame: {
    mutate: ['src/frame/**/*.ts'],
    tests: ['test/unit/{mask,lengths,control,utf8,ring}.test.ts', VECTORS, 'test/property/utf8*.test.ts'],
  },
  handshake: { mutate: ['src/handshake/**/*.ts'], tests: [UNIT, VECTORS] },
  connection: {
    mutate: ['src/connection/**/*.ts'],
    tests: [UNIT, VECTORS, 'test/injection/**/*.test.ts', 'test/compression/{limits,pause,talk}.test.ts'],
  },
  client: {
    mutate: ['src/client/**/*.ts'],
    tests: [UNIT, 'test/injection/**/*.test.ts', 'test/world/{deadlines,host,misuse,after-end}.test.ts'],
  },
  deflate: {
    mutate: ['src/deflate/**/*.ts'],
    tests: [
      'test/deflate/{negotiate,inflate,end-of-message,deflate,fast-paths,corrupt}.test.ts',
      'test/compression/{inbound,outbound,limits,pause,negotiation}.test.ts',
    ],
  },
  messages: { mutate: ['src/messages/**/*.ts'], tests: ['test/messages/**/*.test.ts'] },
  uplink: {
    mutate: ['src/uplink/**/*.ts'],
    tests: ['test/uplink/{backoff,sentence,uplink,outbox,file-store,delivery,node}.test.ts'],
  },
  websocket: {
    mutate: ['src/websocket/**/*.ts'],
    tests: ['test/websocket/{constructor,event-target,messages,closing}.test.ts'],
  },
};
