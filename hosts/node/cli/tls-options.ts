import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { CannotBegin, type ClientArguments } from './arguments.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** The certificates of a PEM file, one by one. Throws CannotBegin. */
function certificatesIn(pem: Buffer, option: string): string[] {
  const blocks = pem.toString('latin1').match(CERTIFICATE) ?? [];
  try {
    for (const block of blocks) new X509Certificate(block);
  } catch {
    blocks.length = 0;
  }
  if (blocks.length === 0) throw new CannotBegin(`the file of ${option} holds no PEM certificate`);
  return blocks;
}

/** What a side shows of itself: the certificates of its chain, its own first, and the key. */
interface Identity {
  readonly certificates: string[];
  readonly key: string;
}

/** Reads `--cert` and `--key`; undefined when there are none. Throws CannotBegin. */
export function identityOf({ cert, key }: Pick<ClientArguments, 'cert' | 'key'>): Identity | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) throw new CannotBegin('--cert and --key belong together');
  const certificates = certificatesIn(cert, '--cert');
  let fits: boolean;
  try {
    fits = new X509Certificate(certificates[0]).checkPrivateKey(createPrivateKey(key));
  } catch {
    throw new CannotBegin('the file of --key holds no PEM private key, or one with a passphrase');
  }
  if (!fits) throw new CannotBegin('the key of --key does not belong to the certificate of --cert');
  return { certificates, key: key.toString('latin1') };
}

/** The options of `tls.connect` that the arguments of a command ask for. Throws CannotBegin. */
export function tlsOptionsOf(options: ClientArguments): TlsOptions {
  const { ca, insecure } = options;
  const identity = identityOf(options);
  return {
    ...(ca !== undefined && { ca: certificatesIn(ca, '--ca') }),
    ...(identity !== undefined && { cert: identity.certificates.join('\n'), key: identity.key }),
    ...(insecure === true && { rejectUnauthorized: false }),
  };
}
