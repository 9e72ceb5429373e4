import { ErrorId } from '../errors.ts';
import { type GivenHeaders, headersOf, isPlainObject } from './given-headers.ts';

/** What the hook answers; nothing at all accepts the request. */
export interface ServerAnswer {
  /** An integer from 300 to 599 refuses; 101 accepts, and so does none. */
  readonly status?: number | undefined;
  /** The subprotocol to choose; one that was not offered is an error. Default: the first offered that is known. */
  readonly protocol?: string | undefined;
  /** Further header lines of the response. */
  readonly headers?: GivenHeaders | undefined;
}

/** An answer that makes sense. */
export interface Decision {
  /** 101 to accept, or from 300 to 599. */
  readonly status: number;
  /** undefined to choose by what the server speaks. */
  readonly protocol: string | undefined;
  readonly headers: readonly (readonly [string, string])[];
}

const ACCEPTS: Decision = Object.freeze({ status: 101, protocol: undefined, headers: Object.freeze([]) });

const NAMES: readonly string[] = Object.freeze(['status', 'protocol', 'headers']);

/**
 * Reads what a hook answered. Whatever makes no sense is an error id, never an acceptance: `requestRefused` for an answer
 * that is none, `headerInvalid` for headers that may not be sent. Throws only what `answer` itself throws.
 */
export function decisionOf(answer: unknown): Decision | number {
  if (answer === undefined) return ACCEPTS;
  if (typeof answer !== 'object' || answer === null || !isPlainObject(answer)) return ErrorId.requestRefused;
  // What is misspelt was meant to say something.
  const names = Object.keys(answer);
  for (let i = 0; i < names.length; i++) if (NAMES.indexOf(names[i]) < 0) return ErrorId.requestRefused;
  const { status = 101, protocol, headers: given } = answer as Record<keyof ServerAnswer, unknown>;
  // Whoever answers 200 may have meant either: nothing but 101 accepts (RFC 6455 §4.2.2), and what refuses is no success.
  if (typeof status !== 'number' || status % 1 !== 0) return ErrorId.requestRefused;
  if (status !== 101 && !(status >= 300 && status <= 599)) return ErrorId.requestRefused;
  if (protocol !== undefined && typeof protocol !== 'string') return ErrorId.requestRefused;
  // What the hook took from the request must not become further lines of the response.
  const headers = headersOf(given);
  if (headers === undefined) return ErrorId.headerInvalid;
  return { status, protocol, headers };
}
