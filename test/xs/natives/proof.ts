/** The proof of the opening handshake and its portable twin, whatever the length and the octets. */
import { acceptOf, keyOf } from 'ringlet/natives';
import { portableProof } from '../../../src/handshake/accept.ts';
import { check, conclude, LENGTHS, next } from './equal.ts';

for (let length = 0; length <= LENGTHS; length++) {
  let key = '';
  for (let i = 0; i < length; i++) key += String.fromCharCode(33 + ((next() >>> 0) % 94));
  check(acceptOf(key) === portableProof.acceptOf(key), () => `a key of ${length} characters`);
}

for (let round = 0; round < 300; round++) {
  const words = Int32Array.of(next(), next(), next(), next());
  check(keyOf(words) === portableProof.keyOf(words), () => `the key of ${words.join()}`);
}
for (let octet = 0; octet < 256; octet++) {
  const words = new Int32Array(new Uint8Array(16).fill(octet).buffer);
  check(keyOf(words) === portableProof.keyOf(words), () => `the key of ${octet}`);
}

// Words that begin within their buffer.
const words = Int32Array.of(1, 2, 3, 4, 5, 6);
check(keyOf(words.subarray(2)) === portableProof.keyOf(words.slice(2)), () => 'words with an offset');

conclude({ accept: acceptOf('dGhlIHNhbXBsZSBub25jZQ==') });
