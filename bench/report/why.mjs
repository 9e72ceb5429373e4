/** What is known of why a goal is not reached, for the rows that may miss it. Shown for a row only if it does. */
const ONREAD = 'The ceiling is a socket that looks at no octet and calls nobody for a message.';
const PARSE = 'In each message are a look at its header and a call of the receiver; the peer is C.';
const SEND =
  'The kernel’s copy of the octets is in it: the scene’s “raw” row is what the socket takes for frames that are made beforehand.';
const XS =
  'An access to memory costs some 500 instructions on a bytecode engine and a call some 260; the table of counts below says what a message and, by its sizes, an octet takes. The app and the socket are counted in, for both.';
const DEVICE =
  'It is for more than the peer’s does: whole RFC 6455 with its limits and deadlines, incremental UTF-8, spans, a receive buffer.';

const PER_READ =
  'Each read is a turn of its own: the stream is asked, deadlines are looked at and what is to be sent goes out.';
const VALIDATED = 'The peer does not validate text: an octet that cannot stand there passes.';

export const WHY = {
  'Node receive, binary 1 KiB': 'How near the socket’s own ceiling is: see the share of raw `onread`.',
  'Node receive, binary 64 KiB': 'How near the socket’s own ceiling is: see the share of raw `onread`.',
  'share of the raw onread ceiling, binary 1 KiB': ONREAD,
  'share of the raw onread ceiling, binary 64 KiB': ONREAD,
  'in-memory parser, text 16 B': PARSE,
  'in-memory parser, text 125 B': PARSE,
  'in-memory parser, binary 1 KiB': PARSE,
  'Node send, coalesced, text 100 B': SEND,
  'Node send, coalesced, binary 100 B': SEND,
  'Node send, coalesced, binary 1 KiB': SEND,
  'echo round trip, p50, 100 B':
    'The bare socket looks at no frame and makes none: what a round trip takes is mostly waking up, for both.',
  'V8 heap octets per received message':
    'It is a fraction of an octet: what the process allocates in a run, spread over its messages, since no message is that small.',
  'V8 heap octets per coalesced 100 B send':
    'Each write to the socket allocates in Node, once for many messages.',
  'XS instructions per received message, binary 16 B': XS,
  'XS instructions per received message, binary 125 B': XS,
  'XS instructions per send, binary 100 B': XS,
  'XS instructions per message received by read(buffer), binary 1,000 B': XS,
  'XS instructions per send, binary 1,000 B': XS,
  'XS bytecodes, one message per read, 16 B, by spans': PER_READ,
  'XS bytecodes, one message per read, 125 B, by spans': PER_READ,
  'XS bytecodes, one message per read, 16 B, by read(buffer)': PER_READ,
  'XS bytecodes, one message per read, 125 B, by read(buffer)': PER_READ,
  'XS bytecodes, text 16 B received and validated': VALIDATED,
  'XS bytecodes, text 125 B received and validated': VALIDATED,
  'bytecode of the client module, octets': DEVICE,
  'RAM per connection on 32-bit XS without its buffers, octets': DEVICE,
  'size of core and ECMA-419 client, minified, octets': DEVICE,
};
