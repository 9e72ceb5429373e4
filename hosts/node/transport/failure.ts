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

/** Verification results of OpenSSL that no prefix tells apart from other codes. */
const certificateCodes = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'CRL_HAS_EXPIRED',
  'CRL_NOT_YET_VALID',
  'CRL_SIGNATURE_FAILURE',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
  'ERROR_IN_CRL_LAST_UPDATE_FIELD',
  'ERROR_IN_CRL_NEXT_UPDATE_FIELD',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
]);

/** EPROTO is what OpenSSL makes of octets that are not TLS, such as an HTTP answer on a TLS port. */
const tlsCode = /^(EPROTO$|ERR_SSL_|ERR_TLS_|ERR_OSSL_|CERT_|UNABLE_TO_)/;

/** The error id (501 … 505) of an error that a socket, a TLS handshake or a name lookup ended with. */
export function failureOf(error: Error): ErrorId {
  const { code = '', syscall = '' } = error as NodeError;
  if (syscall.startsWith('getaddrinfo') || syscall.startsWith('query') || code.startsWith('EAI_')) {
    return ErrorId.resolveFailed;
  }
  if (certificateCodes.has(code) || tlsCode.test(code)) return ErrorId.tlsFailed;
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
