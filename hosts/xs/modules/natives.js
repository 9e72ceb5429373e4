/**
 * `ringlet/natives`: what the engine lets C do, the same C as on devices (`manifests/natives/`).
 */
const key = native('ringletKey');

export const validate = native('validate');
export const mask = native('mask');
export const copyFitting = native('copyFitting');
export const faultOfHeader = native('faultOfHeader');
export const lengthAt = native('lengthAt');
export const frameLength = native('frameLength');
export const writeHeader = native('writeHeader');
export const putMessage = native('putMessage');
export const acceptOf = native('acceptOf');
export function keyOf(words) {
  return key(words.buffer, words.byteOffset);
}
