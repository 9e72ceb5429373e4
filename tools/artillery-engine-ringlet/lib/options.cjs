'use strict';
// What a script says of its devices, checked before the first of them starts.

/** A script that says what it cannot mean. `code` is what Artillery counts. */
class ScenarioError extends Error {
  constructor(message) {
    super(`ringlet: ${message}`);
    this.code = 'ringlet.scenario';
  }
}

const isNumber = (value) => typeof value === 'number' && value >= 0 && Number.isFinite(value);
const isText = (value) => typeof value === 'string';
const isSize = (value) => Number.isInteger(value) && value >= 256 && (value & (value - 1)) === 0;
const isHeaders = (value) =>
  value !== null &&
  typeof value === 'object' &&
  !Array.isArray(value) &&
  Object.values(value).every((field) => isText(field) || isNumber(field));
const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const isTemplate = (value) => isText(value) && value.includes('{{');
const oneOf =
  (...values) =>
  (value) =>
    values.includes(value);

/** Options of a device, what each may be, and in words. Times are milliseconds, as in Ringlet. */
const OPTIONS = {
  protocol: [isText, 'subprotocols, comma-separated'],
  name: [isText, 'a text'],
  headers: [isHeaders, 'an object of header fields'],
  compression: [(value) => typeof value === 'boolean', 'true or false'],
  memory: [(value) => Number.isInteger(value) && value > 0, 'octets, a whole number'],
  whenFull: [oneOf('dropOldest', 'dropNewest', 'refuse'), 'dropOldest, dropNewest or refuse'],
  keep: [oneOf('written', 'acknowledged'), 'written or acknowledged'],
  timeToLive: [isNumber, 'milliseconds'],
  backoffBase: [isNumber, 'milliseconds'],
  backoffLongest: [isNumber, 'milliseconds'],
  minUptime: [isNumber, 'milliseconds'],
  maxAge: [isNumber, 'milliseconds'],
  keepalive: [isNumber, 'milliseconds'],
  keepaliveTimeout: [isNumber, 'milliseconds'],
  connectTimeout: [isNumber, 'milliseconds'],
  transmitBuffer: [isSize, 'a power of two from 256'],
};

/**
 * `given`, with its defaults. A fleet has little memory a device: 16 KiB of records, a transmit ring of 4 KiB.
 * Throws a ScenarioError that names `where` for what is unknown or of the wrong kind.
 */
function optionsOf(given, where) {
  if (given === undefined || given === null) given = {};
  if (typeof given !== 'object' || Array.isArray(given))
    throw new ScenarioError(`${where} has to be an object`);
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(OPTIONS, name)) {
      throw new ScenarioError(`${where}.${name} is unknown; there are: ${Object.keys(OPTIONS).join(', ')}`);
    }
    const [isValid, words] = OPTIONS[name];
    if (!isValid(given[name]) && !isTemplate(given[name]))
      throw new ScenarioError(`${where}.${name} has to be ${words}: ${JSON.stringify(given[name])}`);
  }
  return {
    protocol: 'telemetry.ringlet, outbox.ringlet',
    memory: 16384,
    keep: 'acknowledged',
    transmitBuffer: 4096,
    ...given,
  };
}

/** Throws a ScenarioError unless `target` is, or may become, the URL of a WebSocket server. */
function checkTarget(target) {
  const text = String(target);
  if (isTemplate(text)) return;
  // A URL without a host would fail for each device.
  if (!/^wss?:\/\//.test(text) || !URL.canParse(text))
    throw new ScenarioError(`config.target has to be a URL that begins with ws:// or wss://: ${text}`);
}

module.exports = { checkTarget, isNumber, isObject, isTemplate, isText, optionsOf, ScenarioError };
