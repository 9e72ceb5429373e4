/**
 * What is cut out of a copy of the library, one fast path at a time, to see what it earns. `edits` are strings of the
 * built modules: each `find` has to be there once, or the run stops and says which is not. `scene` is what is raced
 * with and without; `xs` a work whose bytecodes are counted with and without.
 */

const parse = (options, count = 20000) => ({ work: 'parse', options: { chunk: 65536, ...options }, count });
const binary100 = { kind: 'binary', size: 100, batch: 512 };
const flood = (options, count) => ({ work: 'receive', options, count, most: 4e6, needsServer: true });

/** Begins the body of a function or method in another way. */
const begin = (head, statement) => ({ find: `${head} {`, replace: `${head} {\n${statement}` });

/** The usual automaton: one table of octets' classes, one of transitions, a step through both for each octet. */
const TABLES = `
const classOf = new Uint8Array(256);
const after = new Uint8Array(512);
{
  const words = [...new Set(NEXT)];
  for (let octet = 0; octet < 256; octet++) classOf[octet] = words.indexOf(NEXT[octet]);
  for (let state = 0; state < 32; state++)
    for (const [at, word] of words.entries()) after[(state << 4) | at] = (word >> state) & 31;
}
`;
const throughTables = `
  let through = state;
  for (let at = start; at < end; at++) {
    if (through === 6 /* accept */) {
      at = skipAscii(words, at, end);
      if (at >= end) break;
    }
    const stop = end - at > 32 ? at + 32 : end;
    for (; at < stop; at++) through = after[(through << 4) | classOf[bytes[at]]];
    at--;
    if (through === 0 /* reject */) break;
  }
  return through;`;

export const CUTS = [
  {
    id: 'parseWhole',
    what: 'the fast path for whole frames',
    instead: 'every frame by the general path',
    edits: [begin('_parseWhole(bytes, words, end)', 'return;')],
    // What are fields is not handed over there.
    onDevices: [begin('    _parseWhole(end)', 'return;')],
    label: 'parse text 16 B',
    scene: parse({ kind: 'text', size: 16 }),
    xs: 'spans.binary.16',
  },
  {
    id: 'skipAscii',
    what: 'ASCII skipped by words',
    instead: 'every octet through the automaton',
    edits: [begin('function skipAscii(words, start, end)', 'return start;')],
    label: 'parse text 125 B',
    scene: parse({ kind: 'text', size: 125 }),
  },
  {
    id: 'shift',
    what: 'the shift DFA',
    instead: 'an automaton of two tables',
    edits: [
      { find: 'function validateUtf8(', replace: `${TABLES}function validateUtf8(` },
      begin('function validateUtf8(bytes, words, start, end, state)', throughTables),
    ],
    label: 'parse multibyte text 1 KiB, no native',
    scene: parse({ kind: 'mixed', size: 1024, native: false }),
  },
  {
    id: 'validateLong',
    what: "the host's validation of long text",
    instead: 'the automaton for all lengths',
    edits: [
      begin(
        'function validateText(bytes, start, end, state, words, owner)',
        'return validateUtf8(bytes, words, start, end, state);',
      ),
    ],
    label: 'receive multibyte text 64 KiB',
    scene: flood({ kind: 'mixed', size: 65536 }, 200),
  },
  {
    id: 'mask',
    what: 'masking by words',
    instead: 'octet by octet',
    edits: [
      begin('function mask(bytes, words, start, end, key)', 'return maskBytes(bytes, start, end, key);'),
    ],
    label: 'unmask 1 KiB in a message',
    scene: { work: 'mask', options: { size: 1024 }, count: 20000 },
  },
  {
    id: 'copyOctets',
    what: 'parts of foreign buffers copied by words',
    instead: 'a view for each one',
    edits: [
      begin(
        'function copyOctets(from, start, end, to, at)',
        'to.set(from.subarray(start, end), at);\nreturn;',
      ),
    ],
    label: 'send 100 B out of a larger buffer',
    scene: { work: 'send', options: { ...binary100, offset: 3 }, count: 5000, most: 4e6, needsServer: true },
  },
  {
    id: 'post',
    what: 'on a device, a whole message put into the ring in one step',
    instead: 'the general way of all frames',
    label: 'only on a device',
    edits: [
      // What `post` does stands in `write`.
      {
        find: 'if (!endpoint$._sending) {',
        replace: `if (endpoint$.send(octets, 0, octets.length, opcode - 1) !== 0) throw new Error();
          return endpoint$.writable;
          if (!endpoint$._sending) {`,
      },
    ],
    xs: 'send.binary.100',
  },
  {
    id: 'part',
    what: 'on a device, a socket that reads and writes the memory where it lies, in the short way',
    instead: 'a new view for each read and write',
    label: 'only on a device',
    edits: [{ find: '(this._isNative ? 1048576 /* Pumping.native */ : 0)', replace: '0' }],
    xs: 'read.binary.125',
  },
  {
    id: 'announce',
    what: 'on a device, sending asked for several times in a turn',
    instead: 'once, and a timer for the next',
    label: 'only on a device',
    edits: [{ find: '? 1 : 4 /* Announced.times */', replace: '? 1 : 1' }],
    xs: 'send.binary.100',
  },
  {
    id: 'whole',
    what: 'on a device, short frames left until they are whole',
    instead: 'delivered in two spans where a read ends',
    label: 'only on a device',
    edits: [
      {
        find: 'if (end - i <= whole &&',
        replace: 'if (false && end - i <= whole &&',
      },
    ],
    xs: 'spans.binary.125',
  },
  {
    id: 'spans',
    what: 'on a device, spans delivered by a method of the app',
    instead: 'by an event',
    label: 'only on a device',
    edits: [
      {
        find: 'target[SPAN](bytes, from, i, delivery);',
        replace: 'deliverBy.call(target, bytes, from, i, delivery);',
      },
      {
        find: 'class ClientEndpoint {',
        replace:
          'function deliverBy(bytes, from, to, delivery) { this[SPAN](bytes, from, to, delivery); }\nclass ClientEndpoint {',
      },
    ],
    xs: 'spans.binary.16',
  },
  {
    id: 'decodeShort',
    what: 'short text made into a string by itself',
    instead: 'the native for all lengths',
    edits: [begin('function decodeText(bytes, start, end)', 'return decodeNative(bytes, start, end);')],
    label: 'receive text 16 B as a string',
    scene: flood({ kind: 'text', size: 16 }, 20000),
    peer: 'ringlet, strings',
  },
  {
    id: 'defer',
    what: 'sends coalesced',
    instead: 'a write for each message',
    edits: [{ find: 'defer: process.nextTick,', replace: 'defer: undefined,' }],
    label: 'send binary 100 B',
    scene: { work: 'send', options: binary100, count: 5000, most: 4e6, needsServer: true },
  },
  {
    id: 'onread',
    what: 'the socket reads into memory that is kept',
    instead: "'data' events, a buffer for each read",
    edits: [{ find: ', onread: transport.ownMemory() }', replace: ' }' }],
    label: 'receive binary 1 KiB',
    scene: flood({ kind: 'binary', size: 1024 }, 20000),
  },
];
