/** Compressed messages as they come in: RFC 7692 §6 and §7.2.2, hostile-input classes F12, Z3 and Z7. */
import { describe, expect, test } from 'vitest';
import { nameOfError } from '../../src/error-text.ts';
import { Span } from '../../src/connection/events.ts';
import { closePayload, framesOf, peerFrame } from '../support/frames.ts';
import { concat, cutAt, hex, splitsOf, utf8 } from '../support/octets.ts';
import { below, words } from '../support/random.ts';
import { agreed, BINARY, deflated, peerMessage, ROLES, RSV1, TEXT, told, type Role } from './endpoints.ts';

const HELLO = hex('f2 48 cd c9 c9 07 00');

/** What `bytes` make of a new connection, the same at every split. */
function outcome(role: Role, bytes: Uint8Array, splits: readonly Uint8Array[][] = splitsOf(bytes)): string[] {
  let first: string[] | undefined;
  for (const pieces of splits) {
    const driver = agreed(role);
    driver.feed(...pieces);
    const { error } = driver.connection;
    const [close] = framesOf(driver.takeOutput()).filter((frame) => frame.opcode === 8);
    const code = close === undefined ? '' : ` ${(close.payload[0] << 8) | close.payload[1]}`;
    const lines = [...told(driver).filter((line) => line !== 'fin'), nameOfError(error) + code];
    first ??= lines;
    expect(lines).toEqual(first);
  }
  return first!;
}

/** `count` ways to cut `bytes` into pieces. */
function randomSplits(bytes: Uint8Array, count: number): Uint8Array[][] {
  const noise = words(bytes.length);
  return Array.from({ length: count }, () => {
    const cuts = Array.from({ length: 1 + below(noise, 8) }, () => below(noise, bytes.length + 1));
    return cutAt(
      bytes,
      cuts.sort((a, b) => a - b),
    );
  });
}

describe.each(ROLES)('%s', (role) => {
  const text = (...parts: readonly ArrayLike<number>[]): Uint8Array => peerMessage(role, TEXT, ...parts);

  describe('RFC 7692 §7.2.3', () => {
    test.each([
      ['.1 one block', [text(HELLO)]],
      ['.1 two fragments', [text(HELLO.slice(0, 3), HELLO.slice(3))]],
      ['a fragment for each octet', [text(...Array.from(HELLO, (octet) => [octet]))]],
      ['empty fragments', [text([], HELLO.slice(0, 1), [], [], HELLO.slice(1), [])]],
      ['.3 stored', [text(hex('00 05 00 fa ff 48 65 6c 6c 6f 00'))]],
      ['.3 stored, the octets in two frames', [text(hex('00 05 00 fa ff 48 65'), hex('6c 6c 6f 00'))]],
      ['.4 BFINAL = 1', [text(hex('f3 48 cd c9 c9 07 00 00'))]],
      ['BFINAL = 1, without the octet behind', [text(hex('f3 48 cd c9 c9 07 00'))]],
      ['.5 two blocks', [text(hex('f2 48 05 00 00 00 ff ff ca c9 c9 07 00'))]],
    ])('%s', (_, messages) => {
      expect(outcome(role, concat(...messages))).toEqual(['text "Hello"', 'none']);
    });

    test('.2 the second message refers to the first', () => {
      const both = concat(text(HELLO), text(hex('f2 00 11 00 00')));
      expect(outcome(role, both)).toEqual(['text "Hello"', 'text "Hello"', 'none']);
    });

    test('.6 empty, and of no octets at all', () => {
      expect(outcome(role, concat(text([0]), text([])))).toEqual(['text ""', 'text ""', 'none']);
    });
  });

  test('compressed and uncompressed messages take turns; the context is that of the compressed ones', () => {
    const plain = peerFrame(role, { opcode: TEXT, payload: utf8('Bonjour') });
    const fragments = concat(
      peerFrame(role, { opcode: BINARY, fin: false, payload: [1] }),
      peerFrame(role, { opcode: 0, payload: [2] }),
    );
    const all = concat(plain, text(HELLO), plain, fragments, text(hex('f2 00 11 00 00')), plain);
    const hello = 'text "Hello"';
    const bonjour = 'text "Bonjour"';
    expect(outcome(role, all)).toEqual([bonjour, hello, bonjour, 'binary 01 02', hello, bonjour, 'none']);
  });

  test('control frames between the fragments', () => {
    const control = concat(
      peerFrame(role, { opcode: 9, payload: [1, 2, 3] }),
      peerFrame(role, { opcode: 10, payload: [] }),
    );
    const message = concat(
      peerFrame(role, { opcode: TEXT, rsv: RSV1, fin: false, payload: HELLO.slice(0, 3) }),
      control,
      peerFrame(role, { opcode: 0, fin: false, payload: HELLO.slice(3, 4) }),
      control,
      peerFrame(role, { opcode: 0, payload: HELLO.slice(4) }),
    );
    const between = ['ping 01 02 03', 'pong'];
    expect(outcome(role, message)).toEqual([
      'text "He" …',
      ...between,
      '… text "l" …',
      ...between,
      '… text "lo"',
      'none',
    ]);
  });

  test('a Close between the fragments', () => {
    const message = concat(
      peerFrame(role, { opcode: TEXT, rsv: RSV1, fin: false, payload: HELLO.slice(0, 3) }),
      peerFrame(role, { opcode: 8, payload: closePayload(1001) }),
      peerFrame(role, { opcode: 0, payload: HELLO.slice(3) }),
    );
    expect(outcome(role, message).filter((line) => !line.startsWith('over'))).toEqual([
      'text "He" …',
      'close 1001',
      'none 1001',
    ]);
  });

  describe('reserved bits', () => {
    const begun = peerFrame(role, { opcode: TEXT, rsv: RSV1, fin: false, payload: HELLO.slice(0, 3) });
    test.each([
      ['on a continuation', concat(begun, peerFrame(role, { opcode: 0, rsv: RSV1, payload: [] }))],
      ['on a Ping', peerFrame(role, { opcode: 9, rsv: RSV1 })],
      ['on a Pong', peerFrame(role, { opcode: 10, rsv: RSV1 })],
      ['on a Close', peerFrame(role, { opcode: 8, rsv: RSV1, payload: closePayload(1000) })],
      ['on a Ping between fragments', concat(begun, peerFrame(role, { opcode: 9, rsv: RSV1 }))],
      ['RSV2 beside it', peerFrame(role, { opcode: TEXT, rsv: 6, payload: HELLO })],
      ['RSV3 beside it', peerFrame(role, { opcode: TEXT, rsv: 5, payload: HELLO })],
      ['RSV3 alone', peerFrame(role, { opcode: TEXT, rsv: 1, payload: HELLO })],
    ])('RSV1 %s', (_, bytes) => {
      expect(outcome(role, bytes).at(-1)).toBe('reservedBits 1002');
    });

    test('RSV1 on the first frame of a message that begins inside another', () => {
      const bytes = concat(begun, peerFrame(role, { opcode: TEXT, rsv: RSV1, payload: HELLO }));
      expect(outcome(role, bytes).at(-1)).toBe('messageUnfinished 1002');
    });

    test('RSV1 where nothing was agreed', () => {
      // The server answers nothing to such an offer; nor does a server to a client of ours.
      const driver = role === 'client' ? agreed('client', {}, {}, {}, '') : agreed('server', {}, {}, {}, 'x');
      driver.feed(text(HELLO));
      expect(nameOfError(driver.connection.error)).toBe('reservedBits');
    });
  });

  describe('malformed messages fail with 1007, and what came before is told', () => {
    const stored = hex('00 02 00 fd ff 48 69');
    test.each([
      ['reserved block type', hex('07'), []],
      ['the same behind a block', concat(stored, hex('06')), ['text "Hi" …']],
      ['stored length', hex('00 05 00 fa fe 48'), []],
      ['distance too far', hex('f2 00 11 00 00'), ['text "H" …']],
      ['code lengths', hex('04 fe ff ff ff ff ff ff'), []],
      ['ends inside a stored block', hex('00 05 00 fa ff 48 65'), ['text "He" …']],
      ['ends inside a stored block that the tail would fill', hex('00 06 00 f9 ff 48 69'), ['text "Hi" …']],
      ['ends inside a block', HELLO.slice(0, 4), ['text "Hel" …']],
      ['ends without the empty block', hex('f2 48 cd c9 c9 07'), ['text "Hello" …']],
      ['octets behind a final block that are no block', hex('f3 48 cd c9 c9 07 00 07'), ['text "Hello" …']],
    ])('%s', (_, payload, lines) => {
      for (const message of [text(payload), text(...Array.from(payload, (octet) => [octet]))]) {
        const seen = outcome(role, message);
        expect(seen.at(-1)).toBe('compressionInvalid 1007');
        // Which letters of a first symbol are out before the second fails depends on nothing but the stream.
        if (lines.length > 0 && payload[0] !== 0xf2) expect(seen.slice(0, -1)).toEqual(lines);
      }
    });

    test('nothing behind the fault is looked at', () => {
      const bytes = concat(text(hex('07')), peerFrame(role, { opcode: 9, payload: [1] }), text(HELLO));
      expect(outcome(role, bytes)).toEqual(['compressionInvalid 1007']);
    });
  });

  describe('text', () => {
    const PIECES = 'aé€😀';
    const long = PIECES.repeat(300);

    test('code points split by spans, frames, and steps of the window', () => {
      const payload = deflated(utf8(long), { level: 0 });
      const cuts = cutAt(payload, [1, 6, 7, 9, 100, 101, 1500]);
      const bytes = text(...cuts);
      expect(outcome(role, bytes, [[bytes], ...randomSplits(bytes, 200)])).toEqual([
        `text ${JSON.stringify(long)}`,
        'none',
      ]);
    });

    test('the window’s end falls into a code point at every place', () => {
      for (let lead = 0; lead < 8; lead++) {
        const driver = agreed(role, { receiveWindowBits: 8 }, {}, {});
        const data = 'x'.repeat(lead) + '😀'.repeat(200);
        driver.feed(text(deflated(utf8(data), { windowBits: 9, level: 0 })));
        expect(told(driver)).toEqual([`text ${JSON.stringify(data)}`]);
      }
    });

    test.each([
      ['an octet that cannot be', concat(utf8('Hi€'), [0xff], utf8('more')), 5],
      ['an overlong form', concat(utf8('Hi'), [0xc0, 0xaf]), 2],
      ['a surrogate', concat(utf8('Hi'), [0xed, 0xa0, 0x80]), 3],
      ['too far up', concat(utf8('Hi'), [0xf4, 0x90, 0x80, 0x80]), 3],
      ['a continuation alone', concat(utf8('é'.repeat(500)), [0x80]), 1000],
    ])('%s fails at its first impossible octet', (_, data, at) => {
      const payload = deflated(data, { level: 0 });
      const bytes = text(payload.slice(0, 7), payload.slice(7));
      let octets = 0;
      const driver = agreed(role, {}, {}, { onData: (_d, _b, start, end) => void (octets += end - start) });
      driver.feed(bytes);
      expect(octets).toBe(at);
      expect(outcome(role, bytes, [[bytes], ...randomSplits(bytes, 100)]).at(-1)).toBe('textInvalid 1007');
    });

    test('fails before the rest of the message has come', () => {
      const payload = deflated(concat([0xff], new Uint8Array(1000)), { level: 0 });
      const driver = agreed(role);
      driver.feed(peerFrame(role, { opcode: TEXT, rsv: RSV1, fin: false, payload: payload.slice(0, 6) }));
      expect(nameOfError(driver.connection.error)).toBe('textInvalid');
    });

    test('cut off at the end of the message', () => {
      const bytes = text(deflated(utf8('Hi€').slice(0, 4)));
      expect(outcome(role, bytes).at(-1)).toBe('textInvalid 1007');
      expect(outcome(role, peerMessage(role, BINARY, deflated(utf8('Hi€').slice(0, 4)))).at(-1)).toBe('none');
    });

    test('the state of one message does not reach the next', () => {
      const half = concat(utf8('Hi'), [0xe2, 0x82]);
      const bytes = concat(peerMessage(role, BINARY, deflated(half)), text(deflated(utf8('é'), {})));
      const driver = agreed(role, { receiveTakeover: false }).feed(bytes);
      expect(told(driver)).toEqual(['binary 48 69 e2 82', 'text "é"']);
    });
  });

  test('spans: first and more tell where a message begins and ends', () => {
    const spans: number[] = [];
    const driver = agreed(
      role,
      { receiveWindowBits: 8 },
      {},
      {
        onData: (_, _bytes, start, end, span) => {
          if (end > start || (span & Span.more) === 0) spans.push(span);
        },
      },
    );
    driver.feed(peerMessage(role, BINARY, deflated(new Uint8Array(600), { windowBits: 9 })));
    driver.feed(peerMessage(role, TEXT, [0]));
    expect(spans).toEqual([
      Span.first | Span.binary | Span.more,
      Span.binary | Span.more,
      Span.binary,
      Span.first,
    ]);
  });
});
