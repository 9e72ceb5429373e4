import { expect } from 'vitest';
import { State } from '../../src/connection/record.ts';
import { nameOfError } from '../../src/error-text.ts';
import type { ClientRequest } from '../../src/handshake/client.ts';
import type { DriverOptions } from './driver.ts';
import { newClient } from './handshake.ts';
import { splitsOf } from './octets.ts';

export interface Outcome {
  readonly error: string;
  readonly status: number;
  readonly protocol: string;
  readonly location: string;
  readonly retryAfter: string;
}

/** What a client makes of `answer`; the same at every split, or it fails here. */
export function outcome(
  answer: Uint8Array,
  request: Partial<ClientRequest> = {},
  options: DriverOptions = {},
): Outcome {
  let first: Outcome | undefined;
  // A long answer is cut in two at its beginning and its end only.
  for (const pieces of answer.length < 400
    ? splitsOf(answer)
    : [[answer], [answer.slice(0, 99), answer.slice(99)]]) {
    const client = newClient(request, options);
    client.takeOutput();
    const { connection } = client.feed(...pieces);
    const { error, httpStatus: status, protocol, location, retryAfter } = connection;
    const result = { error: error === 0 ? '' : nameOfError(error), status, protocol, location, retryAfter };
    first ??= result;
    expect(result).toEqual(first);
    if (error === 0 && connection.state === State.open) expect(client.trace.lines).toEqual(['open']);
    if (error !== 0) {
      // One event, no Close frame, and the transport is released.
      expect(client.trace.lines).toEqual([`over 1006 ${result.error}`]);
      expect(client.takeOutput().length).toBe(0);
      expect(connection.state).toBe(State.closed);
    }
  }
  return first!;
}

export const fails = (answer: Uint8Array, error: string, request?: Partial<ClientRequest>): void =>
  expect(outcome(answer, request).error).toBe(error);
export const opens = (answer: Uint8Array, request?: Partial<ClientRequest>): Outcome => {
  const result = outcome(answer, request);
  expect(result).toMatchObject({ error: '', status: 101 });
  return result;
};
