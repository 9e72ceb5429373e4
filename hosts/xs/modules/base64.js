/**
 * `base64`: the half of Moddable's module that encodes, a byte buffer or a string.
 */
const Base64 = Object.freeze({ encode: native('base64Encode') });

export default Base64;
