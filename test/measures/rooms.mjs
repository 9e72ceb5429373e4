// The rooms of `src/` that `npm run mutation` goes through, in the order of what hangs on them: what is mutated, and the
// tests that have to notice. Only suites of the same process, since another would never see a mutant; and of these the quick
// ones, since a mutant that loops is given half as much time again as all of them take. Exhaustive ones (all headers, all
// sequences of three octets, all close codes) notice more than is counted here. `anew` are modules that are evaluated again with
// each file of tests, because they set what all share.
const VECTORS = 'test/vectors/**/*.test.ts';

export const ROOMS = {
  frame: {
    mutate: 'src/frame',
    tests: [
      'test/unit/{frame-pieces,mask,lengths,ring,stream-endpoint}.test.ts',
      'test/property/utf8*.test.ts',
      VECTORS,
    ],
  },
  handshake: {
    mutate: 'src/handshake',
    tests: ['test/unit/{handshake-*,accept,limits,open-stream,seldom,unreadable}.test.ts', VECTORS],
  },
  connection: {
    mutate: 'src/connection',
    tests: [
      'test/unit/{callbacks,deadlines,endpoint,lengths,limits,misuse,options,pause,ring,seldom}.test.ts',
      'test/unit/unreadable.test.ts',
      'test/unit/{stream-*,connection-*}.test.ts',
      VECTORS,
    ],
  },
  client: {
    mutate: 'src/client',
    tests: [
      'test/unit/{callbacks,endpoint,misuse,options,pause,seldom,open-stream,stream-*}.test.ts',
      'test/unit/{websocket-client,websocket-client-life,client-*,unreadable}.test.ts',
      'test/world/{host,after-end}.test.ts',
    ],
  },
  deflate: {
    mutate: 'src/deflate',
    tests: [
      'test/deflate/{negotiate,profiles,inflate,end-of-message,fast-paths,{encoder,decoder}-pieces}.test.ts',
      'test/compression/{inbound,outbound,pause,negotiation}.test.ts',
    ],
  },
  messages: {
    mutate: 'src/messages',
    tests: ['test/messages/{assembly,seldom,peer-alone,peer-parts}.test.ts'],
  },
  uplink: {
    mutate: 'src/uplink',
    tests: [
      'test/uplink/{backoff,bounds,shape,sentence,uplink,outbox,seldom,delivery,device-store}.test.ts',
      'test/uplink/{acknowledgements,links,pages,outbox-memory,straight}.test.ts',
      'test/unit/send-ranges.test.ts',
      'test/examples/{replies,records}.test.ts',
    ],
  },
  websocket: {
    mutate: 'src/websocket',
    // It lends the class the runtime of Node, in whose place one of the suites puts another.
    anew: ['hosts/node/websocket.ts'],
    tests: [
      'test/websocket/{constructor,event-target,event,listeners,address,messages,closing}.test.ts',
      'test/websocket/{client-link,device-runtime,blobs,outgoing,sentences,web-idl}.test.ts',
    ],
  },
  socket: { mutate: 'src/socket', tests: ['test/socket/scripted*.test.ts'] },
  reconnecting: { mutate: 'src/reconnecting', tests: ['test/reconnecting/{parts,properties}.test.ts'] },
  // Not of `src/`, but what lends a connection its memory and takes it back.
  endpoint: {
    mutate: 'hosts/node/endpoint',
    tests: ['test/hosts/{borrowed-memory,memory-pool,messages,misuse-octets}.test.ts'],
  },
  // Files that have no folder: ids of errors, and their sentences.
  errors: {
    mutate: 'src',
    isFlat: true,
    tests: ['test/hosts/failure-text.test.ts', 'test/unit/{options,misuse,limits,unreadable}.test.ts'],
  },
};
