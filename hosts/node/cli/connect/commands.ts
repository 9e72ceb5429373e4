/** What a typed line asks for. */
export type Typed =
  | { readonly what: 'message'; readonly text: string }
  | { readonly what: 'command'; readonly name: string; readonly rest: string }
  | { readonly what: 'unknown'; readonly name: string };

/** The commands: name, arguments, what it does. */
const COMMANDS: readonly (readonly [name: string, takes: string, does: string])[] = [
  ['/ping', '[text]', 'send a Ping'],
  ['/pong', '[text]', 'send a Pong that nobody asked for'],
  ['/close', '[code [reason]]', 'begin the closing handshake; default 1000'],
  ['/binary', '<hex>', 'send a binary message, such as /binary 00 ff 0a'],
  ['/file', '<path>', 'send a file as one binary message'],
  ['/textfile', '<path>', 'send a file as one text message'],
  ['/save', '<path>', 'write the last message that came into a new file'],
  ['/info', '', 'say what is known of the connection'],
  ['/help', '', 'list these commands'],
  ['/quit', '', 'the same as /close'],
];

export const COMMAND_NAMES: readonly string[] = COMMANDS.map(([name]) => name);

/** The commands as lines of at most 80 columns. */
export const COMMAND_LINES: readonly string[] = [
  ...COMMANDS.map(([name, takes, does]) => `  ${`${name} ${takes}`.padEnd(25)} ${does}`),
  `  ${'//text'.padEnd(25)} send the message /text`,
];

/** Reads a typed line: `/name rest` is a command, `//text` the message `/text`, all else a message as it is. */
export function readTyped(line: string): Typed {
  if (!line.startsWith('/')) return { what: 'message', text: line };
  if (line.startsWith('//')) return { what: 'message', text: line.slice(1) };
  const [, name = '/', rest = ''] = /^(\/\S*)\s*(.*)$/s.exec(line) ?? [];
  return COMMAND_NAMES.includes(name) ? { what: 'command', name, rest } : { what: 'unknown', name };
}

/** The octets of hex digits, between which there may be blanks, colons and `0x`; undefined if they are none. */
export function octetsOf(text: string): Buffer | undefined {
  const digits = text.replace(/0x/gi, ' ').replace(/[\s:,]/g, '');
  return digits.length % 2 === 0 && /^[0-9a-f]*$/i.test(digits) ? Buffer.from(digits, 'hex') : undefined;
}
