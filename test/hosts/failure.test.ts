import { describe, expect, it } from 'vitest';
import { failureOf } from '../../hosts/node/transport/failure.ts';
import { ErrorId } from '../../src/errors.ts';

/** code, system call, expected id */
const cases: [string, string, number][] = [
  ['ENOTFOUND', 'getaddrinfo', ErrorId.resolveFailed],
  ['EAI_AGAIN', 'getaddrinfo', ErrorId.resolveFailed],
  ['ENOTFOUND', '', ErrorId.resolveFailed],
  ['ECONNREFUSED', 'connect', ErrorId.connectFailed],
  ['EHOSTUNREACH', 'connect', ErrorId.connectFailed],
  ['ENETUNREACH', 'connect', ErrorId.connectFailed],
  ['ETIMEDOUT', 'connect', ErrorId.connectFailed],
  ['EACCES', 'connect', ErrorId.connectFailed],
  ['ECONNRESET', 'connect', ErrorId.connectFailed],
  ['ECONNRESET', 'read', ErrorId.transportReset],
  ['ECONNRESET', 'write', ErrorId.transportReset],
  ['EPIPE', 'write', ErrorId.transportReset],
  ['ECONNRESET', '', ErrorId.tlsFailed],
  ['CERT_HAS_EXPIRED', '', ErrorId.certificateExpired],
  ['CERT_NOT_YET_VALID', '', ErrorId.certificateNotYetValid],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', '', ErrorId.certificateUntrusted],
  ['SELF_SIGNED_CERT_IN_CHAIN', '', ErrorId.certificateUntrusted],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', '', ErrorId.certificateUntrusted],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', '', ErrorId.certificateUntrusted],
  ['ERR_TLS_CERT_ALTNAME_INVALID', '', ErrorId.certificateHost],
  ['CERT_REVOKED', '', ErrorId.tlsFailed],
  ['INVALID_PURPOSE', '', ErrorId.tlsFailed],
  ['toString', '', ErrorId.transportFailed],
  // Of a server that a client has told that its certificate does not do.
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', '', ErrorId.tlsFailed],
  ['ERR_SSL_WRONG_VERSION_NUMBER', '', ErrorId.tlsFailed],
  ['EPROTO', 'write', ErrorId.tlsFailed],
  ['ETIMEDOUT', 'read', ErrorId.transportFailed],
  ['', '', ErrorId.transportFailed],
];

describe('failureOf', () => {
  it.each(cases)('%s of %s', (code, syscall, expected) => {
    expect(failureOf(Object.assign(new Error('made up'), { code, syscall }))).toBe(expected);
  });

  it('takes a list of failed addresses for a failed connection', () => {
    expect(failureOf(Object.assign(new AggregateError([]), { code: 'ETIMEDOUT' }))).toBe(
      ErrorId.connectFailed,
    );
  });
});
