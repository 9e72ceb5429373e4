import type { ClosingFacts } from '../endpoint/closing.ts';
import type { TrafficReport } from '../endpoint/traffic.ts';
import type { WireLogRow } from '../endpoint/wire-log.ts';
import type { ExpectedClose } from '../catalogue/notation.ts';

/** Verdict on what the peer did. */
export type Behavior = 'OK' | 'NON-STRICT' | 'INFORMATIONAL' | 'UNIMPLEMENTED' | 'FAILED';

/** Verdict on how the connection ended. */
export type BehaviorClose = 'OK' | 'INFORMATIONAL' | 'FAILED' | 'WRONG CODE' | 'UNCLEAN' | 'FAILED BY CLIENT';

/** An event as the report shows it: its kind, its payload as text, and for a message whether it is binary. */
export type ShownEvent = readonly ['message', string, boolean] | readonly ['pong' | 'timeout', string];

/** Counts by chop size or by opcode. */
export type Counts = Readonly<Record<string, number>>;

/** All that is known of one run of one case: the content of its JSON report. */
export interface CaseResult extends ClosingFacts {
  readonly agent: string;
  /** Number of the case among all of the catalogue, from 1 to 517, whichever of them are run. */
  readonly case: number;
  readonly id: string;
  readonly description: string;
  readonly expectation: string;
  /** When the connection was made, in ISO 8601. */
  readonly started: string;
  /** Milliseconds from the opening handshake to the end. */
  readonly duration: number;
  readonly reportTime: boolean;
  readonly reportCompressionRatio: boolean;
  readonly behavior: Behavior;
  readonly behaviorClose: BehaviorClose;
  readonly result: string;
  readonly resultClose: string;
  readonly expected: Readonly<Record<string, readonly ShownEvent[]>>;
  readonly expectedClose: ExpectedClose;
  readonly received: readonly ShownEvent[];
  readonly httpRequest: string;
  readonly httpResponse: string;
  readonly createStats: boolean;
  readonly createWirelog: boolean;
  readonly rxOctetStats: Counts;
  readonly txOctetStats: Counts;
  readonly rxFrameStats: Counts;
  readonly txFrameStats: Counts;
  readonly wirelog: readonly WireLogRow[];
  readonly trafficStats: TrafficReport | null;
}

/** Whether a result counts as a failure. */
export const hasFailed = ({
  behavior,
  behaviorClose,
}: Pick<CaseResult, 'behavior' | 'behaviorClose'>): boolean =>
  behavior === 'FAILED' || !['OK', 'INFORMATIONAL'].includes(behaviorClose);
