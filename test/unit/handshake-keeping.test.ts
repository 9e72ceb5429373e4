/** What a client keeps of a response beside the subprotocol: headers that were asked for, and the extensions. */
import { describe, expect, test } from 'vitest';
import { portableProof } from '../../src/handshake/accept.ts';
import { HandshakeHeaders } from '../../src/handshake/handshake-headers.ts';
import { lowerOf } from '../../src/handshake/lower.ts';
import { KeepingHandshake, keepingOpening } from '../../src/handshake/keeping-handshake.ts';
import { outcomeOf } from '../../src/handshake/outcome.ts';
import { ErrorId } from '../../src/errors.ts';
import { KEY_TEXT, REQUEST, response } from '../support/handshake.ts';
import { concat, latin1, splitsOf, utf8 } from '../support/octets.ts';
import { wordsFrom } from '../support/random.ts';

const compression = {
  offer: 'mine',
  response: '',
  isAgreed: true,
  answered: () => 0,
  offered: () => 0,
};

function begun(wanted?: readonly string[]): KeepingHandshake {
  const setup = { random: wordsFrom(utf8(KEY_TEXT)), longestLine: 1024, limit: 4096, compression };
  const handshake = keepingOpening(REQUEST, portableProof, wanted)(setup) as KeepingHandshake;
  handshake.begin();
  return handshake;
}

/** Reads `input` in its pieces. Returns how the last of them was read. */
function readBy(handshake: KeepingHandshake, pieces: readonly Uint8Array[]): number {
  return pieces.map((piece) => handshake.read(piece, 0, piece.length)).at(-1)!;
}

describe('a client keeps', () => {
  test('the headers that it wants, however they came, those of one name together', () => {
    const input = response({
      'X-Id': '7',
      'x-ID': '8',
      'Set-Cookie': 'a=1, 2',
      'set-cookie': 'b=2',
      Other: 'x',
    });
    for (const pieces of splitsOf(input)) {
      const handshake = begun(['x-id', 'set-cookie', 'x-none']);
      readBy(handshake, pieces);
      const { headers, protocol, status, extensions } = outcomeOf(handshake);
      expect([status, protocol, extensions]).toEqual([101, '', '']);
      expect([...headers!]).toEqual([
        ['x-id', '7, 8'],
        ['set-cookie', 'a=1, 2, b=2'],
      ]);
      expect((headers as HandshakeHeaders).getSetCookie()).toEqual(['a=1, 2', 'b=2']);
    }
  });

  test('what every client looks at, too, if it wants that', () => {
    const handshake = begun(['upgrade']);
    readBy(handshake, [response({})]);
    expect([handshake.done, handshake.headers?.get('Upgrade')]).toEqual([true, 'websocket']);
  });

  test('the extensions that were agreed on', () => {
    const handshake = begun();
    readBy(handshake, [response({ 'Sec-WebSocket-Extensions': 'mine; x=1' })]);
    expect(outcomeOf(handshake)).toMatchObject({ status: 101, extensions: 'mine; x=1', headers: undefined });
  });

  test('nothing more than others where there is nothing', () => {
    const handshake = begun();
    readBy(handshake, [response({})]);
    expect([handshake.kept, handshake.headers, handshake.extensions]).toEqual([undefined, undefined, '']);
  });

  test('nothing of an interim response', () => {
    const handshake = begun(['x-id']);
    const interim = latin1('HTTP/1.1 103 Early Hints\r\nX-Id: 1\r\n\r\n');
    readBy(handshake, [interim]);
    expect([handshake.done, handshake.kept]).toEqual([false, undefined]);
    readBy(handshake, [response({ 'X-Id': '2' })]);
    expect(handshake.kept?.headers?.get('x-id')).toBe('2');
    const other = begun(['x-id']);
    readBy(other, [concat(interim, response({}))]);
    expect(other.kept?.headers?.has('x-id')).toBe(false);
  });

  test('headers of a response that refuses, and nothing as agreed', () => {
    const handshake = begun(['retry-after', 'x-id']);
    const refusal = response({ 'X-Id': '3', 'Sec-WebSocket-Extensions': 'mine' }, 'HTTP/1.1 503 Later');
    expect(readBy(handshake, [refusal])).toBe(-ErrorId.httpStatus);
    expect([handshake.headers?.get('x-id'), handshake.extensions, handshake.kept]).toEqual([
      '3',
      '',
      undefined,
    ]);
  });
});

describe('headers of a handshake', () => {
  const headers = new HandshakeHeaders();
  headers._add('x-a', '1');
  headers._add('set-cookie', 'b=2');
  headers._add('x-a', '3');

  test('are found by names in any case', () => {
    expect([headers.get('X-A'), headers.has('X-a'), headers.has('x-b')]).toEqual(['1, 3', true, false]);
    expect([headers.get('x-b'), headers.size]).toEqual([undefined, 2]);
  });

  test('are joined wherever they are looked at', () => {
    const pairs = [
      ['x-a', '1, 3'],
      ['set-cookie', 'b=2'],
    ];
    expect([...headers]).toEqual(pairs);
    expect([...headers.entries()]).toEqual(pairs);
    expect([...headers.values()]).toEqual(['1, 3', 'b=2']);
    const seen: unknown[] = [];
    headers.forEach((value, name, all) => seen.push([name, value, all === headers]));
    expect(seen).toEqual(pairs.map((pair) => [...pair, true]));
  });

  test('without cookies have none', () => {
    expect(new HandshakeHeaders().getSetCookie()).toEqual([]);
    expect(headers.getSetCookie()).toEqual(['b=2']);
  });
});

test.each(Array.from({ length: 256 }, (_, code) => code))(
  'lower case of character %d is that of ASCII',
  (code) => {
    const character = String.fromCharCode(code);
    expect(lowerOf(`x${character}y`)).toBe(`x${code < 128 ? character.toLowerCase() : character}y`);
  },
);
