import type { CaseResult } from '../run/result.ts';

/** One line of index.json. */
export interface IndexEntry {
  readonly behavior: CaseResult['behavior'];
  readonly behaviorClose: CaseResult['behaviorClose'];
  readonly duration: number;
  readonly remoteCloseCode: number | null;
  readonly reportfile: string;
}

/** Results by agent and case id. The shape of index.json. */
export type ReportIndex = Readonly<Record<string, Readonly<Record<string, IndexEntry>>>>;
