import { ErrorId, RingletError } from '../../../src/errors.ts';

/** What an answer of `onRequest` has wrong, by the fault that it is refused with. */
function sentenceOf(fault: number): string {
  if (fault === ErrorId.subprotocolUnexpected) return 'chose a subprotocol that was not offered';
  if (fault === ErrorId.headerInvalid) return 'gave headers that may not be sent';
  return 'must answer nothing, or an object of status (101, or 300 to 599), protocol and headers';
}

/**
 * Tells of answers of `onRequest` that make no sense, which clients get a 500 for: `report`, where the application has an
 * `onError`; else a warning of the process, each kind once, since it may be the client who decides how often.
 */
export function nonsenseReporter(report: ((error: unknown) => void) | undefined): (fault: number) => void {
  const known = new Set<number>();
  return (fault) => {
    const error = new RingletError(ErrorId.argumentInvalid, `onRequest ${sentenceOf(fault)}`);
    if (report !== undefined) report(error);
    else if (!known.has(fault)) {
      known.add(fault);
      process.emitWarning(error.message, 'RingletWarning');
    }
  };
}
