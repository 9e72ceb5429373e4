/** What is imported by name: each has a page of the reference. */
export const MODULES = [
  'ringlet',
  'ringlet/node',
  'ringlet/websocket',
  'ringlet/websocket/global',
  'ringlet/messages',
  'ringlet/text',
  'ringlet/uplink',
  'ringlet/file-store',
  'ringlet/reconnecting',
  'ringlet/socket',
  'ringlet/server-handshake',
  'ringlet/deflate',
  'ringlet/natives',
  'ringlet/deflate-natives',
  'ringlet/uplink-natives',
  'ringlet/request-natives',
  'ringlet/random',
  'ringlet/simulated',
  'ringlet/conformance',
];

/** The sections of the site, in their order: title and page. A page that is not there is left out. */
export const SECTIONS = [
  {
    text: 'Getting started',
    items: [
      ['What it is', 'index'],
      ['On Node', 'start-node'],
      ['On an ESP32', 'device'],
      ['Examples', 'examples'],
      ['Words', 'words'],
    ],
  },
  {
    text: 'Guides',
    items: [
      ['Sending and receiving', 'sending'],
      ['Staying connected', 'uplink'],
      ['TLS and certificates', 'tls'],
      ['Compression', 'compression'],
      ['Memory tuning', 'memory'],
      ['WebSocket and whole messages', 'websocket'],
      ['Servers', 'server'],
      ['Sockets over a WebSocket', 'socket'],
      ['Fleets', 'fleet'],
      ['The command', 'cli'],
    ],
  },
  {
    text: 'Testing',
    items: [
      ['On your desk', 'testing'],
      ['Conformance', 'conformance'],
      ['How it is tested', 'tests'],
    ],
  },
  {
    text: 'Migration',
    items: [
      ['From Moddable’s client', 'migration/moddable'],
      ['From esp_websocket_client', 'migration/esp-websocket-client'],
      ['From arduinoWebSockets', 'migration/arduino-websockets'],
      ['From ws', 'migration/ws'],
    ],
  },
  {
    text: 'When something is wrong',
    items: [
      ['Troubleshooting', 'troubleshooting'],
      ['Errors', 'errors'],
      ['Faults and misuse', 'faults'],
      ['Questions', 'faq'],
    ],
  },
  {
    text: 'Reference',
    items: [
      ['Programming interface', 'api'],
      ['All exports', 'reference/index'],
      ...MODULES.map((name) => [name, `reference/${name}`]),
      ['Manifests', 'manifests'],
    ],
  },
  {
    text: 'Behind it',
    items: [
      ['Architecture', 'architecture'],
      ['Benchmarks', 'benchmarks'],
      ['Making a release', 'releasing'],
      ['Changes', 'changes'],
    ],
  },
];
