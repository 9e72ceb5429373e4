import { checkFunction, checkKnown, checkObject, checkOption } from '../../src/connection/check-options.ts';
import { DEFAULT_LIMITS } from '../../src/connection/limits.ts';
import { ErrorId, RingletError } from '../../src/errors.ts';
import { DEFAULT_LINK, type LinkOptions, linkSettings } from './network/link.ts';

/*
 * What is looked at before a world, a machine or a server is made: what is misspelt would have no effect, and what is wrong
 * would be missed in the middle of a run. Each function throws a RingletError that names the option.
 */

type Unchecked = Readonly<Record<string, unknown>>;

const WORLD: readonly string[] = ['seed', 'link', 'date', 'patience', 'trace', 'onUncaught'];

const WINDOWS: readonly string[] = ['sendWindow', 'tlsWindow', 'receiveWindow'];
const FLAGS: readonly string[] = ['losesUnread', 'resizable'];
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

export function checkWorldOptions(options: unknown): void {
  checkKnown('World', options, WORLD);
  const given = options as Unchecked;
  const { seed } = given;
  const isSeed = isLeftOut(seed) || typeof seed === 'number' || typeof seed === 'string';
  checkOption(isSeed, 'seed', 'a number or a string');
  checkOption(isLeftOut(given.date) || Number.isFinite(given.date), 'date', 'milliseconds since 1970');
  for (const name of ['patience', 'trace']) checkNumber(given, name);
  checkFunction(given, 'onUncaught', true);
}

const FIRMWARE: readonly string[] = ['config', 'manifest', 'platform', 'modules'];

export function checkFirmwareOptions(options: unknown): void {
  checkKnown('loadFirmware', options, FIRMWARE);
  const { config, manifest, platform, modules } = options as Unchecked;
  if (config !== undefined) checkObject(config, 'config');
  if (modules !== undefined) checkObject(modules, 'modules');
  checkOption(isLeftOut(manifest) || typeof manifest === 'string', 'manifest', 'the path of a file');
  checkOption(isLeftOut(platform) || typeof platform === 'string', 'platform', 'a string');
}

export function checkHostOptions(name: unknown, options: unknown): void {
  if (typeof name !== 'string' || name === '')
    throw new RingletError(ErrorId.argumentInvalid, 'the name of a host must be a string');
  checkKnown('host', options, HOST);
  const given = options as Unchecked;
  const { address, runtime, device } = given;
  checkOption(isLeftOut(address) || typeof address === 'string', 'address', 'a string');
  if (given.link !== undefined) linkSettings(DEFAULT_LINK, given.link as LinkOptions);
  checkNumber(given, 'ticks');
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

export function checkServeOptions(options: unknown): void {
  checkKnown('serve', options, SERVER);
  const given = options as Unchecked;
  for (const name of CALLBACKS) checkFunction(given, name, true);
  const { port, protocols } = given;
  const isPort = Number.isInteger(port) && (port as number) >= -1 && (port as number) <= 65535;
  checkOption(isLeftOut(port) || isPort, 'port', 'an integer up to 65535, or -1 for every port');
  checkOption(isLeftOut(protocols) || Array.isArray(protocols), 'protocols', 'an array of tokens');
  if (given.certificate !== undefined) checkObject(given.certificate, 'certificate');
}
