/** `ringlet/websocket/global`: installs the WebSocket of the web as a global, for libraries that look for one there. */
import { CloseEvent, WebSocket } from '../websocket.ts';

const install = (name: string, value: unknown): void => {
  // As Web IDL has the interfaces of a global.
  Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
};

install('WebSocket', WebSocket);
// Node has none before version 23.
if (!('CloseEvent' in globalThis)) install('CloseEvent', CloseEvent);
