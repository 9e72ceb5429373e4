import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { ErrorId } from '../../../src/errors.ts';

/**
 * Node's errors as the engine's error ids. Node names errors by `code`: the system's (`ECONNREFUSED`), the
 * resolver's (`ENOTFOUND`), OpenSSL's verification results (`CERT_HAS_EXPIRED`) and its own (`ERR_TLS_…`).
 */

/** What Node adds to an `Error` from its network modules. */
interface NodeError extends Error {
  readonly code?: string;
  readonly syscall?: string;
}

/** What was found wrong with the server's certificate, by Node's code for OpenSSL's X509_V_ERR_…, X509_verify(3). */
const CERTIFICATES: Readonly<Record<string, ErrorId>> = Object.freeze({
  CERT_HAS_EXPIRED: ErrorId.certificateExpired,
  CERT_NOT_YET_VALID: ErrorId.certificateNotYetValid,
  ERR_TLS_CERT_ALTNAME_INVALID: ErrorId.certificateHost,
  HOSTNAME_MISMATCH: ErrorId.certificateHost,
  DEPTH_ZERO_SELF_SIGNED_CERT: ErrorId.certificateUntrusted,
  SELF_SIGNED_CERT_IN_CHAIN: ErrorId.certificateUntrusted,
  UNABLE_TO_GET_ISSUER_CERT: ErrorId.certificateUntrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ErrorId.certificateUntrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ErrorId.certificateUntrusted,
  CERT_UNTRUSTED: ErrorId.certificateUntrusted,
});

/** Verification results of OpenSSL that no prefix tells apart from other codes. */
const certificateCodes = new Set([
  'CRL_HAS_EXPIRED',
  'CRL_NOT_YET_VALID',
  'CRL_SIGNATURE_FAILURE',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
  'ERROR_IN_CRL_LAST_UPDATE_FIELD',
  'ERROR_IN_CRL_NEXT_UPDATE_FIELD',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
]);

/** EPROTO is what OpenSSL makes of octets that are not TLS, such as an HTTP answer on a TLS port. */
const tlsCode = /^(EPROTO$|ERR_SSL_|ERR_TLS_|ERR_OSSL_|CERT_|UNABLE_TO_)/;

/**
 * The alerts by which a server says of the client's certificate that there is none, or that it does not do (RFC 8446 §6.2):
 * 42 to 46, 48, 49 and 116. OpenSSL has them in its code or, where Node calls it EPROTO, in its message.
 */
const ALERT =
  /alert[ _](no[ _]certificate|bad[ _]certificate|unsupported[ _]certificate|certificate[ _](revoked|expired|unknown|required)|unknown[ _]ca|access[ _]denied)/i;

/** What a server before TLS 1.3 says, too, when it got no certificate; it may have another reason. */
const HANDSHAKE_FAILURE = /alert[ _]handshake[ _]failure/i;

/** Whether the server has asked for a certificate: that is when it tells which signatures it knows. */
function isAsked(client: Socket | undefined): boolean {
  return client instanceof TLSSocket && (client.getSharedSigalgs?.() ?? []).length > 0;
}

/** The error id of a failure of TLS; 0 if it is none. */
function tlsFailureOf({ code = '', message }: NodeError, client: Socket | undefined): ErrorId {
  const certificate = Object.hasOwn(CERTIFICATES, code) ? CERTIFICATES[code] : 0;
  if (certificate !== 0) return certificate;
  if (!certificateCodes.has(code) && !tlsCode.test(code)) return 0;
  const text = `${code} ${message}`;
  const isWanted = ALERT.test(text) || (HANDSHAKE_FAILURE.test(text) && isAsked(client));
  return client !== undefined && isWanted ? ErrorId.certificateWanted : ErrorId.tlsFailed;
}

/**
 * The error id (501 … 512) of an error that a socket, a TLS handshake or a name lookup ended with; `client` is where it
 * came from, if that is a connection of ours to a server.
 */
export function failureOf(error: Error, client?: Socket): ErrorId {
  const { code = '', syscall = '' } = error as NodeError;
  if (syscall.startsWith('getaddrinfo') || syscall.startsWith('query') || code.startsWith('EAI_')) {
    return ErrorId.resolveFailed;
  }
  const tls = tlsFailureOf(error, client);
  if (tls !== 0) return tls;
  switch (code) {
    case 'ENOTFOUND':
      return ErrorId.resolveFailed;
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
    case 'ERR_SOCKET_CONNECTION_TIMEOUT':
      return ErrorId.connectFailed;
    case 'ECONNRESET':
      // Node makes this one itself, without a system call, when the peer goes away during the TLS handshake.
      if (syscall === '') return ErrorId.tlsFailed;
      return syscall === 'connect' ? ErrorId.connectFailed : ErrorId.transportReset;
    case 'EPIPE':
    case 'ECONNABORTED':
      return syscall === 'connect' ? ErrorId.connectFailed : ErrorId.transportReset;
    default:
      // Several addresses were tried in turn: the errors are in an AggregateError whose code is the first one's.
      return syscall === 'connect' || error instanceof AggregateError
        ? ErrorId.connectFailed
        : ErrorId.transportFailed;
  }
}
