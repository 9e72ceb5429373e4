import { ErrorId, RingletError } from '../errors.ts';

/**
 * Throws unless what `name` names `isValid`. As the engine's own, which a bundle beside it does not share.
 */
export function check(isValid: boolean, name: string, id: number = ErrorId.optionInvalid): void {
  if (!isValid) throw new RingletError(id, `invalid ${name}`);
}
