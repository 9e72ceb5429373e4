import { describe, expect, test } from 'vitest';
import { faultInHeader } from '../../hosts/node/conformance/endpoint/header-rules.ts';
import { openCodec } from '../../hosts/node/conformance/wire/deflate.ts';
import {
  acceptOffer,
  answerText,
  offersText,
  parseExtensions,
  readAnswer,
} from '../../hosts/node/conformance/wire/extensions.ts';
import { encodeFrame, FrameReader, type ReceivedHeader } from '../../hosts/node/conformance/wire/frame.ts';
import { acceptFor, faultInAnswer, readRequest } from '../../hosts/node/conformance/wire/handshake.ts';
import { HeadCollector, type HttpHead } from '../../hosts/node/conformance/wire/http-head.ts';
import { masked } from '../../hosts/node/conformance/wire/mask.ts';
import { isUtf8, Utf8Checker } from '../../hosts/node/conformance/wire/utf8.ts';

/** All frames in octets that are pushed in pieces of `size`. */
function readFrames(octets: Buffer, size: number): { header: ReceivedHeader; payload: string }[] {
  const reader = new FrameReader();
  const frames: { header: ReceivedHeader; payload: string }[] = [];
  let payload = '';
  for (let at = 0; at < octets.length; at += size) {
    reader.push(octets.subarray(at, at + size));
    for (let next = reader.next(); next !== null; next = reader.next()) {
      if (next.part === 'header') payload = '';
      if (next.part === 'data') payload += next.data.toString('hex');
      if (next.part === 'end') frames.push({ header: next.header, payload });
    }
  }
  return frames;
}

const frame = (length: number, mask: string | null): Buffer =>
  encodeFrame(
    { opcode: 2, fin: true, rsv: 0, length, mask: mask === null ? null : Buffer.from(mask, 'hex') },
    Buffer.alloc(length, 0xfe),
  );

describe('frames', () => {
  test('are masked as in a known exchange', () => {
    const header = { opcode: 1, fin: true, rsv: 0, length: 4, mask: Buffer.from('37ccbd4e', 'hex') };
    expect(encodeFrame(header, Buffer.from('f29fbfbe', 'hex')).toString('hex')).toBe('818437ccbd4ec55302f0');
    const close = { opcode: 8, fin: true, rsv: 0, length: 2, mask: Buffer.from('fab09888', 'hex') };
    expect(encodeFrame(close, Buffer.from('03e8', 'hex')).toString('hex')).toBe('8882fab09888f958');
  });

  test.each([0, 1, 125, 126, 65535, 65536])(
    'of %i octets are read back, however they are split',
    (length) => {
      for (const mask of [null, '01020304']) {
        const octets = Buffer.concat([frame(length, mask), frame(3, mask)]);
        for (const size of length > 200 ? [4096, octets.length] : [1, 2, 3, 7, octets.length]) {
          const frames = readFrames(octets, size);
          expect(frames.map(({ payload }) => payload.length / 2)).toEqual([length, 3]);
          expect(frames[0]!.payload).toBe('fe'.repeat(length));
          expect(frames[0]!.header.minimal).toBe(true);
        }
      }
    },
  );

  test('with a length that is longer than need be are recognised', () => {
    const [first] = readFrames(Buffer.from('827e000161', 'hex'), 9);
    expect(first).toMatchObject({ payload: '61', header: { length: 1, minimal: false } });
    const [second] = readFrames(Buffer.from('827f000000000000000161', 'hex'), 9);
    expect(second).toMatchObject({ payload: '61', header: { length: 1, minimal: false } });
  });

  test('are unmasked from any offset on', () => {
    const key = Buffer.of(1, 2, 3, 4);
    const whole = masked(Buffer.from('the quick brown fox'), key);
    for (let at = 0; at <= whole.length; at++) {
      const parts = [masked(whole.subarray(0, at), key), masked(whole.subarray(at), key, at)];
      expect(Buffer.concat(parts).toString()).toBe('the quick brown fox');
    }
  });
});

describe('header rules', () => {
  const good: ReceivedHeader = {
    opcode: 1,
    fin: true,
    rsv: 0,
    length: 5,
    mask: Buffer.alloc(4),
    minimal: true,
  };
  const context = { fromClient: true, inMessage: false, compression: false };
  test('let a plain frame pass', () => expect(faultInHeader(good, context)).toBeNull());
  test.each([
    ['a frame from the client is not masked', { mask: null }, {}],
    ['a frame from the server is masked', {}, { fromClient: false }],
    ['RSV is 4, which no extension defines', { rsv: 4 }, {}],
    ['RSV is 2, which no extension defines', { rsv: 2 }, { compression: true }],
    ['a control frame is marked as compressed', { rsv: 4, opcode: 9 }, { compression: true }],
    [
      'a continuation frame is marked as compressed',
      { rsv: 4, opcode: 0 },
      { compression: true, inMessage: true },
    ],
    ['opcode 3 is reserved', { opcode: 3 }, {}],
    ['opcode 11 is reserved', { opcode: 11 }, {}],
    ['a control frame is fragmented', { opcode: 9, fin: false }, {}],
    ['a control frame has more than 125 octets', { opcode: 9, length: 126 }, {}],
    ['a Close frame has a payload of one octet', { opcode: 8, length: 1 }, {}],
    ['a continuation frame continues nothing', { opcode: 0 }, {}],
    ['a new message starts inside a fragmented one', {}, { inMessage: true }],
    ['the highest bit of a payload length is set', { length: 2 ** 63 }, {}],
    ['a payload length is not written in the shortest form', { minimal: false }, {}],
  ])('find that %s', (sentence, header, changed) => {
    expect(faultInHeader({ ...good, ...header }, { ...context, ...changed })).toBe(sentence);
  });
});

describe('the UTF-8 checker', () => {
  const decodes = (octets: Uint8Array): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(octets);
      return true;
    } catch {
      return false;
    }
  };

  test('agrees with the decoder of the platform on every string of two octets', () => {
    for (let value = 0; value < 65536; value++) {
      const octets = Uint8Array.of(value >> 8, value & 255);
      if (isUtf8(octets) !== decodes(octets)) expect.fail(Buffer.from(octets).toString('hex'));
    }
  });

  test('agrees with it on strings of four octets at every border', () => {
    const border = [
      0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5,
    ];
    for (const a of border)
      for (const b of border)
        for (const c of border)
          for (const d of border) {
            const octets = Uint8Array.of(a, b, c, d);
            if (isUtf8(octets) !== decodes(octets)) expect.fail(Buffer.from(octets).toString('hex'));
          }
  });

  test('names the first impossible octet, also when it comes in another piece', () => {
    const checker = new Utf8Checker();
    expect(checker.push(Buffer.from('cebaf4', 'hex'))).toBe(-1);
    expect(checker.complete).toBe(false);
    expect(checker.push(Buffer.from('90', 'hex'))).toBe(0);
  });
});

const headOf = (text: string): HttpHead => {
  const whole = new HeadCollector().push(Buffer.from(text));
  if (whole === null || typeof whole === 'string') throw new Error(String(whole));
  return whole.head;
};

describe('the opening handshake', () => {
  const request = (changes: Record<string, string | null> = {}): HttpHead => {
    const fields: Record<string, string | null> = {
      Host: 'localhost',
      Upgrade: 'websocket',
      Connection: 'keep-alive, Upgrade',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Version': '13',
      ...changes,
    };
    const lines = Object.entries(fields).flatMap(([name, value]) =>
      value === null ? [] : [`${name}: ${value}`],
    );
    return headOf(`GET /runCase?case=1&agent=a%20b HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  };

  test('computes the accept values of RFC 6455 and of a known exchange', () => {
    expect(acceptFor('dGhlIHNhbXBsZSBub25jZQ==')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    expect(acceptFor('8v72vtyrM7TugsO48PuEjg==')).toBe('sNFDvgmCyTe176pjRalaaMjvzXo=');
  });

  test('reads a request with its path and query', () => {
    const read = readRequest(request());
    expect(read).toMatchObject({ path: '/runCase' });
    expect(typeof read !== 'string' && read.query.get('agent')).toBe('a b');
  });

  test.each([
    [{ Host: null }, 'Host'],
    [{ Upgrade: null }, 'Upgrade: websocket'],
    [{ Connection: 'close' }, 'Connection: Upgrade'],
    [{ 'Sec-WebSocket-Version': '8' }, 'version 8'],
    [{ 'Sec-WebSocket-Key': 'c2hvcnQ=' }, 'Sec-WebSocket-Key'],
  ])('refuses a request with %j', (changes, words) => {
    expect(readRequest(request(changes))).toContain(words);
  });

  const key = 'dGhlIHNhbXBsZSBub25jZQ==';
  const answer = (line: string, accept: string, more = ''): HttpHead =>
    headOf(
      `${line}\r\nUpgrade: WebSocket\r\nConnection: upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${more}\r\n`,
    );

  test('takes a right answer and names what is wrong with another', () => {
    const right = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';
    expect(faultInAnswer(answer('HTTP/1.1 101 Switching Protocols', right), key)).toBeNull();
    expect(faultInAnswer(answer('HTTP/1.1 200 OK', right), key)).toContain('200 OK');
    expect(faultInAnswer(answer('HTTP/1.1 101 Yes', 'wrong'), key)).toContain('wrong instead of');
    expect(faultInAnswer(answer('HTTP/1.1 101 Yes', right, 'Sec-WebSocket-Protocol: a\r\n'), key)).toContain(
      'subprotocol',
    );
  });

  test('gives up on a head without end', () => {
    expect(new HeadCollector().push(Buffer.alloc(70_000, 'a'))).toBe('the head of the message has no end');
  });
});

describe('permessage-deflate', () => {
  const offer = (field: string) => {
    const parsed = parseExtensions(field);
    if (typeof parsed === 'string') throw new Error(parsed);
    return parsed[0]!;
  };
  const nine = { noContextTakeover: true, maxWindowBits: 9 };
  const plain = { noContextTakeover: false, maxWindowBits: null };

  test('is agreed only as far as the offer allows', () => {
    expect(acceptOffer(offer('permessage-deflate'), nine)).toBeNull();
    const agreement = acceptOffer(
      offer('permessage-deflate; client_max_window_bits; server_no_context_takeover'),
      nine,
    );
    expect(agreement && answerText(agreement)).toBe(
      'permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits=9',
    );
  });

  test.each([
    'permessage-bzip2',
    'permessage-deflate; x=1',
    'permessage-deflate; server_max_window_bits=8',
    'permessage-deflate; server_max_window_bits=16',
    'permessage-deflate; client_no_context_takeover=1',
  ])('declines %s', (field) => expect(acceptOffer(offer(field), plain)).toBeNull());

  test('checks that a server grants what was offered', () => {
    expect(offersText([nine])).toContain('server_no_context_takeover; server_max_window_bits=9');
    expect(readAnswer('', [nine])).toBeNull();
    expect(readAnswer('permessage-deflate', [nine])).toContain('does not grant');
    expect(readAnswer('permessage-deflate', [])).toContain('not offered');
    expect(readAnswer('permessage-deflate', [nine, plain])).toMatchObject({ server: plain });
  });

  test('carries messages both ways, with and without context takeover', async () => {
    for (const parameters of [plain, nine]) {
      const agreement = { server: parameters, client: parameters };
      const server = openCodec(agreement, true);
      const client = openCodec(agreement, false);
      for (const message of ['', 'Hello', 'Hello', 'x'.repeat(100_000)]) {
        const sent = await server.deflater.deflate(Buffer.from(message));
        expect((await client.inflater.inflate(sent)).toString()).toBe(message);
      }
      for (const codec of [server, client]) {
        codec.deflater.close();
        codec.inflater.close();
      }
    }
  });

  test('rejects data that is no DEFLATE stream', async () => {
    const { inflater } = openCodec({ server: plain, client: plain }, true);
    await expect(inflater.inflate(Buffer.from('ffffffff', 'hex'))).rejects.toThrow(/invalid/);
  });
});
