import {
  checkBoolean,
  checkCompression,
  checkFunction,
  checkKnown,
  checkObject,
  checkOption,
} from '../../src/connection/check-options.ts';
import { DEFAULT_LIMITS } from '../../src/connection/limits.ts';
import { limitsOf, sizeOf } from '../../src/connection/options.ts';
import { ErrorId, RingletError } from '../../src/errors.ts';
import { isAddress } from './io/options.ts';
import { DEFAULT_LINK, type LinkOptions, linkSettings } from './network/link.ts';

/*
 * What is looked at before a world, a machine or a server is made: what is misspelt would have no effect, and what is wrong
 * would be missed in the middle of a run. Each function throws a RingletError that names the option.
 */

type Unchecked = Readonly<Record<string, unknown>>;

const WORLD: readonly string[] = ['seed', 'link', 'date', 'patience', 'trace', 'onUncaught'];

const WINDOWS: readonly string[] = ['sendWindow', 'tlsWindow', 'receiveWindow'];
const FLAGS: readonly string[] = ['losesUnread'];
const HOST: readonly string[] = [
  ...WINDOWS,
  ...FLAGS,
  'address',
  'link',
  'runtime',
  'ticks',
  'device',
  'main',
];

const CALLBACKS: readonly string[] = ['onRequest', 'onOpen', 'onMessage', 'onClose'];
const SERVER: readonly string[] = [
  ...Object.keys(DEFAULT_LIMITS),
  ...CALLBACKS,
  'port',
  'certificate',
  'protocols',
  'compression',
  'receiveBuffer',
  'transmitBuffer',
];

const isLeftOut = (value: unknown): boolean => value === undefined;

function checkNumber(options: Unchecked, name: string): void {
  const value = options[name];
  checkOption(isLeftOut(value) || (typeof value === 'number' && value >= 0), name, 'a number from 0');
}

/** What a Date can show. */
const isDate = (value: unknown): boolean =>
  typeof value === 'number' && !Number.isNaN(new Date(value).getTime());

export function checkWorldOptions(options: unknown): void {
  checkKnown('World', options, WORLD);
  const given = options as Unchecked;
  const { seed } = given;
  // Number('x') is NaN: whoever gives that believes that the seed is another.
  const isSeed = isLeftOut(seed) || Number.isFinite(seed) || typeof seed === 'string';
  checkOption(isSeed, 'seed', 'a number or a string');
  checkOption(isLeftOut(given.date) || isDate(given.date), 'date', 'milliseconds since 1970');
  for (const name of ['patience', 'trace']) checkNumber(given, name);
  checkFunction(given, 'onUncaught', true);
}

const FIRMWARE: readonly string[] = ['config', 'manifest', 'platform', 'modules'];

export function checkFirmwareOptions(options: unknown): void {
  checkKnown('loadFirmware', options, FIRMWARE);
  const { config, manifest, platform, modules } = options as Unchecked;
  if (config !== undefined) checkObject(config, 'config');
  if (modules !== undefined) checkObject(modules, 'modules');
  const files = Object.values((modules ?? {}) as Unchecked);
  checkOption(
    files.every((file) => typeof file === 'string'),
    'modules',
    'the paths of files, by specifier',
  );
  checkOption(isLeftOut(manifest) || typeof manifest === 'string', 'manifest', 'the path of a file');
  checkOption(isLeftOut(platform) || typeof platform === 'string', 'platform', 'a string');
}

export function checkHostOptions(name: unknown, options: unknown): void {
  if (typeof name !== 'string' || name === '')
    throw new RingletError(ErrorId.argumentInvalid, 'the name of a host must be a string');
  checkKnown('host', options, HOST);
  const given = options as Unchecked;
  const { address, runtime, device, ticks } = given;
  const isPlace = isLeftOut(address) || (typeof address === 'string' && isAddress(address));
  checkOption(isPlace, 'address', 'an IP address');
  if (given.link !== undefined) linkSettings(DEFAULT_LINK, given.link as LinkOptions);
  const isTick = Number.isInteger(ticks) && (ticks as number) >= 0 && (ticks as number) < 2 ** 32;
  checkOption(isLeftOut(ticks) || isTick, 'ticks', 'an integer of 32 bits');
  for (const window of WINDOWS) {
    const octets = given[window];
    // Through a window of 0 nothing would ever come.
    checkOption(
      isLeftOut(octets) || (Number.isInteger(octets) && (octets as number) > 0),
      window,
      'an integer from 1',
    );
  }
  for (const flag of FLAGS) {
    const value = given[flag];
    checkOption(isLeftOut(value) || typeof value === 'boolean', flag, 'true or false');
  }
  const isRuntime = isLeftOut(runtime) || runtime === 'device' || runtime === 'node';
  checkOption(isRuntime, 'runtime', "'device' or 'node'");
  if (device !== undefined) checkObject(device, 'device');
  checkFunction(given, 'main', true);
}

/** A token of RFC 9110 §5.6.2, as subprotocols are. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

const CERTIFICATE: readonly string[] = ['names', 'notBefore', 'notAfter', 'isTrusted'];

const isTexts = (value: unknown, pattern: RegExp): boolean =>
  Array.isArray(value) && value.every((text) => typeof text === 'string' && pattern.test(text));

function checkCertificate(certificate: unknown): void {
  checkKnown('certificate', certificate, CERTIFICATE);
  const given = certificate as Unchecked;
  const { names } = given;
  checkOption(isLeftOut(names) || isTexts(names, /./), 'certificate.names', 'an array of host names');
  for (const name of ['notBefore', 'notAfter']) {
    const date = given[name];
    const isSome = isLeftOut(date) || (typeof date === 'number' && !Number.isNaN(date));
    checkOption(isSome, `certificate.${name}`, 'milliseconds since 1970');
  }
  checkBoolean(given.isTrusted, 'certificate.isTrusted');
}

export function checkServeOptions(options: unknown): void {
  checkKnown('serve', options, SERVER);
  const given = options as Unchecked;
  for (const name of CALLBACKS) checkFunction(given, name, true);
  const { port, protocols } = given;
  const isPort = Number.isInteger(port) && (port as number) >= -1 && (port as number) <= 65535;
  checkOption(isLeftOut(port) || isPort, 'port', 'an integer up to 65535, or -1 for every port');
  checkOption(isLeftOut(protocols) || isTexts(protocols, TOKEN), 'protocols', 'an array of tokens');
  if (given.certificate !== undefined) checkCertificate(given.certificate);
  checkCompression(given.compression);
  // When the first device connects would be late.
  limitsOf(given);
  for (const name of ['receiveBuffer', 'transmitBuffer'])
    if (!isLeftOut(given[name])) sizeOf(name, given[name] as number);
}
