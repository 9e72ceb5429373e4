import { WebSocket } from 'ws';

/** What a new client gets: its echo, or the status of a refusal. */
export type Welcome = 'echo' | number;

/** What it says, which nobody else does. */
export const GREETING = 'is anybody there?';

/**
 * A client who comes to `port` when whatever fails has failed, `authority` for TLS: by `ws`, which shares no fault with what it
 * looks at. Fulfilled with what it got once its connection is over; whoever is locked out is told so by the error, or by nothing.
 */
export function visit(port: number, authority: string | undefined): Promise<Welcome | string> {
  // Not by a name: a thread that resolves it is nothing that virtual time waits for.
  const address = `${authority === undefined ? 'ws' : 'wss'}://127.0.0.1:${port}/visit`;
  const tls = { ca: authority, servername: 'localhost' };
  const client = new WebSocket(address, { ...tls, perMessageDeflate: false });
  let got: Welcome | string = 'an end without an answer';
  return new Promise((resolve) => {
    client.once('open', () => client.send(GREETING));
    client.once('message', (data, isBinary) => {
      const text = (data as Buffer).toString();
      got = !isBinary && text === GREETING ? 'echo' : `"${text}"`;
      client.close();
    });
    client.once('unexpected-response', (_request, response) => {
      got = response.statusCode!;
      client.terminate();
    });
    client.on('error', (error) => {
      if (typeof got === 'string') got = String(error);
    });
    client.once('close', () => resolve(got));
  });
}
