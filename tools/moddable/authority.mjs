import { existsSync, mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { generate } from 'selfsigned';

/**
 * Runs `action` with a certificate authority in `file`, in DER: the one that is there, or one that is made for the time and taken
 * away again. Of what else lies in its folder, nothing is touched. Resolves with what `action` does.
 */
export async function withAuthority(file, action) {
  if (existsSync(file)) return action();
  const folder = dirname(file);
  const hadFolder = existsSync(folder);
  const { cert } = await generate([{ name: 'commonName', value: 'ringlet' }], { keySize: 2048 });
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, Buffer.from(cert.replace(/-----[^-]+-----|\s/g, ''), 'base64'));
  try {
    return await action();
  } finally {
    rmSync(file);
    if (!hadFolder) rmdirSync(folder);
  }
}
