import { head } from '../../support/frames.ts';

/** A sound response of a server. */
export const RESPONSE = (accept: string): Uint8Array =>
  head(
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
  );
/** A sound request of a client. */
export const REQUEST = head(
  'GET /chat HTTP/1.1',
  'Host: endpoint',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
);
