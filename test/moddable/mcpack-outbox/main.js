/* An app that is a package, with records in files: what one outbox was given before it ended, the next one sends. */
import config from 'mc/config';
import { FileStore } from 'ringlet/file-store';
import { Outbox, Uplink } from 'ringlet/uplink';

const { ws } = device.network;
/* The SDK says where files may be. */
const path = config.records ?? `${config.file.root}records`;

const uplinkOf = () =>
  new Uplink({
    ...ws,
    host: config.host ?? '127.0.0.1',
    port: Number(config.port ?? 80),
    path: '/',
    outbox: new Outbox({ memory: 2048, store: new FileStore({ path }) }),
    onChange({ state, loss }) {
      trace(`${state} ${loss?.error ?? 0}\n`);
    },
  });

/* It never connects, as when the power is gone. */
const before = uplinkOf();
before.post(new Uint8Array(ArrayBuffer.fromString('{"temperature":21.5}')), { binary: false });
before.stop();

uplinkOf().start();
