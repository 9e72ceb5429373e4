/** Why the tester could not do what it was asked to; stable, for programs. */
export type ConformanceErrorCode =
  | 'BAD_PATTERN'
  | 'NO_SUCH_CASE'
  | 'NO_CASES'
  | 'BAD_OPTION'
  | 'BAD_URL'
  | 'PORT_IN_USE'
  | 'CANNOT_LISTEN'
  | 'PEER_UNREACHABLE'
  | 'PEER_LOST'
  | 'PEER_SILENT'
  | 'CANNOT_WRITE_REPORT'
  | 'CANNOT_READ_FILE';

/** An error with a code for programs and a sentence for people. */
export class ConformanceError extends Error {
  readonly code: ConformanceErrorCode;

  constructor(code: ConformanceErrorCode, message: string) {
    super(message);
    this.name = 'ConformanceError';
    this.code = code;
  }

  /** The error as an object without stack, for JSON output. */
  toJSON(): { readonly code: ConformanceErrorCode; readonly message: string } {
    return { code: this.code, message: this.message };
  }
}

/** The sentence of whatever was thrown. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node gathers the errors of several addresses in one that says nothing itself.
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  // The message of an OpenSSL error is a line of its error queue, with a place in its sources.
  const { library, reason } = error as { library?: unknown; reason?: unknown };
  return typeof library === 'string' && typeof reason === 'string' ? reason : error.message;
}
