/*
 * Posts records and ends when all are acknowledged; prints its states and how many records are acknowledged. Arguments: port,
 * records, keepalive and its timeout in milliseconds.
 */
import TCP from 'embedded:io/socket/tcp';
import { Outbox, SUBPROTOCOL, Uplink } from 'ringlet/uplink';
import { args, exit, print } from 'ringlet:xs/host';
import Timer from 'timer';

/** Records between two lines of output. */
const STEP = 100;

export default function () {
  const [port, records, keepalive, keepaliveTimeout] = args.map(Number);
  const outbox = new Outbox({ memory: 2048, keep: 'acknowledged', whenFull: 'refuse' });
  const bytes = new Uint8Array(4);
  const view = new DataView(bytes.buffer);
  let next = 0;
  let acknowledged = 0;
  let said = 0;
  const uplink = new Uplink({
    host: '127.0.0.1',
    port,
    path: '/',
    socket: { io: TCP },
    protocol: SUBPROTOCOL,
    outbox,
    name: 'desk',
    keepalive,
    keepaliveTimeout,
    backoffBase: 20,
    backoffLongest: 100,
    receiveBuffer: 1024,
    transmitBuffer: 1024,
    onChange: ({ state, loss }) => print('state', state, loss === undefined ? 0 : loss.error),
    onAcknowledged(_upTo, _urgent, count) {
      acknowledged += count;
      if (acknowledged < records && acknowledged < said + STEP) return;
      said = acknowledged;
      print('acknowledged', acknowledged);
      if (acknowledged === records) exit(0);
    },
  });
  uplink.start();
  Timer.repeat(() => {
    for (let n = 4; n > 0 && next < records; n--) {
      view.setUint32(0, next);
      if (uplink.post(bytes) < 0) return;
      next++;
    }
  }, 2);
}
