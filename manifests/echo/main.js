/*
 * Sends back every message that it receives, and connects again when the connection is over.
 * Configuration: host, port, path.
 */
import config from 'mc/config';
import Timer from 'timer';
import { Echo } from 'echo';

const RETRY = 5000;

export default function main() {
  const { ws } = device.network;
  const { host, port, path } = config;
  new Echo(ws.io, { ...ws, host, port: Number(port), path }, (error) => {
    trace(error ? `error ${error.id}\n` : 'closed\n');
    Timer.set(main, RETRY);
  });
}
