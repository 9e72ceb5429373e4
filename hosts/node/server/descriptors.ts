import { closeSync, openSync, readFileSync } from 'node:fs';
import { devNull } from 'node:os';

/** How many descriptors this process may open; undefined where the system does not say it, or sets no limit. */
export function descriptorLimit(): number | undefined {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/** Milliseconds between two looks while nobody is accepted. */
const INTERVAL = 1000;

const SHORT: Readonly<Record<string, string>> = Object.freeze({
  EMFILE: 'this process has as many files and sockets open as it may',
  ENFILE: 'this machine has as many files and sockets open as it can',
});

/** Why no descriptor is to be had: EMFILE or ENFILE, as Node would tell of `accept`; undefined while there is one. */
export function shortage(): NodeJS.ErrnoException | undefined {
  try {
    closeSync(openSync(devNull, 'r'));
    return undefined;
  } catch (error) {
    const { code = '', errno } = error as NodeJS.ErrnoException;
    if (!Object.hasOwn(SHORT, code)) return undefined;
    return Object.assign(new Error(`accept ${code}: ${SHORT[code]}`), { code, errno, syscall: 'accept' });
  }
}

/**
 * Finds out that there are no descriptors for those who connect: Node does not tell of it. Where none is left, libuv
 * closes whoever waits to be accepted, by a descriptor that it has set aside for that, and calls nobody.
 */
export class DescriptorWatch {
  readonly #tell: (error: NodeJS.ErrnoException) => void;
  readonly #timer: NodeJS.Timeout;
  #immediate: NodeJS.Immediate | undefined;

  /** `tell` is called as long as there is none, whenever it is looked. */
  constructor(tell: (error: NodeJS.ErrnoException) => void) {
    this.#tell = tell;
    this.#timer = setInterval(this.#look, INTERVAL).unref();
  }

  /** A socket was accepted: looks once all are that came together. */
  accepted(): void {
    this.#immediate ??= setImmediate(this.#look);
  }

  stop(): void {
    clearInterval(this.#timer);
    clearImmediate(this.#immediate);
  }

  readonly #look = (): void => {
    this.#immediate = undefined;
    const error = shortage();
    if (error !== undefined) this.#tell(error);
  };
}
