/**
 * The globals that XS itself lacks: a `console` that prints lines, and Moddable's `trace`.
 */
const out = native('printOut');
const error = native('printError');

globalThis.console = Object.freeze({ log: out, info: out, debug: out, warn: error, error });
globalThis.trace = native('trace');
