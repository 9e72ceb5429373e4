import { isUtf8 } from 'node:buffer';
import { Opcode } from '../../../../src/frame/opcode.ts';
import { visibleLine } from '../../terminal-text.ts';
import { CommandError } from '../arguments.ts';
import { LineReader } from '../line-reader.ts';
import { COMMAND_LINES, octetsOf, readTyped } from './commands.ts';
import { readMessage, saveMessage } from './files.ts';
import { Prompt } from './prompt.ts';
import type { Input, Talk } from './talk.ts';

/** What a line of the input is. */
export interface LineOptions {
  /** Binary messages, of the line's octets (`raw`) or of its hex digits. */
  readonly binary: 'raw' | 'hex' | undefined;
  /** Lines that begin with `/` are commands. */
  readonly commands: boolean;
  /** A line that cannot be sent ends all: nobody is there who could mend it. */
  readonly isStrict: boolean;
}

/** Does what lines say, typed or from a pipe. */
class LineTaker {
  readonly #options: LineOptions;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  take(talk: Talk, line: Buffer): void {
    try {
      this.#take(talk, line);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      if (this.#options.isStrict) talk.giveUp(error.message);
      else talk.face.remark(error.message);
    }
  }

  #take(talk: Talk, line: Buffer): void {
    const { binary, commands } = this.#options;
    if (commands && line[0] === 0x2f) {
      const typed = readTyped(line.toString().replace(/\r$/, ''));
      if (typed.what === 'command') return obey(talk, typed.name, typed.rest);
      if (typed.what === 'unknown')
        throw new CommandError(
          `there is no command ${visibleLine(typed.name)}; /help lists them, // begins a message with /`,
        );
      return this.#send(talk, Buffer.from(typed.text));
    }
    if (binary === 'raw') return talk.send(line, true);
    this.#send(talk, line.at(-1) === 0x0d ? line.subarray(0, -1) : line);
  }

  #send(talk: Talk, line: Buffer): void {
    const { binary } = this.#options;
    if (binary === 'hex') return talk.send(hexOf(line.toString()), true);
    if (binary === undefined && !isUtf8(line))
      throw new CommandError('a line of the input is not UTF-8; --binary sends any bytes');
    talk.send(line, binary === 'raw');
  }
}

function hexOf(text: string): Buffer {
  const octets = octetsOf(text);
  if (octets === undefined) throw new CommandError('binary messages are written as pairs of hex digits');
  return octets;
}

function obey(talk: Talk, name: string, rest: string): void {
  switch (name) {
    case '/ping':
      return talk.sendControl(Opcode.ping, rest);
    case '/pong':
      return talk.sendControl(Opcode.pong, rest);
    case '/quit':
    case '/close': {
      const [, code = '1000', reason = ''] = /^(\S+)?\s*(.*)$/s.exec(rest) ?? [];
      return talk.close(Number(code), reason);
    }
    case '/binary':
      return talk.send(hexOf(rest), true);
    case '/file':
      return talk.send(readMessage(rest), true);
    case '/textfile':
      return talk.send(readMessage(rest), false);
    case '/save': {
      const { octets } = talk.last;
      if (octets === undefined) throw new CommandError('there is no message of at most 16 MiB to be saved');
      saveMessage(rest, octets);
      return talk.face.remark(`${octets.length} bytes written to ${rest}`);
    }
    case '/info':
      for (const fact of talk.facts) talk.face.remark(fact);
      return;
    default:
      for (const help of COMMAND_LINES) talk.face.remark(help);
  }
}

/** Somebody who types at a {@link Prompt}. */
export class TypedInput implements Input {
  readonly prompt: Prompt;
  readonly #taker: LineTaker;
  #talk: Talk | undefined;

  constructor(options: LineOptions) {
    this.#taker = new LineTaker(options);
    this.prompt = new Prompt({
      onLine: (text) => this.#taker.take(this.#talk!, Buffer.from(text)),
      onEnd: () => this.#talk!.endInput(),
      onInterrupt: () => this.#talk!.interrupt('SIGINT'),
    });
  }

  begin(talk: Talk): void {
    this.#talk = talk;
    this.prompt.open();
  }

  // Nobody types faster than a line takes it; what is pasted is bounded by the terminal.
  pause(): void {}
  resume(): void {}

  end(): void {
    this.prompt.close();
  }
}

/** The lines of standard input. */
export class PipedInput implements Input {
  readonly #taker: LineTaker;

  constructor(options: LineOptions) {
    this.#taker = new LineTaker(options);
  }

  begin(talk: Talk): void {
    const lines = new LineReader((line) => this.#taker.take(talk, line));
    const { stdin } = process;
    stdin.on('data', (octets: Buffer) => lines.push(octets));
    stdin.on('error', (error) => talk.giveUp(`the input cannot be read: ${error.message}`));
    stdin.on('end', () => {
      lines.end();
      talk.endInput();
    });
  }

  pause(): void {
    process.stdin.pause();
  }

  resume(): void {
    process.stdin.resume();
  }

  end(): void {
    process.stdin.destroy();
  }
}

/** Lines that are known beforehand. */
export class GivenInput implements Input {
  readonly #taker: LineTaker;
  readonly #lines: readonly string[];

  constructor(options: LineOptions, lines: readonly string[]) {
    this.#taker = new LineTaker(options);
    this.#lines = lines;
  }

  begin(talk: Talk): void {
    for (const line of this.#lines) this.#taker.take(talk, Buffer.from(line));
    talk.endInput();
  }

  pause(): void {}
  resume(): void {}
  end(): void {}
}
