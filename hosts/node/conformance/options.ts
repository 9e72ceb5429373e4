import type { Deadlines } from './endpoint/closing.ts';
import { ConformanceError } from './errors.ts';
import type { ReportStore } from './report/store.ts';
import type { CaseResult } from './run/result.ts';
import type { Selection } from './selection.ts';

/** A case begins, or has been judged. */
export interface Progress {
  readonly agent: string;
  readonly id: string;
  /** Number of the case in this run, from 1, and how many there are. */
  readonly number: number;
  readonly total: number;
  /** Null while the case runs. */
  readonly result: CaseResult | null;
}

/** Options of both modes of the tester. */
export interface CommonOptions extends Selection {
  /** Messages a case in sections 12 and 13, at most 1000, which is also the default. */
  readonly messages?: number;
  /** Where reports go: a directory, or a store that several runs share. No reports when it is left out. */
  readonly report?: string | ReportStore;
  /** Seconds for the parts of the two handshakes; by default 5 to open, 1 to close, 1 to end TCP. */
  readonly deadlines?: Partial<Deadlines>;
  readonly onProgress?: (progress: Progress) => void;
}

/** Refuses, with a ConformanceError, options that are none. */
export function checkOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new ConformanceError('BAD_OPTION', 'The options must be an object.');
}

/** The number of messages, checked. */
export function checkedMessages(messages: number | undefined): number | null {
  if (messages === undefined) return null;
  if (Number.isInteger(messages) && messages >= 1 && messages <= 1000) return messages;
  throw new ConformanceError('BAD_OPTION', `The number of messages must be from 1 to 1000, not ${messages}.`);
}
