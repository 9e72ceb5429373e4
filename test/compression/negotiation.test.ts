/** permessage-deflate in the opening handshakes of both roles, RFC 7692 §5 and §7.1. */
import { describe, expect, test } from 'vitest';
import { ErrorId, RingletError } from '../../src/errors.ts';
import { nameOfError } from '../../src/error-text.ts';
import { permessageDeflate, type PermessageDeflateOptions } from '../../src/deflate/permessage-deflate.ts';
import type { Driver } from '../support/driver.ts';
import { newClient, newServer, request, response } from '../support/handshake.ts';
import { splitsOf, utf8 } from '../support/octets.ts';
import { words } from '../support/random.ts';
import { agreed, BINARY, deflated, peerMessage, ROLES, told, ZlibPeer } from './endpoints.ts';

const EXTENSIONS = 'Sec-WebSocket-Extensions';
const NAME = 'permessage-deflate';

const lineOf = (octets: Uint8Array): string | undefined =>
  /^sec-websocket-extensions: (.*)\r$/im.exec(Buffer.from(octets).toString('latin1'))?.[1];

function client(settings: PermessageDeflateOptions): Driver {
  return newClient({}, { compression: permessageDeflate({ profile: 'desk', ...settings }) });
}

function server(settings: PermessageDeflateOptions): Driver {
  return newServer({}, { compression: permessageDeflate({ profile: 'desk', ...settings }) });
}

describe('what a client offers', () => {
  test.each<[PermessageDeflateOptions, string]>([
    [{}, '; client_max_window_bits'],
    [{ profile: 'device' }, '; server_max_window_bits=10; client_max_window_bits'],
    [{ receiveWindowBits: 8 }, '; server_max_window_bits=8; client_max_window_bits'],
    [{ transmitWindowBits: 9 }, '; client_max_window_bits'],
    [{ receiveTakeover: false }, '; server_no_context_takeover; client_max_window_bits'],
    [{ transmitTakeover: false }, '; client_no_context_takeover; client_max_window_bits'],
  ])('%o', (settings, parameters) => {
    expect(lineOf(client(settings).takeOutput())).toBe(NAME + parameters);
  });

  test('nothing without the option', () => {
    expect(lineOf(newClient().takeOutput())).toBe(undefined);
  });
});

describe('answers that a client takes', () => {
  test.each<[PermessageDeflateOptions, string | string[] | undefined]>([
    [{}, undefined],
    [{}, NAME],
    [{}, 'permessage-deflate ;\tserver_no_context_takeover ; client_no_context_takeover'],
    [{}, 'permessage-deflate; client_max_window_bits=8; server_max_window_bits="9"'],
    [{ receiveWindowBits: 8 }, 'permessage-deflate; server_max_window_bits=8'],
    [{ transmitWindowBits: 9 }, NAME],
    // A window that is larger than ours is not used up.
    [{ transmitWindowBits: 9 }, 'permessage-deflate; client_max_window_bits=15'],
    [{ receiveTakeover: false }, 'permessage-deflate; server_no_context_takeover'],
    [{}, ['', NAME]],
  ])('%o: %s', (settings, value) => {
    for (const pieces of splitsOf(response({ [EXTENSIONS]: value }))) {
      expect(client(settings).feed(...pieces).trace.lines).toEqual(['open']);
    }
  });
});

describe('answers that fail the handshake', () => {
  const INVALID: readonly [PermessageDeflateOptions, string][] = [
    ...['', '=', '=0', '=7', '=16', '=09', '="09"', '=a', '=-9', '=8.0', '=+9', '=99999999999'].flatMap(
      (value): [PermessageDeflateOptions, string][] => [
        [{}, `; server_max_window_bits${value}`],
        [{}, `; client_max_window_bits${value}`],
      ],
    ),
    [{ receiveWindowBits: 10 }, '; server_max_window_bits=11'],
    [{ receiveWindowBits: 10 }, ''],
    [{ receiveTakeover: false }, ''],
    [{}, '; server_no_context_takeover=1'],
    [{}, '; client_no_context_takeover="1"'],
    [{}, '; server_no_context_takeover; server_no_context_takeover'],
    [{}, '; server_max_window_bits=9; server_max_window_bits=9'],
    [{}, '; client_max_window_bits=9; client_max_window_bits=10'],
    [{}, '; window_bits=9'],
    [{}, '; SERVER_NO_CONTEXT_TAKEOVER'],
    [{}, ';'],
    [{}, '; server_max_window_bits="9'],
    [{}, '; server_max_window_bits=9 9'],
    [{}, ' x'],
  ];

  function verdictOf(settings: PermessageDeflateOptions, value: string | string[], pieces?: number): string {
    const bytes = response({ [EXTENSIONS]: value });
    const all = pieces === undefined ? splitsOf(bytes) : [[bytes]];
    const verdicts = all.map((split) =>
      client(settings)
        .feed(...split)
        .trace.lines.join(),
    );
    expect(new Set(verdicts).size).toBe(1);
    return verdicts[0];
  }

  test.each(['', ' ', ',', ' , ,'])('a list without extensions: %j', (value) =>
    expect(verdictOf({}, value)).toBe('over 1006 extensionInvalid'),
  );

  test.each(INVALID)('%o: permessage-deflate%s', (settings, parameters) => {
    expect(verdictOf(settings, NAME + parameters)).toBe('over 1006 extensionInvalid');
  });

  test.each([
    'x-webkit-deflate-frame',
    'Permessage-Deflate',
    'permessage-deflate, x-webkit-deflate-frame',
    'x-webkit-deflate-frame, permessage-deflate',
    'permessage-deflate, permessage-deflate',
    [NAME, NAME],
    'permessage-bzip2',
  ])('%s', (value) => {
    expect(verdictOf({}, value as string | string[])).toBe('over 1006 extensionUnexpected');
  });

  test('an extension, though nothing was offered', () => {
    const driver = newClient().feed(response({ [EXTENSIONS]: NAME }));
    expect(driver.trace.lines).toEqual(['over 1006 extensionUnexpected']);
  });

  test('no Close frame is sent', () => {
    const driver = client({});
    driver.takeOutput();
    driver.feed(response({ [EXTENSIONS]: NAME + '; client_max_window_bits=16' }));
    expect(driver.takeOutput().length).toBe(0);
    expect(driver.connection.error).toBe(ErrorId.extensionInvalid);
    expect(nameOfError(114)).toBe('extensionInvalid');
  });
});

describe('what a server answers', () => {
  const DEVICE: PermessageDeflateOptions = { profile: 'device' };
  test.each<[PermessageDeflateOptions, string | string[], string | undefined]>([
    [{}, NAME, ''],
    [{}, 'permessage-deflate; client_max_window_bits', ''],
    [{}, 'permessage-deflate; client_max_window_bits=12', '; client_max_window_bits=12'],
    [{}, 'permessage-deflate; server_max_window_bits=8', '; server_max_window_bits=8'],
    [{}, 'permessage-deflate; server_max_window_bits=15', '; server_max_window_bits=15'],
    [{}, 'permessage-deflate; server_no_context_takeover', '; server_no_context_takeover'],
    [{}, 'permessage-deflate; client_no_context_takeover', '; client_no_context_takeover'],
    [{ receiveTakeover: false }, NAME, '; client_no_context_takeover'],
    [{ transmitTakeover: false }, NAME, '; server_no_context_takeover'],
    [
      DEVICE,
      'permessage-deflate; client_max_window_bits',
      '; server_max_window_bits=10; client_max_window_bits=10',
    ],
    [
      DEVICE,
      'permessage-deflate; client_max_window_bits=9; server_max_window_bits=9',
      '; server_max_window_bits=9; client_max_window_bits=9',
    ],
    // A window that cannot be limited is more than there is memory for; so is the next offer's, until one fits.
    [DEVICE, NAME, undefined],
    [
      DEVICE,
      'permessage-deflate, permessage-deflate; client_max_window_bits',
      '; server_max_window_bits=10; client_max_window_bits=10',
    ],
    // Declined: unknown, doubled or bad parameters, other extensions. Then the next offer's turn.
    [{}, 'permessage-deflate; nonsense', undefined],
    [{}, 'permessage-deflate; server_max_window_bits', undefined],
    [{}, 'permessage-deflate; server_max_window_bits=7', undefined],
    [{}, 'permessage-deflate; server_max_window_bits=16', undefined],
    [{}, 'permessage-deflate; client_max_window_bits=09', undefined],
    [{}, 'permessage-deflate; client_max_window_bits=a', undefined],
    [{}, 'permessage-deflate; client_max_window_bits=0', undefined],
    [{}, 'permessage-deflate; client_no_context_takeover; client_no_context_takeover', undefined],
    [{}, 'permessage-deflate; server_no_context_takeover=1', undefined],
    [{}, 'permessage-bzip2', undefined],
    [
      {},
      'permessage-deflate; server_max_window_bits=7, permessage-deflate; server_max_window_bits=9',
      '; server_max_window_bits=9',
    ],
    [{}, ['x-webkit-deflate-frame', 'permessage-deflate; nonsense', NAME], ''],
  ])('%o: %s', (settings, offer, answer) => {
    const octets = request({ [EXTENSIONS]: offer });
    for (const pieces of splitsOf(octets)) {
      const driver = server(settings).feed(...pieces);
      expect(driver.trace.lines).toEqual(['open']);
      expect(lineOf(driver.takeOutput())).toBe(answer === undefined ? undefined : NAME + answer);
    }
  });

  test.each([
    '',
    ' ,',
    'permessage-deflate;',
    '; x',
    'a b',
    'permessage-deflate; x="',
    'permessage-deflate; x=',
  ])('a request that is not the syntax is refused: %s', (offer) => {
    const driver = server({}).feed(request({ [EXTENSIONS]: offer }));
    expect(Buffer.from(driver.takeOutput()).toString()).toMatch(/^HTTP\/1.1 400 /);
    expect(driver.transportClosed().trace.lines.at(-1)).toBe('over 1006 extensionInvalid');
  });

  test('nothing without the option, whatever is offered', () => {
    for (const offer of [NAME, 'a;b=c']) {
      const driver = newServer().feed(request({ [EXTENSIONS]: offer }));
      expect(driver.trace.lines).toEqual(['open']);
      expect(lineOf(driver.takeOutput())).toBe(undefined);
    }
  });
});

describe.each(ROLES)('what was agreed holds, %s', (role) => {
  const far = (distance: number): Uint8Array => {
    const noise = words(distance);
    const data = Uint8Array.from({ length: distance + 40 }, () => noise() & 15);
    data.copyWithin(distance, 0, 40);
    return data;
  };
  const limited = (own: number, peers: number): string =>
    role === 'client'
      ? `permessage-deflate; server_max_window_bits=${peers}; client_max_window_bits=${own}`
      : `permessage-deflate; server_max_window_bits=${own}; client_max_window_bits=${peers}`;

  test.each([8, 9, 10, 11, 12, 13, 14])('a window of 2^%i, less than there is memory for', (bits) => {
    const size = 1 << bits;
    // What refers to all of the window comes through, what refers farther does not.
    const near = agreed(role, {}, {}, {}, limited(bits, bits));
    near.feed(peerMessage(role, BINARY, deflated(far(size - 300 > 0 ? size - 300 : 200), { level: 9 })));
    expect(near.connection.error).toBe(0);
    const driver = agreed(role, {}, { transmitBuffer: 65536 }, {}, limited(bits, bits));
    const data = far(size + 1);
    driver.connection.send(data, 0, data.length, 1);
    driver.pump();
    expect(new ZlibPeer(bits).read(driver.takeOutput())[0].data).toEqual(data);
    driver.feed(peerMessage(role, BINARY, deflated(data, { level: 9 })));
    expect(nameOfError(driver.connection.error)).toBe('compressionInvalid');
  });

  test('no context takeover, either way', () => {
    const settings = { receiveTakeover: false, transmitTakeover: false };
    const says =
      role === 'client' ? 'permessage-deflate; server_no_context_takeover; client_no_context_takeover' : NAME;
    const driver = agreed(role, settings, {}, {}, says);
    const data = utf8('all of this, all of this, all of this and more');
    for (let i = 0; i < 2; i++) driver.connection.send(data, 0, data.length, 0);
    driver.pump();
    const messages = new ZlibPeer(15, false).read(driver.takeOutput());
    expect(messages.map((message) => [message.isCompressed, message.data])).toEqual([
      [true, data],
      [true, data],
    ]);
    // The second of RFC 7692 §7.2.3.2 refers to a context that is gone.
    driver.feed(peerMessage(role, 1, [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]));
    driver.feed(peerMessage(role, 1, [0xf2, 0x00, 0x11, 0x00, 0x00]));
    expect(told(driver)[0]).toBe('text "Hello"');
    expect(nameOfError(driver.connection.error)).toBe('compressionInvalid');
  });
});

test.each([
  [{ receiveWindowBits: 7 }, /receiveWindowBits/],
  [{ receiveWindowBits: 16 }, /receiveWindowBits/],
  [{ transmitWindowBits: 9.5 }, /transmitWindowBits/],
  [{ transmitWindowBits: NaN }, /transmitWindowBits/],
  [{ threshold: -1 }, /threshold/],
  [{ threshold: NaN }, /threshold/],
  [{ profile: 'toaster' as 'desk' }, /profile/],
])('options that are refused: %o', (settings, message) => {
  expect(() => permessageDeflate(settings)).toThrow(message);
  expect(() => permessageDeflate(settings)).toThrow(RingletError);
});
