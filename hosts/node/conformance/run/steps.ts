import { materialize, octets, type Payload, type Step } from '../catalogue/notation.ts';
import type { Connection } from '../endpoint/connection.ts';

/**
 * Takes the steps of a script in order. A pause hands over to a timer, which goes on only if the connection is
 * still open; a named pause that runs out is reported.
 */
export function takeSteps(
  steps: readonly Step[],
  connection: Connection,
  onTimeout: (tag: string) => void,
): void {
  for (const [index, step] of steps.entries()) {
    if (step.do === 'wait') {
      connection.log.note(['CT', connection.scaled(step.seconds), step.event]);
      connection.after(step.seconds, () => {
        connection.log.note(['CTE', step.event]);
        if (!connection.isOpen) return;
        if (step.event !== null) onTimeout(step.event);
        takeSteps(steps.slice(index + 1), connection, onTimeout);
      });
      return;
    }
    take(step, connection);
  }
}

function take(step: Exclude<Step, { do: 'wait' }>, connection: Connection): void {
  const { sender, log } = connection;
  switch (step.do) {
    case 'frame': {
      const { opcode, fin, rsv, chop, sync } = step;
      const payload = materialize(step.payload);
      sender.frame({ opcode, fin, rsv, chop, sync, payload, pattern: patternOf(step.payload) });
      break;
    }
    case 'message':
      sender.pieces(step.opcode, materialize(step.payload), step.fragment);
      break;
    case 'begin frame':
      sender.beginFrame(step.length);
      break;
    case 'frame data':
      sender.frameData(materialize(step.payload));
      break;
    case 'end message':
      sender.frame({ opcode: 0, payload: octets('').pattern });
      break;
    case 'close':
      connection.close(materialize(step.payload));
      break;
    case 'fail after':
      log.note(['KL', connection.scaled(step.seconds)]);
      connection.after(step.seconds, () => {
        log.note(['KLE']);
        connection.runOut(step.seconds);
        connection.fail(1001, 'the peer did not finish the case in time');
      });
      break;
    case 'close after':
      log.note(['TI', connection.scaled(step.seconds)]);
      connection.after(step.seconds, () => {
        log.note(['TIE']);
        if (connection.isOpen) connection.runOut(step.seconds);
        connection.close(Buffer.alloc(0));
      });
      break;
  }
}

/** The log names the pattern of a long payload; a short one it shows as it is. */
const patternOf = ({ pattern, length }: Payload): Uint8Array | null => (length > 256 ? pattern : null);
