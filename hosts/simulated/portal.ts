import type { TransportFactory, TransportSink } from '../../src/host.ts';
import type { SimulatedHost } from './host.ts';

/** What a captive portal answers whatever it is asked. */
const ANSWER =
  'HTTP/1.1 302 Found\r\nLocation: http://portal.local/sign-in\r\nContent-Type: text/html\r\n' +
  'Content-Length: 27\r\nConnection: close\r\n\r\n<a href="/sign-in">Wi-Fi</a>';

/** Makes `host` a captive portal: it waits at every port, with TLS at 443 and under a name of its own. */
export function servePortal(host: SimulatedHost): void {
  const answer = (connect: TransportFactory): void => {
    const sink: TransportSink = {
      transportOpened() {},
      transportReceived(_bytes, start, end) {
        const octets = new TextEncoder().encode(ANSWER);
        transport.write(octets, 0, octets.length);
        transport.end();
        return end - start;
      },
      transportWritable() {},
      transportClosed() {
        transport.close();
      },
    };
    const transport = connect(sink);
  };
  host.serveTransports(-1, answer);
  host.serveTransports(443, answer, { names: ['portal.local'] });
}
