import { ErrorId } from '../errors.ts';

/** Close codes that the engine itself sends or reports, RFC 6455 §7.4.1 and its registry. */
export const enum CloseCode {
  normal = 1000,
  goingAway = 1001,
  protocolError = 1002,
  unsupportedData = 1003,
  /** Reported only: the peer's Close carried no code. */
  noStatus = 1005,
  /** Reported only: the connection ended without the peer's Close. */
  abnormal = 1006,
  invalidPayload = 1007,
  policyViolation = 1008,
  messageTooBig = 1009,
  mandatoryExtension = 1010,
  internalError = 1011,
}

/**
 * Whether `code` may stand in a Close frame: the registered codes that an endpoint may send (1000–1003,
 * 1007–1014) and the ranges of libraries and applications (3000–4999). RFC 6455 §7.4.
 */
export function isWireCloseCode(code: number): boolean {
  if (code !== (code | 0)) return false;
  if (code < 3000) return code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
  return code < 5000;
}

/**
 * The close code that a fault is answered with, RFC 6455 §7.4.1; 0 where no Close frame is due because the
 * handshake is not done or the transport cannot be trusted with one.
 */
export function closeCodeOf(id: ErrorId): number {
  if (id < ErrorId.reservedBits || id > ErrorId.compressionInvalid) return 0;
  if (id < ErrorId.textInvalid) return CloseCode.protocolError;
  if (id === ErrorId.messageTooBig) return CloseCode.messageTooBig;
  return id === ErrorId.fragmentsTooMany ? CloseCode.policyViolation : CloseCode.invalidPayload;
}
