/** `ringlet/file-store` on Moddable: keeps an outbox's records in files, on flash. A module of its own. */
import { File } from 'file';
import { word } from 'ringlet/random';
import { DeviceStore, type DeviceStoreOptions } from '../../src/uplink/device-store.ts';
import type { DeviceFileClass } from '../../src/uplink/pages.ts';

/** The option `store` of an outbox: `new FileStore({ path: '/mod/outbox' })`. */
export class FileStore extends DeviceStore {
  constructor(options: DeviceStoreOptions) {
    super(options, File as unknown as DeviceFileClass, word);
  }
}

export type { DeviceStoreOptions } from '../../src/uplink/device-store.ts';
