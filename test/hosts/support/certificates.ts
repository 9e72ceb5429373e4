import { generate } from 'selfsigned';

export interface Certificate {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

export interface Certificates {
  readonly ca: Certificate;
  /** For `localhost` and 127.0.0.1, signed by `ca`. */
  readonly good: Certificate;
  readonly expired: Certificate;
  /** For another host. */
  readonly stranger: Certificate;
  readonly selfSigned: Certificate;
}

const DAY = 86_400_000;

async function issue(name: string, options: Parameters<typeof generate>[1] = {}): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...options,
  });
  return { cert: made.cert, key: made.private };
}

/** Certificates made for one run of the tests. */
export async function makeCertificates(): Promise<Certificates> {
  const ca = await issue('Test authority', {
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const signed = (host: string, dates = {}): Promise<Certificate> =>
    issue(host, {
      ca,
      ...dates,
      extensions: [
        {
          name: 'subjectAltName',
          altNames: [
            { type: 2, value: host },
            ...(host === 'localhost' ? [{ type: 7 as const, ip: '127.0.0.1' }] : []),
          ],
        },
      ],
    });
  const past = { notBeforeDate: new Date(Date.now() - 9 * DAY), notAfterDate: new Date(Date.now() - DAY) };
  return {
    ca,
    good: await signed('localhost'),
    expired: await signed('localhost', past),
    stranger: await signed('elsewhere.example'),
    selfSigned: await issue('localhost'),
  };
}
