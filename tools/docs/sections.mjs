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
      ['Questions', 'faq'],
    ],
  },
  {
    text: 'Reference',
    items: [
      ['Programming interface', 'api'],
      ['All exports', 'reference/index'],
      ...['', '/node', '/websocket', '/websocket/global', '/messages', '/text', '/deflate', '/uplink'].map(
        (name) => [`ringlet${name}`, `reference/ringlet${name}`],
      ),
      ...['simulated', 'conformance'].map((name) => [`ringlet/${name}`, `reference/ringlet/${name}`]),
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
