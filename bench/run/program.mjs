import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { programPath } from './compile.mjs';

const binary = programPath('wslay');
const run = promisify(execFile);

/** A peer in C: started anew for each round, since it needs no warming up. */
export class Program {
  #arguments;
  #count;

  constructor({ options, most, count }, { name }) {
    this.name = name;
    this.rounds = [];
    this.failed = undefined;
    const { kind, size, chunk } = options;
    this.#arguments = [kind === 'binary' ? '2' : '1', String(size), String(chunk)];
    this.#count = Math.min(most ?? Infinity, count * 10);
  }

  async prepare() {
    const { stdout } = await run(binary, [...this.#arguments, String(this.#count)]);
    const wanted = Math.round((this.#count * 100e6) / Math.max(Number(stdout), 1e6));
    this.#count = Math.max(1, wanted);
  }

  async round() {
    const { stdout } = await run(binary, [...this.#arguments, String(this.#count)]);
    this.rounds.push({ value: Number(stdout) / this.#count, count: this.#count });
  }

  end() {}
}
