/**
 * `embedded:network/dns/resolver/udp`: names of this machine (localhost and those given on the command line)
 * and numeric addresses, never in the caller's turn. Takes Moddable's form, resolve({ host, onResolved,
 * onError }), and the standard's, resolve({ host }, callback).
 */
import Timer from 'timer';

const addressOf = native('hostAddress');
const numeric = /^(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*)$/;

function lookUp(host) {
  const name = host.toLowerCase();
  if (numeric.test(name)) return name;
  if (name === 'localhost' || name.endsWith('.localhost')) return '127.0.0.1';
  return addressOf(name);
}

export default class Resolver {
  #closed = false;
  #waiting = new Set();

  constructor(options) {
    if (options === null || typeof options !== 'object') throw new TypeError('options required');
    if (options.target !== undefined) this.target = options.target;
  }

  resolve(options, callback) {
    if (this.#closed) throw new Error('closed');
    const { host, onResolved, onError } = options;
    if (typeof host !== 'string') throw new TypeError('host required');
    const timer = Timer.set(() => {
      this.#waiting.delete(timer);
      const address = lookUp(host);
      const error = address === undefined ? new Error('not found') : null;
      if (callback) callback.call(this, error, host, address);
      else if (error) onError?.call(this, host, error);
      else onResolved?.call(this, host, address);
    });
    this.#waiting.add(timer);
  }

  close() {
    this.#closed = true;
    for (const timer of this.#waiting) Timer.clear(timer);
    this.#waiting.clear();
  }
}
