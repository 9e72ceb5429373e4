/**
 * Every fault the engine knows, by a number that stays the same from release to release. The hundreds
 * say what it is about: 1 opening handshake, 2 framing, 3 payload, 4 deadlines, 5 transport and host, 6 misuse of the API;
 * 7 is for an uplink (`UplinkError`).
 * Names and sentences stand in `error-text.ts`, so that a device need not carry them.
 */
export const enum ErrorId {
  none = 0,

  headMalformed = 101,
  headTooLarge = 102,
  httpVersion = 103,
  httpStatus = 104,
  upgradeMissing = 105,
  connectionMissing = 106,
  acceptMissing = 107,
  acceptMismatch = 108,
  subprotocolUnexpected = 109,
  subprotocolMissing = 110,
  extensionUnexpected = 111,
  handshakeEnded = 112,
  interimTooMany = 113,
  extensionInvalid = 114,
  redirectsTooMany = 115,
  redirectRefused = 116,
  requestMethod = 121,
  requestTarget = 122,
  hostMissing = 123,
  keyInvalid = 124,
  versionUnsupported = 125,
  requestRefused = 126,
  requestBody = 127,

  reservedBits = 201,
  reservedOpcode = 202,
  maskedByServer = 203,
  unmaskedByClient = 204,
  controlFragmented = 205,
  controlTooLong = 206,
  continuationUnexpected = 207,
  messageUnfinished = 208,
  lengthNotShortest = 209,
  lengthTopBit = 210,
  closeTooShort = 211,
  closeCodeInvalid = 212,

  textInvalid = 301,
  closeReasonInvalid = 302,
  messageTooBig = 303,
  fragmentsTooMany = 304,
  compressionInvalid = 305,
  textUnexpected = 306,

  connectTimeout = 401,
  handshakeTimeout = 402,
  idleTimeout = 403,
  pongTimeout = 404,
  closeTimeout = 405,
  sendTimeout = 406,

  transportFailed = 501,
  resolveFailed = 502,
  connectFailed = 503,
  tlsFailed = 504,
  transportReset = 505,
  transportEnded = 506,
  randomFailed = 507,
  certificateExpired = 508,
  certificateNotYetValid = 509,
  certificateHost = 510,
  certificateUntrusted = 511,
  certificateWanted = 512,
  proxyFailed = 513,
  proxyUnauthorized = 514,
  portBlocked = 515,

  argumentInvalid = 601,
  optionInvalid = 602,
  hostInvalid = 603,
  pathInvalid = 604,
  headerInvalid = 605,
  protocolInvalid = 606,
  closeCodeRefused = 607,
  closeReasonTooLong = 608,
  controlPayloadTooLong = 609,
  notOpen = 610,
  writeTooLong = 611,
  closed = 613,
  formatUnsupported = 614,
  aborted = 615,
}

/** Error ids of an uplink's own, beside those of a connection. */
export const enum UplinkError {
  /** The hook before an attempt threw, rejected, or gave an error. */
  hookFailed = 701,
  /** The hook before an attempt did not answer within `prepareTimeout`. */
  hookTimeout = 702,
  /** The network is gone, as `networkLost` said. */
  networkLost = 703,
  /** The connection was older than `maxAge`; it is made anew. */
  rotated = 704,
  /** A store failed; records are kept in memory only. */
  storeFailed = 705,
}

/** What the API throws when it is misused; `id` is stable, the message is for people and logs. */
export class RingletError extends Error {
  declare readonly id: number;

  constructor(id: number, message: string) {
    super(message);
    this.id = id;
  }
}

/** Throws unless what `name` names `isValid`: true, or what something valid became. */
export function check(isValid: unknown, name: string, id: number = ErrorId.optionInvalid): asserts isValid {
  // Not by a template, which takes 5 octets more on XS for each value.
  if (!isValid) throw new RingletError(id, 'invalid ' + name);
}

/** What is known of a connection that failed. */
export interface Failure {
  /** Status of the handshake's response; 0 if there was none. */
  readonly httpStatus: number;
  /** The peer's close code, 1006 if there was no closing handshake. */
  readonly closeCode: number;
  /** Where a redirection led to. */
  readonly location: string;
  /** When to come again, as the server wrote it. */
  readonly retryAfter: string;
}

/**
 * Why a connection is over. Its properties say what happened; nothing of the request is in it. Where there are sentences
 * (`failure-text.ts`), so does its message, and the runtime's own error is its `cause`, too.
 */
export class ConnectionError extends RingletError implements Failure {
  declare readonly httpStatus: number;
  declare readonly closeCode: number;
  declare readonly location: string;
  declare readonly retryAfter: string;
  /** The runtime's own error, where it had one. */
  declare readonly reason: unknown;

  constructor(id: number, failure: Failure, message: string, reason?: unknown) {
    super(id, message);
    this.httpStatus = failure.httpStatus;
    this.closeCode = failure.closeCode;
    this.location = failure.location;
    this.retryAfter = failure.retryAfter;
    this.reason = reason;
  }
}
