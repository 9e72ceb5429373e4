import { CloseCode } from '../frame/close-code.ts';
import { ErrorId } from '../errors.ts';
import type { Loss } from './failure.ts';

/** Statuses of a refusal that will be the same next time: who we are is not accepted, or nothing is there any more. */
const FINAL_STATUSES: readonly number[] = Object.freeze([401, 403, 407, 410]);

/**
 * The same of a certificate that was looked at and refused, of one of ours, and of a password for the proxy. One that is not
 * valid yet may be tomorrow, or once the clock is set.
 */
const FINAL_ERRORS: readonly number[] = Object.freeze([
  ErrorId.certificateExpired,
  ErrorId.certificateHost,
  ErrorId.certificateUntrusted,
  ErrorId.certificateWanted,
  ErrorId.proxyUnauthorized,
]);

/**
 * Close codes that say that what we are or send is refused, so that trying again would end the same way: 1003, 1007,
 * 1008, 1010 of RFC 6455; 3000 (unauthorized) and 3003 (forbidden) of the IANA registry.
 */
const FINAL_CODES: readonly number[] = Object.freeze([
  CloseCode.unsupportedData,
  CloseCode.invalidPayload,
  CloseCode.policyViolation,
  CloseCode.mandatoryExtension,
  3000,
  3003,
]);

/** How Node's codes begin for a certificate that was looked at and refused. Other failures of TLS may pass. */
const REFUSALS: readonly string[] = Object.freeze([
  'CERT_',
  'UNABLE_TO_',
  'DEPTH_ZERO_',
  'SELF_SIGNED_',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'ERR_TLS_CERT',
]);

/** A certificate that is not yet valid may be so because a clock is not set. */
function isRefusedCertificate(code: string): boolean {
  if (code.startsWith('CERT_NOT_YET_VALID')) return false;
  for (let i = 0; i < REFUSALS.length; i++) if (code.startsWith(REFUSALS[i])) return true;
  return false;
}

/**
 * Whether to try again is of no use: what `isFinal` of an uplink is unless the application has a mind of its own.
 */
export function isFinalLoss({ error, closeCode, httpStatus, reason }: Loss): boolean {
  if (error === ErrorId.httpStatus) return FINAL_STATUSES.indexOf(httpStatus) >= 0;
  if (FINAL_ERRORS.indexOf(error) >= 0) return true;
  if (error === ErrorId.tlsFailed) {
    const code = (reason as { readonly code?: unknown } | null | undefined)?.code;
    // What devices report of TLS does not say which failure it was, and their clock may be wrong: there a certificate is no
    // reason to give up.
    return typeof code === 'string' && isRefusedCertificate(code);
  }
  return error === 0 && FINAL_CODES.indexOf(closeCode) >= 0;
}
