import { createHash } from 'node:crypto';
import type { Case } from '../../hosts/node/conformance/catalogue/case.ts';
import {
  materialize,
  type CaseEvent,
  type Payload,
  type Step,
} from '../../hosts/node/conformance/catalogue/notation.ts';

/** Octets by length and hash, so that 16 MiB render as one short line. */
export const digestOf = (octets: Uint8Array): string =>
  `${octets.length}:${createHash('sha1').update(octets).digest('hex')}`;

const digest = (payload: Payload): string => digestOf(materialize(payload));

const frameLine = (
  opcode: number,
  fin: boolean,
  payload: string,
  rsv = 0,
  chop: number | null = null,
  sync = false,
) => `frame ${opcode} ${fin ? 'fin' : 'more'} rsv${rsv} ${payload} chop=${chop ?? 0} sync=${sync}`;

/** The frames into which a message is cut; one that fills its last frame ends with an empty one. */
function messageLines(opcode: number, payload: Payload, fragment: number | null): string[] {
  const whole = materialize(payload);
  if (fragment === null || whole.length <= fragment) return [frameLine(opcode, true, digestOf(whole))];
  const lines: string[] = [];
  for (let at = 0; at <= whole.length; at += fragment) {
    const piece = whole.subarray(at, at + fragment);
    lines.push(frameLine(at === 0 ? opcode : 0, at + fragment > whole.length, digestOf(piece)));
  }
  return lines;
}

function stepLines(step: Step): string[] {
  switch (step.do) {
    case 'frame':
      return [frameLine(step.opcode, step.fin, digest(step.payload), step.rsv, step.chop, step.sync)];
    case 'message':
      return messageLines(step.opcode, step.payload, step.fragment);
    case 'begin frame':
      return [`begin frame 1 ${step.length}`];
    case 'frame data':
      return [`data ${digest(step.payload)}`];
    case 'end message':
      return [frameLine(0, true, digestOf(new Uint8Array()))];
    case 'close':
      return [frameLine(8, true, digest(step.payload))];
    case 'wait':
      return [`wait ${step.seconds} ${step.event ?? '-'}`];
    case 'fail after':
      return [`drop after ${step.seconds}`];
    case 'close after':
      return [`close after ${step.seconds}`];
  }
}

const eventLine = (event: CaseEvent): string =>
  event[0] === 'timeout' ? `timeout ${event[1]}` : `${event[0]} ${digest(event[1])} ${event[2] ?? ''}`.trim();

/** Everything of a case that can be seen on the wire or in a verdict, line by line. */
export function render(each: Case): string {
  const lines: string[] = [];
  if (each.kind === 'script' || each.kind === 'echo') lines.push(...each.steps.flatMap(stepLines));
  if (each.kind === 'rounds') {
    lines.push(`close after ${each.seconds}`);
    lines.push(`${each.rounds} times ${frameLine(each.binary ? 2 : 1, true, digest(each.payload))}`);
  }
  if (each.kind === 'compressed') {
    const wishes = each.parameters.map((wish) => `${wish.noContextTakeover}/${wish.maxWindowBits}`).join(' ');
    lines.push(`close after ${each.seconds}`);
    lines.push(
      `${each.rounds} times ${each.data.binary ? 2 : 1} ${each.length} by ${each.fragment}, ${wishes}`,
    );
  }
  if (each.kind === 'script') {
    for (const [verdict, events] of Object.entries(each.outcomes).sort()) {
      lines.push(`${verdict}: ${events.map(eventLine).join(', ')}`);
    }
  }
  const { closedByMe, closeCode, requireClean, closedByWrongEndpointIsFatal = false } = each.expectedClose;
  const by = closedByMe ? 'tester' : 'peer';
  lines.push(
    `closed by ${by} with ${closeCode.join()} clean=${requireClean} fatal=${closedByWrongEndpointIsFatal}`,
  );
  return lines.join('\n');
}

/** A rendering as one short word. */
export const fingerprint = (rendering: string): string =>
  createHash('sha256').update(rendering).digest('hex').slice(0, 16);
