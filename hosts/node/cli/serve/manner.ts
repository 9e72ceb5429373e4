import { InvalidArgumentError } from 'commander';
import { isWireCloseCode } from '../../../../src/frame/close-code.ts';
import { millisecondsOf } from '../arguments.ts';

/** How a server treats its clients. */
export interface Manner {
  /** Every message goes to every client, the sender included. */
  readonly broadcasts: boolean;
  /** Milliseconds that each message waits before it is sent. */
  readonly delay: number;
  /** A client is closed after so many messages were sent to it, or after so many milliseconds. */
  readonly closeAfterMessages: number | undefined;
  readonly closeAfterTime: number | undefined;
  readonly closeCode: number;
  /** It echoes and nothing else, so that messages need not be kept whole. */
  readonly isPlain: boolean;
}

/** What `--close-after` asks for: a number of messages, or a time. */
export interface CloseAfter {
  readonly messages?: number;
  readonly time?: number;
}

/** The manner that options ask for. */
export function mannerOf(
  broadcasts: boolean,
  delay: number,
  { messages, time }: CloseAfter,
  closeCode: number,
): Manner {
  const isPlain = !broadcasts && delay === 0;
  return { broadcasts, delay, closeAfterMessages: messages, closeAfterTime: time, closeCode, isPlain };
}

/** A parser for milliseconds, or a time with its unit. */
export function delayOf(text: string): number {
  const time = millisecondsOf(text, 'ms');
  if (Number.isNaN(time)) throw new InvalidArgumentError('It must be milliseconds, or a time such as 1.5s.');
  return time;
}

/** A parser for a number of messages, or a time with its unit. */
export function closeAfterOf(text: string): CloseAfter {
  if (/^[1-9]\d{0,8}$/.test(text)) return { messages: Number(text) };
  const time = millisecondsOf(text);
  if (Number.isNaN(time))
    throw new InvalidArgumentError(
      'It must be a number of messages, such as 3, or a time, such as 500ms or 10s.',
    );
  return { time };
}

/** A parser for a close code that may be sent (RFC 6455 §7.4). */
export function closeCodeOf(text: string): number {
  const code = /^\d{4}$/.test(text) ? Number(text) : 0;
  if (isWireCloseCode(code)) return code;
  throw new InvalidArgumentError('It must be a close code that may be sent: 1000 to 1014, or 3000 to 4999.');
}
