/**
 * Echoes until the peer closes: an app as small as there is. Arguments: host, port, path.
 */
import WebSocketClient from 'embedded:network/websocket/client';
import TCP from 'embedded:io/socket/tcp';
import { args, exit, printError } from 'ringlet:xs/host';
import { Echo } from '../../../examples/echo/echo.ts';
import type { WebSocketClientOptions } from '../../../src/client/websocket-client.ts';

export default function (): void {
  const [host, port, path] = args;
  const options = { host, port: Number(port), path, socket: { io: TCP } };
  new Echo(WebSocketClient, options as unknown as WebSocketClientOptions, (error) => {
    if (error === undefined) return;
    printError(error.message);
    exit(1);
  });
}
