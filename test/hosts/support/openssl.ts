/** Certificates as an authority makes them: by the program openssl, with dates of any day. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certificate } from './certificates.ts';

const DAY = 86_400_000;

/** Why there are none; empty where there is the program. */
export const withoutOpenssl = ((): string => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'pipe' });
    return '';
  } catch {
    return 'skipped: there is no program openssl';
  }
})();

const CONFIG = `
[ca]
default_ca = own
[own]
new_certs_dir = certs
database = index.txt
serial = serial
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
`;

/** A day as openssl wants it: YYYYMMDDHHMMSSZ. */
const stamp = (days: number): string =>
  new Date(Date.now() + days * DAY).toISOString().replace(/[-:T]|\.\d+/g, '');

/** An authority in a folder of its own; `remove` it. */
export class Authority {
  readonly #directory = mkdtempSync(join(tmpdir(), 'ringlet-ca-'));
  readonly certificate: string;
  #count = 0;

  constructor(name: string) {
    mkdirSync(join(this.#directory, 'certs'));
    writeFileSync(join(this.#directory, 'ca.cnf'), CONFIG);
    writeFileSync(join(this.#directory, 'index.txt'), '');
    writeFileSync(join(this.#directory, 'serial'), '01\n');
    this.#openssl(
      'req',
      '-x509',
      ...this.#newKey('ca'),
      '-subj',
      `/CN=${name}`,
      '-days',
      '3',
      '-out',
      'ca.pem',
    );
    this.certificate = this.#read('ca.pem');
  }

  /** A certificate for `host` that is valid between two days from now on. */
  issue(host: string, from = -1, to = 1): Certificate {
    const name = `c${this.#count++}`;
    const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
    this.#openssl('req', '-new', ...this.#newKey(name), ...subject, '-out', `${name}.csr`);
    const dates = ['-startdate', stamp(from), '-enddate', stamp(to)];
    const files = ['-in', `${name}.csr`, '-out', `${name}.pem`, '-cert', 'ca.pem', '-keyfile', 'ca.key'];
    this.#openssl('ca', '-batch', '-notext', '-config', 'ca.cnf', ...dates, ...files);
    return { cert: this.#read(`${name}.pem`), key: this.#read(`${name}.key`) };
  }

  /** One that nobody but itself has signed. */
  selfSigned(host: string): Certificate {
    const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
    this.#openssl('req', '-x509', ...this.#newKey('self'), ...subject, '-days', '3', '-out', 'self.pem');
    return { cert: this.#read('self.pem'), key: this.#read('self.key') };
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true });
  }

  #newKey(name: string): string[] {
    return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}.key`];
  }

  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.#directory, stdio: 'pipe' });
  }

  #read(name: string): string {
    return readFileSync(join(this.#directory, name), 'utf8');
  }
}
