import { listenerClauses, resolverClauses } from './contract/services.ts';
import type { Clause } from './contract/support.ts';
import { tcpLifeClauses } from './contract/tcp-life.ts';
import { tcpClauses } from './contract/tcp.ts';
import { timerClauses } from './contract/timer.ts';

export type { Clause, HostUnderTest } from './contract/support.ts';

/**
 * What every host promises, clause by clause, through its ECMA-419 classes alone: a clause that throws or rejects
 * is broken. The suite needs no test runner and nothing of Node, so that any runtime can run it.
 */
export const hostContract: readonly (readonly [room: string, clauses: readonly Clause[]])[] = [
  ['TCP', tcpClauses],
  ['TCP, from connection to close', tcpLifeClauses],
  ['Listener', listenerClauses],
  ['Resolver', resolverClauses],
  ['Timer, clock and random source', timerClauses],
];
