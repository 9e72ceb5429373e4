import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { checkServerIdentity, type ConnectionOptions, type SecureVersion } from 'node:tls';
import { octetsOf, type ByteBuffer } from './byte-buffer.ts';
import { integerOf, optionsOf, type Options } from './options.ts';

/** A certificate or a key: DER or PEM, or PEM as a string; one each, several in an array. */
export type Credential = string | ByteBuffer;
type OneOrMore<T> = T | readonly T[];

/** The option `tls` of the standard and, in brackets, the names in Moddable's option `secure`. Both are accepted. */
export interface TLSSettings {
  /** Name of the peer for SNI and for the check of its certificate [`serverName`]; default: the option `host`. */
  host?: string | undefined;
  serverName?: string | undefined;
  /** Oldest version allowed [`protocolVersion`: 0x302 … 0x304]; default Node's. */
  minimumVersion?: SecureVersion | undefined;
  protocolVersion?: number | undefined;
  /** Newest version allowed; default Node's. */
  maximumVersion?: SecureVersion | undefined;
  /** Protocols offered by ALPN, RFC 7301. */
  applicationLayerProtocol?: OneOrMore<Credential> | undefined;
  applicationLayerProtocolNegotiation?: OneOrMore<Credential> | undefined;
  /** Certificates to trust [`certificate`], instead of Node's root certificates. */
  ca?: OneOrMore<Credential> | undefined;
  certificate?: OneOrMore<Credential> | undefined;
  /** Our certificate with its chain [`clientCertificates`], and its key in PKCS #8. */
  clientCertificate?: OneOrMore<Credential> | undefined;
  clientCertificates?: OneOrMore<Credential> | undefined;
  clientKey?: OneOrMore<Credential> | undefined;
  /** `false` accepts any certificate of any peer: for debugging only. Default true. */
  verify?: boolean | undefined;
}

const versions: readonly SecureVersion[] = ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/**
 * The options for `tls.connect`. Without TLS options those of Node hold, for the name in the option `host`. Throws for what is
 * missing, is of a wrong type or cannot be parsed.
 */
export function connectionOptions(options: Options): ConnectionOptions {
  const settings = optionsOf(options.tls ?? options.secure ?? {}, 'tls');
  const host = settings.host ?? settings.serverName ?? options.host;
  if (typeof host !== 'string' || host === '') throw new TypeError('tls.host: a host name is required');
  const alpn = listOf(settings.applicationLayerProtocol ?? settings.applicationLayerProtocolNegotiation);
  const ca = listOf(settings.ca ?? settings.certificate);
  const cert = listOf(settings.clientCertificate ?? settings.clientCertificates);
  const key = listOf(settings.clientKey);
  const { protocolVersion } = settings;
  const oldest =
    settings.minimumVersion ?? (protocolVersion === undefined ? undefined : numbered(protocolVersion));
  const newest = settings.maximumVersion;
  return {
    // RFC 6066 §3: a server name is a host name, never an address.
    ...(isIP(host) === 0 && { servername: host }),
    // Node would compare the certificate with the address that is connected to.
    checkServerIdentity: (_address, certificate) => checkServerIdentity(host, certificate),
    rejectUnauthorized: settings.verify !== false,
    ...(oldest !== undefined && { minVersion: versionOf(oldest) }),
    ...(newest !== undefined && { maxVersion: versionOf(newest) }),
    ...(alpn !== undefined && { ALPNProtocols: alpn.map(textOf) }),
    ...(ca !== undefined && { ca: ca.map(certificateOf) }),
    ...(cert !== undefined && { cert: cert.map(certificateOf).join('') }),
    ...(key !== undefined && { key: key.map(keyOf) }),
  };
}

function listOf(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || value === null) return undefined;
  return Array.isArray(value) ? value : [value];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : Buffer.from(octetsOf(value)).toString('latin1');
}

function certificateOf(value: unknown): string {
  return new X509Certificate(typeof value === 'string' ? value : octetsOf(value)).toString();
}

function keyOf(value: unknown): string | Buffer {
  if (typeof value === 'string') return value;
  const key = Buffer.from(octetsOf(value));
  // In DER the first octet is the tag of a SEQUENCE; PEM begins with a dash.
  if (key[0] !== 0x30) return key;
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' });
}

function versionOf(value: unknown): SecureVersion {
  const version = versions.find((name) => name === value);
  if (version === undefined) throw new RangeError('tls: not a TLS version');
  return version;
}

/** The name of a version by its number on the wire: 0x303 is TLS 1.2. */
function numbered(value: unknown): SecureVersion {
  return versions[integerOf(value, 'protocolVersion', 0x302, 0x304) - 0x302];
}
