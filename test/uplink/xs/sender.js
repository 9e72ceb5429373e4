/* Posts records until it is told to stop; prints its states, and at the end what was acknowledged. Arguments: port, records. */
import TCP from 'embedded:io/socket/tcp';
import { Outbox, SUBPROTOCOL, Uplink } from 'ringlet/uplink';
import { args, exit, print } from 'ringlet:xs/host';
import Timer from 'timer';

export default function () {
  const [port, records] = args.map(Number);
  const outbox = new Outbox({ memory: 2048, keep: 'acknowledged', whenFull: 'refuse', staging: 64 });
  const bytes = new Uint8Array(4);
  const view = new DataView(bytes.buffer);
  let next = 0;
  let last = -1;
  const uplink = new Uplink({
    host: '127.0.0.1',
    port,
    path: '/',
    socket: { io: TCP },
    protocol: SUBPROTOCOL,
    outbox,
    name: 'desk',
    keepalive: 100,
    keepaliveTimeout: 100,
    backoffBase: 20,
    backoffLongest: 100,
    receiveBuffer: 1024,
    transmitBuffer: 1024,
    onChange: ({ state, loss }) => print(state, loss === undefined ? 0 : loss.error),
    onAcknowledged(upTo) {
      if (upTo !== last && (upTo / 100) | 0 && ((upTo / 100) | 0) !== ((last / 100) | 0))
        print('acknowledged');
      last = upTo;
      if (upTo + 1 === records) {
        print('all', outbox.counters.acknowledged);
        exit(0);
      }
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
