import { Aedes } from 'aedes';
import { duplexes, peers } from 'ringlet/messages';
import { serve } from 'ringlet/node';
import { generate } from 'selfsigned';

/** An MQTT broker behind our server, over TLS on a port that the system chooses, with a certificate for 127.0.0.1. */
export async function startBroker() {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  const aedes = await Aedes.createBroker();
  const handlers = duplexes((duplex) => {
    duplex.on('error', () => {});
    aedes.handle(duplex);
  });
  const { port, close } = await serve({
    ...peers(handlers),
    protocols: ['mqtt'],
    port: 0,
    host: '127.0.0.1',
    tls: { key, cert },
  });
  return { url: `wss://127.0.0.1:${port}/`, certificate: cert, close: () => aedes.close(close) };
}
