import * as ws from 'ws';
import type { Reading } from './targets.ts';

interface WsReceiver {
  on(event: string, listener: (...values: never[]) => void): this;
  _write(octets: Uint8Array, encoding: string, done: (error?: { code?: string }) => void): void;
}

type Make = new (options: object) => WsReceiver;

/** What ours refuses and theirs does not, or not yet: see {@link judgeByWs}. */
const KNOWN: readonly string[] = [
  'textInvalid',
  'closeReasonInvalid',
  'fragmentsTooMany',
  'messageTooBig',
  'lengthNotShortest',
];

/** Enough for what was cut off to become a frame. */
const PADDING = new Uint8Array(256);

/**
 * Reads the same octets with the receiver of `ws`, and compares: whole messages, control frames, and whether it is refused.
 * Throws where the two differ, but for what is known to; then what we deliver has to be the beginning of what `ws` does.
 *
 * - A length that is not in its shortest form: refused here, as RFC 6455 §5.2 says (“the minimal number of bytes MUST be used”);
 *   `ws` takes it.
 * - Text that is no UTF-8: refused here at the first impossible octet; `ws` looks at the end of a message (§8.1 leaves it open).
 * - More fragments than a limit allows: an option of ours that `ws` has not (§10.4).
 * - A message that is too long: refused here by the header of the frame that makes it so, of however many octets that is;
 *   `ws` refuses lengths from 2^53 on, and others in the same place (§10.4).
 * - Ours refuses at the octet that is wrong, `ws` when the header of the frame is whole: the rest is made up.
 */
export function judgeByWs(
  octets: Uint8Array,
  { lines }: Reading,
  isServer: boolean,
  limits: { maxMessageSize: number },
): void {
  const theirs: string[] = [];
  let refused: string | undefined;
  const receiver = new (ws as unknown as { Receiver: Make }).Receiver({
    isServer,
    maxPayload: limits.maxMessageSize,
    binaryType: 'nodebuffer',
    allowSynchronousEvents: true,
  });
  const hexOf = (data: Uint8Array): string => Buffer.from(data).toString('hex');
  receiver.on('message', (data: Uint8Array, isBinary: boolean) =>
    theirs.push(`${isBinary ? 'binary' : 'text'} ${hexOf(data)}`),
  );
  receiver.on('ping', (data: Uint8Array) => theirs.push(`ping ${hexOf(data)}`));
  receiver.on('pong', (data: Uint8Array) => theirs.push(`pong ${hexOf(data)}`));
  receiver.on('conclude', (code: number, reason: Uint8Array) =>
    theirs.push(`close ${code} ${hexOf(reason)}`),
  );
  // What `write` calls, without the queue of a stream: it has come to its end when it returns.
  const feed = (some: Uint8Array): void =>
    receiver._write(Buffer.from(some), 'buffer', (error) => {
      if (error !== undefined && error !== null) refused ??= error.code ?? 'error';
    });
  feed(octets);
  const [, , end] = lines.find((line) => line.startsWith('over'))!.split(' ');
  const isRefused = !['clean', 'transportEnded'].includes(end);
  const before = theirs.length;
  // Ours refuses at the first octet that is wrong; theirs may wait for the rest of it.
  if (isRefused && refused === undefined) feed(PADDING);
  const ours = wholeLines(lines);
  const mayDiffer = KNOWN.includes(end);
  const told = mayDiffer ? theirs.slice(0, ours.length) : theirs.slice(0, before);
  if (ours.join('\n') !== told.join('\n'))
    throw new Error(`${end}; ours: ${ours.join(' | ')}; theirs: ${theirs.join(' | ')}`);
  if (!mayDiffer && isRefused !== (refused !== undefined))
    throw new Error(`${end}, and ws says ${refused ?? 'nothing'}`);
}

/** Lines of a trace as the events above: whole messages in hex, control frames. */
function wholeLines(lines: readonly string[]): string[] {
  const whole: string[] = [];
  let open = '';
  for (const line of lines) {
    if (line === 'open' || line.startsWith('over')) continue;
    const part = /^(?:… )?(text|binary)(?: (.*?))?( …)?$/s.exec(line);
    if (part !== null) {
      open += octetsHex(part[2] ?? '');
      if (part[3] !== undefined) continue;
      whole.push(`${part[1]} ${open}`);
      open = '';
      continue;
    }
    const close = /^close(?: (\d+))?(?: (.*))?$/.exec(line);
    if (close !== null) whole.push(`close ${close[1] ?? 1005} ${octetsHex(close[2] ?? '')}`);
    else whole.push(line.replace(/ ([\da-f ]+)$/, (_, octets: string) => ` ${octets.replace(/ /g, '')}`));
  }
  return whole.map((line) => (line === 'ping' || line === 'pong' ? `${line} ` : line));
}

const octetsHex = (text: string): string =>
  text.startsWith('"') ? Buffer.from(JSON.parse(text) as string).toString('hex') : text.replace(/ /g, '');
