/** Why a goal is not reached, for the rows that may not reach it. */
const SEND = 'What is left is the kernel’s copy of the octets and one call a turn, which every library pays.';
const ONREAD = 'The ceiling is a socket that looks at nothing; the rest is one header for each message.';
const PARSE =
  'The loop is at what V8 gives for a header and a call; a longer one was tried and was no faster.';
const XS =
  'On a bytecode engine each access to memory costs some 500 instructions, and each call 260; what is left are the accesses that the header needs. The app and the socket, some thousand instructions, are counted for both.';
const DEVICE =
  'It has what the class of the standard has not: spans, a receive ring, UTF-8, limits and deadlines.';

export const WHY = {
  'Node receive, binary 1 KiB': `It is at the socket’s own ceiling: see the share of raw \`onread\`.`,
  'Node receive, binary 64 KiB': `It is at the socket’s own ceiling: see the share of raw \`onread\`.`,
  'share of the raw onread ceiling, binary 1 KiB': ONREAD,
  'share of the raw onread ceiling, binary 64 KiB':
    'The octets lie in the cache of one core for the raw socket, which does not touch them.',
  'in-memory parser, text 16 B': PARSE,
  'in-memory parser, text 125 B': PARSE,
  'in-memory parser, binary 1 KiB': PARSE,
  'Node send, coalesced, text 100 B': SEND,
  'Node send, coalesced, binary 100 B': SEND,
  'Node send, coalesced, binary 1 KiB': SEND,
  'echo round trip, p50, 100 B':
    'Nearly all of a round trip are two system calls and the turn of the event loop, which both have.',
  'V8 heap octets per received message':
    'A fraction of an octet: the rest of V8’s own bookkeeping, spread over a million messages. No message allocates.',
  'V8 heap octets per coalesced 100 B send':
    'A write to the socket allocates in Node, once for many messages; the messages do not.',
  'XS instructions per received message, binary 16 B': XS,
  'XS instructions per received message, binary 125 B': XS,
  'XS instructions per send, binary 100 B': XS,
  'RAM per connection on 32-bit XS beside its buffers, octets': DEVICE,
  'size of core and ECMA-419 client, minified, octets': DEVICE,
  'size of core and ECMA-419 client, gzip, octets': DEVICE,
};
