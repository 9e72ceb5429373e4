import { ErrorId, RingletError } from '../errors.ts';
import type { OpeningFactory } from './opening.ts';
import type { Proof } from './proof.ts';
import { type ServerPolicy, serverOpening } from './server.ts';
import { Rule, wellFormed } from './grammar.ts';
import { lowerOf } from './lower.ts';

/** How a device answers the opening handshakes of those who connect to it. */
export type ServerHandshakeOptions = Partial<Omit<ServerPolicy, 'proof'>>;

/** As the engine's own, which a bundle beside it does not share. */
function check(isValid: boolean, name: string): void {
  if (!isValid) throw new RingletError(ErrorId.optionInvalid, `invalid ${name}`);
}

const NONE: readonly string[] = Object.freeze([]);

const NAMES: readonly string[] = Object.freeze(['protocols', 'requestHeaders', 'onRequest']);

function areTokens(names: unknown): boolean {
  if (!Array.isArray(names)) return false;
  for (let i = 0; i < names.length; i++) if (wellFormed(Rule.token, names[i]) === undefined) return false;
  return true;
}

function areDifferent(names: readonly string[]): boolean {
  for (let i = 0; i < names.length; i++) if (names.indexOf(names[i]) !== i) return false;
  return true;
}

/** {@link serverOpening} with options that are checked: throws a RingletError for those that are wrong. */
export function checkedServerOpening(options: ServerHandshakeOptions, proof: Proof): OpeningFactory {
  check(typeof options === 'object' && options !== null && !Array.isArray(options), 'options');
  // What is misspelt would have no effect.
  for (const name of Object.keys(options)) check(NAMES.indexOf(name) >= 0, `option ${name}`);
  const { protocols = NONE, requestHeaders = NONE, onRequest } = options;
  check(areTokens(protocols) && areDifferent(protocols), 'protocols');
  check(areTokens(requestHeaders), 'requestHeaders');
  check(onRequest === undefined || typeof onRequest === 'function', 'onRequest');
  const names = requestHeaders.map((name) => lowerOf(name));
  return serverOpening({ protocols: protocols.slice(), requestHeaders: names, onRequest, proof });
}
