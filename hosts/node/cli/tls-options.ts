import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { TLSSettings } from '../io/tls-options.ts';
import { type ClientArguments, CommandError } from './arguments.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** The certificates of a PEM file, one by one as ECMA-419 wants them. Throws a CommandError. */
function certificatesIn(pem: Buffer, option: string): string[] {
  const blocks = pem.toString('latin1').match(CERTIFICATE) ?? [];
  try {
    for (const block of blocks) new X509Certificate(block);
  } catch {
    blocks.length = 0;
  }
  if (blocks.length === 0) throw new CommandError(`the file of ${option} holds no PEM certificate`);
  return blocks;
}

function keyIn(pem: Buffer): string {
  try {
    createPrivateKey(pem);
  } catch {
    throw new CommandError('the file of --key holds no PEM private key, or one with a passphrase');
  }
  return pem.toString('latin1');
}

/** The TLS options of an ECMA-419 socket that the arguments of a command ask for. Throws a CommandError. */
export function tlsSettingsOf({ ca, cert, key, insecure }: ClientArguments): TLSSettings {
  if ((cert === undefined) !== (key === undefined))
    throw new CommandError('--cert and --key belong together');
  return {
    ...(ca !== undefined && { ca: certificatesIn(ca, '--ca') }),
    ...(cert !== undefined && { clientCertificate: certificatesIn(cert, '--cert') }),
    ...(key !== undefined && { clientKey: keyIn(key) }),
    verify: insecure !== true,
  };
}
