/**
 * Echoes for an Autobahn fuzzing server in the desk XS: one connection for each case, one after the other.
 * Arguments: host, port, path before the number of a case, path after it, `deflate` or `plain`, numbers of cases.
 * Prints each number when its case is over.
 */
import WebSocketClient from 'embedded:network/websocket/client';
import Resolver from 'embedded:network/dns/resolver/udp';
import TCP from 'embedded:io/socket/tcp';
import { permessageDeflate } from 'ringlet/deflate';
import { args, print } from 'ringlet:xs/host';
import Timer from 'timer';
import { Echo } from '../../../examples/echo/echo.ts';
import type { WebSocketClientOptions } from '../../../src/client/websocket-client.ts';

const FIRST_CASE = 5;

const DEFLATE = permessageDeflate();

function runCase(at: number): void {
  if (at === args.length) return;
  const [host, port, before, after, how] = args;
  const options = {
    host,
    port: Number(port),
    path: before + args[at] + after,
    socket: { io: TCP, nodelay: true },
    dns: { io: Resolver },
    compression: how === 'deflate' ? DEFLATE : undefined,
  } as unknown as WebSocketClientOptions;
  new Echo(WebSocketClient, options, () => {
    print(args[at]);
    // In a turn of its own, when nothing holds the old connection any more.
    Timer.set(() => runCase(at + 1));
  });
}

export default function (): void {
  runCase(FIRST_CASE);
}
