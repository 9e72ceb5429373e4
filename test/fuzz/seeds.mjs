/**
 * Where fuzzing begins beside the corpora: whole inputs of the grammars that chance does not come upon octet by octet. Those of a
 * corpus are cut down to what reaches a branch, so that little of a grammar is left in them. The tests play these, too.
 */
const texts = (...lines) => lines.map((line) => Uint8Array.from(Buffer.from(line)));

/** Changes of a PEM file as the target `pem` reads them: which file, then place (16 bits), octets gone, octet, times. */
const change = (which, ...changes) =>
  Uint8Array.from([
    which,
    ...changes.flatMap(([place, gone, value, times]) => [place >> 8, place & 255, gone, value, times]),
  ]);

const [CERTIFICATE, WHOLE, KEY, CHAIN] = [0, 1, 2, 3];

/** A final block, a block behind it in the same message, and the next message: the header of a frame, and its payload. */
const BEHIND_FINAL = [
  [
    [0xc1, 13],
    [1, 1, 0, 254, 255, 65, 0, 1, 0, 254, 255, 66, 0],
  ],
  [
    [0xc1, 7],
    [0, 1, 0, 254, 255, 67, 0],
  ],
];

/** @type {Readonly<Record<string, readonly Uint8Array[]>>} */
export const SEEDS = {
  clientCompressed: [
    Uint8Array.from(BEHIND_FINAL.flat(2)),
    // The same in the first frame of a message that never ends, and in front of a Ping.
    Uint8Array.from([0x41, ...BEHIND_FINAL.flat(2).slice(1, 15)]),
    Uint8Array.from([0x41, 7, 1, 1, 0, 254, 255, 65, 255, 0x89, 0, 0x80, 1, 0]),
    // Behind a Ping, in a text that is none: refused by ours before the Ping.
    Uint8Array.from([0x41, 6, 0, 1, 0, 254, 255, 255, 0x89, 0, 0x80, 7, 1, 1, 0, 254, 255, 65, 0]),
  ],
  // Masked by zeros.
  serverCompressed: [
    Uint8Array.from(
      BEHIND_FINAL.flatMap(([[first, length], payload]) => [first, length | 128, 0, 0, 0, 0, ...payload]),
    ),
  ],
  url: texts(
    'ws://gateway.local/',
    'wss://user@gateway.example:8443/a/b?c=d',
    'WS://[fe80::1]:80/?',
    'ws://10.0.0.256/',
    'ws://gateway.example:65536/',
    'ws://gateway.example/%zz#',
    'wss://user\\:p@[::1]/',
  ),
  nodeUrl: texts(
    'ws://gateway.example:8080/path/to?a=b&c=%20d',
    'wss://user:p%40ss%3A@gateway.example/',
    'https://[2001:db8::1]:443/?#',
    'HTTP://EXAMPLE.com:80/%7Efoo/../bar',
    'ws://xn--nxasmq6b.example/ü?ß',
    'ws://0x7f.1/',
    'wss://gateway.example:65536/',
    'ws:\\\\gateway\\path',
    ' ws://gateway.example/\tpath\n',
    'ws://a@b@c/',
    'ftp://gateway.example/',
    'ws://%67ateway/%00',
  ),
  location: texts(
    'https://other.example:8443/x?y#z',
    'ws://a.example/',
    '//other.example/path',
    '/absolute/../path',
    '?query',
    '#fragment',
    '../up/%2e%2e/two',
    'wss://user:pass@a.example/b',
    'javascript:alert(1)',
    'http://[::1]:0/',
    'https:\\\\b.example',
  ),
  proxy: texts(
    'http://proxy.example:3128',
    'https://user:p%40ss@proxy.example',
    'http://us%3Aer:@[fe80::1]:8080/',
    'proxy.example:3128',
    'user:secret@proxy.example',
    'socks5://proxy.example:1080',
    'http://:secret@proxy.example',
    'http://%ff:%00@proxy.example',
    ' http://proxy.example:0 ',
    'http://proxy.example:65536',
    'http://user:very-secret@pro xy.example',
    '10.0.0.1',
  ),
  noProxy: texts(
    '.example.com, 10.0.0.0/8, [::1]:443, *',
    'example.com:443 a.example.com:80',
    '*.example.com',
    'fe80::/10,127.0.0.1,localhost',
  ),
  pem: [
    // As they are; without their first line; without the last; with an end of line of Windows; and with an octet above 127.
    ...[CERTIFICATE, KEY, CHAIN].flatMap((which) => [
      change(which),
      change(which, [0, 28, 0, 0]),
      change(which, [0, 5, 0x58, 3]),
      change(which, [27, 1, 0x0d, 1], [28, 0, 0x0a, 1]),
      change(which, [100, 4, 0xff, 3]),
      change(which, [60, 31, 0x3d, 3], [120, 31, 0x0a, 2]),
    ]),
    ...texts(
      '',
      '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
      '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----',
      '-----BEGIN CERTIFICATE-----\nMIIB',
      '-----BEGIN CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
      '-----BEGIN TRUSTED CERTIFICATE-----\nMIIB\n-----END TRUSTED CERTIFICATE-----\n',
      '-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----\n',
      '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIF\n-----END ENCRYPTED PRIVATE KEY-----\n',
      'subject=/CN=a\r\n-----BEGIN CERTIFICATE-----\r\nMIIB\r\n-----END CERTIFICATE-----\r\n',
      '\u001b[31m-----BEGIN CERTIFICATE-----\n',
    ).map((text) => Uint8Array.from([WHOLE, ...text])),
  ],
};
