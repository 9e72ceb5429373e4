import { createHash } from 'node:crypto';
import { GUID, type Proof } from '../../src/handshake/proof.ts';

/** Keys and proofs of the opening handshake by Node's natives. */
export const nodeProof: Proof = Object.freeze({
  keyOf: (words: Int32Array) =>
    Buffer.from(words.buffer, words.byteOffset, words.byteLength).toString('base64'),
  acceptOf: (key: string) =>
    createHash('sha1')
      .update(key + GUID, 'latin1')
      .digest('base64'),
});
