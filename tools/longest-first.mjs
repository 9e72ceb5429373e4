import { BaseSequencer } from 'vitest/node';

/** In this order, since those that share a process come one after the other, and many short ones at the end keep all busy. */
const PROJECTS = ['guests', 'engine', 'hosts'];

/** Files that take long, the longest first: one that came last would leave a processor idle. */
export const LONG = [
  ...['docs/snippets', 'hostile/frames', 'package/contents', 'simulate/command', 'xs/natives'],
  ...[
    'simulate/engines',
    'hostile/handshake',
    'device-server/device-server',
    'uplink/gateway',
    'moddable/check',
  ],
  ...['unit/send-ranges', 'unit/headers', 'deflate/differential'],
  ...['hosts/proxy', 'cli/stream', 'conformance/command', 'cli/connect', 'cli/main', 'cli/autobahn'],
].map((name) => `/test/${name}.test.ts`);

/** The order in which vitest runs the files of the tests. */
export default class LongestFirst extends BaseSequencer {
  async sort(files) {
    const placeOf = ({ project, moduleId }) => {
      const place = LONG.findIndex((name) => moduleId.endsWith(name));
      return PROJECTS.indexOf(project.name) * LONG.length * 2 + (place < 0 ? LONG.length : place);
    };
    return (await super.sort(files)).sort((one, other) => placeOf(one) - placeOf(other));
  }
}
