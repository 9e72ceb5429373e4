/** Sends texts of every kind and compares what comes back; then what the standard says of a WebSocket. Argument: port. */
import WebSocket from 'ringlet/websocket';
import { decodeText, encodeText } from 'ringlet/text';
import WebSocketClient from 'embedded:network/websocket/client';
import TCP from 'embedded:io/socket/tcp';
import { args, print } from 'ringlet:xs/host';

const provider = { io: WebSocketClient, socket: { io: TCP } };

const nameOf = (action) => {
  try {
    action();
  } catch (error) {
    return error.name;
  }
  return 'nothing';
};

export default function () {
  const url = `ws://127.0.0.1:${args[0]}/`;
  const texts = [
    ['', ''],
    ['plain', 'plain'],
    ['nul \0 in it\0', 'nul \0 in it\0'],
    ['\ufeffbom', '\ufeffbom'],
    ['\u00e4\u20ac\ud83d\ude00', '\u00e4\u20ac\ud83d\ude00'],
    [['\ud83d', '\ude00'].join(''), '\ud83d\ude00'],
    ['\ud800 alone \udfff', '\ufffd alone \ufffd'],
    ['\ud7ff\ue000', '\ud7ff\ue000'],
    ['long '.repeat(700), 'long '.repeat(700)],
  ];
  print('encoded', encodeText('\0\u00e4\ud800').join(' '));
  print('decoded', decodeText(Uint8Array.of(0x61, 0x61, 0x00, 0x62), 1) === 'a\0b');
  print(
    nameOf(() => new WebSocket('ftp://x/')),
    nameOf(() => new WebSocket('ws://x/#f')),
  );
  print(
    nameOf(() => new WebSocket('ws://x/', ['a', 'A'])),
    nameOf(() => new WebSocket({ url, ws: {} })),
  );
  const socket = new WebSocket(url, { ws: provider, protocols: ['one', 'two'] });
  print(
    nameOf(() => socket.send('early')),
    socket.readyState,
    socket.url === url,
    socket.binaryType,
  );
  let next = 0;
  socket.onerror = ({ message, error }) => print('error', message, error.id);
  socket.addEventListener(
    'open',
    () => {
      print('open', socket.protocol, socket.readyState);
      for (let i = 0; i < texts.length; i++) socket.send(texts[i][0]);
      socket.send(Uint8Array.of(1, 2, 3).subarray(1));
      socket.close(3001, 'b\u00e4i');
      print('closing', socket.readyState);
      socket.addEventListener('close', () => print('bufferedAmount', socket.bufferedAmount));
    },
    { once: true },
  );
  socket.onclose = ({ code, reason, wasClean }) => {
    print('closed', code, reason, wasClean, next);
    const echoes = new WebSocket(url, { ws: provider });
    echoes.onopen = () => texts.forEach(([text]) => echoes.send(text));
    echoes.onmessage = ({ data }) => {
      const [, expected] = texts[next++];
      if (data !== expected) print('differs', next - 1);
      if (next === texts.length) {
        print('all', next);
        echoes.onmessage = null;
        echoes.onclose = () => awaited();
        echoes.close();
      }
    };
  };
  // Whoever awaits a message loses none, though they come together.
  async function awaited() {
    const many = new WebSocket(`${url}greet`, { ws: provider });
    const message = () => new Promise((resolve) => (many.onmessage = ({ data }) => resolve(data)));
    const got = [];
    for (let i = 0; i < 4; i++) got.push(await message());
    print('awaited', got.join(' '));
    many.close();
  }
}
