import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Milliseconds after which a child that does not answer is given up. */
const PATIENCE = 60_000;

/** A child that answers each message by one message. */
export class Child {
  #child;
  #waiting;

  /** @param {string} file beside the `bench` folder; @param {string[]} args @param {object} options of fork */
  constructor(file, args = [], options = {}) {
    const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
    this.#child = fork(path, args, { stdio: ['ignore', 2, 2, 'ipc'], ...options });
    this.#child.on('message', (answer) => this.#waiting?.resolve(answer));
    this.#child.on('exit', (code) =>
      this.#waiting?.reject(new Error(`${file} ${args.join(' ')} ended (${code})`)),
    );
  }

  /** What the child says next. */
  answer() {
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }

  ask(question) {
    const answer = this.answer();
    const { reject } = this.#waiting;
    const timer = setTimeout(() => reject(new Error('gave no answer')), PATIENCE);
    this.#child.send(question);
    return answer.finally(() => clearTimeout(timer));
  }

  end() {
    this.#waiting = undefined;
    if (this.#child.connected) this.#child.disconnect();
    this.#child.kill();
  }
}
