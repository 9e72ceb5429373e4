import { inflateRawSync } from 'node:zlib';
import { permessageDeflate } from '../../../src/deflate/permessage-deflate.ts';
import { clientOpening } from '../../../src/handshake/client.ts';
import { serverOpening } from '../../../src/handshake/server.ts';
import { judgeByUndici } from './judge-undici.ts';
import { judgeByWs, judgeCompressedByWs } from './judge-ws.ts';
import { LIMITS, readEachWay, REQUEST, type Reading, type Target, withProof } from './reading.ts';

/** Frames to a client, as `ws` and undici read them. */
export const clientFrames: Target = (octets) => {
  const reading = readEachWay(octets, { role: 'client' });
  judgeByWs(octets, reading, false);
  judgeByUndici(octets, reading);
};

/** Frames to a server. */
export const serverFrames: Target = (octets) => {
  judgeByWs(octets, readEachWay(octets, { role: 'server' }), true);
};

const compression = permessageDeflate({ profile: 'desk' });
const RESPONSE = withProof(
  Buffer.from(
    'HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: @\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n',
  ),
);
const ASKED = Buffer.from(
  'GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n',
);

/** Reads frames behind a handshake that agreed on permessage-deflate. */
function readCompressed(octets: Uint8Array, isServer: boolean): Reading {
  const [head, options] = isServer
    ? [
        ASKED,
        {
          role: 'server',
          opening: serverOpening({ protocols: [], requestHeaders: [], onRequest: undefined }),
        },
      ]
    : [RESPONSE, { role: 'client', opening: clientOpening(REQUEST) }];
  return readEachWay(Uint8Array.from([...head, ...octets]), { ...options, compression });
}

/** Frames that may be compressed, to a client. */
export const clientCompressed: Target = (octets) =>
  judgeCompressedByWs(octets, readCompressed(octets, false), false);

/** The same to a server. */
export const serverCompressed: Target = (octets) =>
  judgeCompressedByWs(octets, readCompressed(octets, true), true);

/** What stands in one compressed message; zlib says what it means. */
export const inflate: Target = (octets) => {
  const { length } = octets;
  if (length > 60_000) return;
  const header = length < 126 ? [0xc2, length] : [0xc2, 126, length >> 8, length & 255];
  const { lines } = readCompressed(Uint8Array.from([...header, ...octets]), false);
  const message = lines.find((line) => line.startsWith('binary') && !line.endsWith('…'));
  const told = message?.slice('binary'.length).replace(/ /g, '');
  const strict = whatItMeans(octets);
  if (strict !== undefined && told !== strict)
    throw new Error(`zlib makes ${strict} of it, ours ${lines.join(' | ')}`);
  if (told === undefined) return;
  let expected: Uint8Array;
  try {
    const tail = Uint8Array.of(...octets, 0, 0, 0xff, 0xff);
    expected = inflateRawSync(tail, { finishFlush: 2, maxOutputLength: LIMITS.maxMessageSize });
  } catch (error) {
    throw new Error(`zlib refuses what is taken: ${message}`, { cause: error });
  }
  // Behind a final block zlib looks at nothing more, RFC 7692 §7.2.3.4 goes on.
  if (!told.startsWith(Buffer.from(expected).toString('hex')))
    throw new Error(`zlib makes other octets of it: ${told}`);
};

/**
 * What a compressed message means in any case: behind it and its empty block another one is put that is the last, and zlib finds
 * that as the end. Undefined where it does not, where it finds an end before, and for more than is allowed.
 */
function whatItMeans(octets: Uint8Array): string | undefined {
  const told = inflatedBefore(octets, [0, 0, 0xff, 0xff]);
  // What was taken away has to be the length of an empty block, and not what a longer one before it holds (RFC 7692 §7.2.1).
  const longer = inflatedBefore(octets, [2, 0, 0xfd, 0xff, 0x15, 0x5a]);
  return longer === `${told}155a` ? told : undefined;
}

/** What `octets` become with `tail` and a last block behind them, if all that is blocks that end where they should. */
function inflatedBefore(octets: Uint8Array, tail: readonly number[]): string | undefined {
  const all = Uint8Array.of(...octets, ...tail, 1, 0, 0, 0xff, 0xff);
  try {
    const { buffer, engine } = inflateRawSync(all, {
      info: true,
      maxOutputLength: LIMITS.maxMessageSize,
    } as never) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    return engine.bytesWritten === all.length ? buffer.toString('hex') : undefined;
  } catch {
    return undefined;
  }
}
