/**
 * `ringlet/natives`: what the engine lets C do, the same C as on devices (`manifests/natives/`).
 */
export const validate = native('validate');
export const mask = native('mask');
export const copyFitting = native('copyFitting');
export const faultOfHeader = native('faultOfHeader');
export const lengthAt = native('lengthAt');
export const frameLength = native('frameLength');
export const writeHeader = native('writeHeader');
export const putMessage = native('putMessage');
export const newPart = native('newPart');
export const partOf = native('partOf');
export const startDeadline = native('startDeadline');
export const elapse = native('elapse');
export const nextTick = native('nextTick');
export const headText = native('headText');
export const trim = native('trim');
export const hasToken = native('hasToken');
export const statusOf = native('statusOf');
export const isWireCloseCode = native('isWireCloseCode');
export const closeCodeOf = native('closeCodeOf');
export const decodeUtf8 = native('decodeUtf8');
export const wellFormed = native('wellFormed');
export const acceptOf = native('acceptOf');
export const keyOf = native('keyOf');

// As the bundles for devices know them: `OFTEN` and `RARE` in tools/bundle/device-shape.mjs.
export const local = native('rare');
export {
  copyFitting as update,
  faultOfHeader as filter,
  frameLength as peek,
  lengthAt as weight,
  partOf as slice,
  putMessage as poke,
  validate as scan,
  writeHeader as label,
};
