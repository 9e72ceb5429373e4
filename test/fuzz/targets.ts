import * as addresses from './targets/addresses.ts';
import * as files from './targets/files.ts';
import * as frames from './targets/frames.ts';
import * as heads from './targets/heads.ts';
import * as headers from './targets/headers.ts';
import type { Target } from './targets/reading.ts';
import * as sending from './targets/sending.ts';
import * as stores from './targets/stores.ts';
import * as text from './targets/text.ts';
import * as uplink from './targets/uplink.ts';

export type { Target };

/** What is fuzzed, by the name of its corpus. */
export const TARGETS: Readonly<Record<string, Target>> = {
  ...heads,
  ...headers,
  ...frames,
  ...sending,
  ...text,
  ...addresses,
  ...stores,
  ...uplink,
  ...files,
};
