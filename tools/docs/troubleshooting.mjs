// Writes docs/troubleshooting.md: each error id with its sentence from src/error-text.ts, and what to do about it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { root } from '../setup.mjs';

const PAGE = join(root, 'docs', 'troubleshooting.md');
const advice = JSON.parse(readFileSync(new URL('advice.json', import.meta.url), 'utf8'));

const GROUPS = [
  [
    101,
    119,
    'The server’s answer',
    'The opening handshake failed on the client: the server’s answer was not accepted.',
  ],
  [
    120,
    199,
    'The client’s request',
    'The opening handshake failed on the server: the client’s request was not accepted.',
  ],
  [
    201,
    299,
    'Frames',
    'The other side broke a rule of the protocol. The connection is failed with close code 1002.',
  ],
  [
    301,
    399,
    'Messages',
    'A message could not be accepted. The close code is 1007, 1009 (303) or 1008 (304).',
  ],
  [401, 499, 'Deadlines', 'Something took too long. All these limits are [options](api.md#limits).'],
  [501, 599, 'Network', 'Below the WebSocket: names, TCP, TLS, random numbers.'],
  [601, 699, 'Misuse', 'The program asked for something that cannot be. Nothing has changed by it.'],
  [701, 799, 'Uplinks', 'Why an [uplink](uplink.md) lost its connection, or an attempt failed.'],
];

/** A sentence as it stands on a page. */
const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}.`;

/** The page as it has to be. Throws if an id has no advice, or advice no id. */
export async function troubleshooting() {
  const { describeError, errorIds, nameOfError } = await import('../../dist/ringlet.js');
  const names = errorIds.map(nameOfError);
  const missing = names.filter((name) => advice[name] === undefined);
  if (missing.length > 0) throw new Error(`tools/docs/advice.json says nothing of ${missing.join(', ')}`);
  const foreign = Object.keys(advice).filter((name) => !names.includes(name));
  if (foreign.length > 0) throw new Error(`tools/docs/advice.json has no errors ${foreign.join(', ')}`);

  const of = (id) =>
    `### ${id} ${nameOfError(id)}\n\n${sentence(describeError(id))}\n\n**What to do.** ${advice[nameOfError(id)]}`;
  const parts = GROUPS.map(([from, to, title, words]) => {
    const ids = errorIds.filter((id) => id >= from && id <= to);
    return `## ${title}: ${ids[0]} to ${ids.at(-1)}\n\n${words}\n\n${ids.map(of).join('\n\n')}`;
  });
  const text = `# Troubleshooting

Every error has a number that stays the same from release to release. A \`RingletError\` has it as \`id\`, an event by \`error.id\`, and \`describeError(id)\` gives the sentence. A device prints the number only: look it up here.

A \`ConnectionError\` has more: \`httpStatus\`, \`location\` and \`retryAfter\` of the server's answer, the peer's \`closeCode\`, and \`reason\`, the runtime's own error.

${parts.join('\n\n')}

## Without an error

- **\`onClose\` with another code than 1000.** The other side closed on purpose. 1001: it goes away or restarts. 1008, 1009, 1011: it did not like a message, or failed; look at its log. 3000 to 4999: the application's own.
- **Nothing comes, and no error.** Until \`keepaliveTimeout\` has passed, a lost Wi-Fi looks like a silent peer. A program that does not \`read\`, or is paused, is not sent more.
- **The device restarts.** Mostly the stack: keep the 512 slots of the manifest in \`creation\`, 768 with \`ringlet/reconnecting\`. See [Memory tuning](memory.md).
- **It works on Node and not on the device.** Run it in [a simulated world](testing.md), whose network behaves like a device's.
`;
  return await format(text, { ...(await resolveConfig(PAGE)), filepath: PAGE });
}

/** Whether the page in the tree is that. */
export const isFresh = async () => readFileSync(PAGE, 'utf8') === (await troubleshooting());

if (process.argv[1] === new URL(import.meta.url).pathname) writeFileSync(PAGE, await troubleshooting());
