import { ErrorId } from '../../../src/errors.ts';
import { acceptOf } from '../../../src/handshake/accept.ts';
import { clientOpening } from '../../../src/handshake/client.ts';
import { requestOf } from '../../../src/handshake/request-options.ts';
import { serverOpening } from '../../../src/handshake/server.ts';
import { Driver, type Hooks } from '../../support/driver.ts';
import { framesOf } from '../../support/frames.ts';
import { concat } from '../../support/octets.ts';
import { Trace } from '../../support/trace.ts';
import { endOf, type Told } from './faces.ts';
import { AFTER, PIECE, type Result, type Visit } from './visit.ts';

/** How much of `sent` is a head. */
function headOf(sent: Uint8Array): string {
  const at = Buffer.from(sent).indexOf('\r\n\r\n');
  return at < 0 ? '' : new TextDecoder('latin1').decode(sent.subarray(0, at + 4));
}

function hooksOf(told: Told): Hooks {
  return {
    onOpen: () => told.trace.open(),
    onData: (_driver, bytes, start, end, span) => told.trace.data(bytes, start, end, span),
    onControl: (_driver, opcode, bytes, start, end) => told.trace.control(opcode, bytes.slice(start, end)),
    onClose(driver, code, error) {
      told.ends.push(endOf(error));
      told.closeCode = code;
      told.httpStatus = driver.connection.httpStatus;
    },
  };
}

/** A connection by itself, owned as its documentation says. The same time passes between its pieces as on a network. */
export function meetAlone({ role, pieces, limits = {}, ending = 'stay' }: Visit): Result {
  const told: Told = { trace: new Trace(), ends: [], closeCode: 0, httpStatus: 0 };
  const opening =
    role === 'client'
      ? clientOpening(requestOf({ host: 'peer', path: '/chat' }))
      : serverOpening({ protocols: ['chat'], requestHeaders: [], onRequest: undefined });
  const driver = new Driver({ receiveBuffer: 2048, ...limits, role, opening }, hooksOf(told)).open();
  let sent = driver.takeOutput();
  const key = /^sec-websocket-key: *(.*)$/im.exec(headOf(sent))?.[1] ?? '';
  for (const piece of pieces(acceptOf(key.trim()))) driver.feed(piece).wait(PIECE);
  const lastPieceAt = driver.now;
  if (ending === 'end') driver.transportClosed();
  else if (ending === 'reset') driver.transportClosed(ErrorId.transportReset);
  while (told.ends.length === 0 && driver.now < lastPieceAt + AFTER) driver.wait(PIECE);
  const releasedAt = driver.now - lastPieceAt;
  // It ends once: nothing that comes later makes another end of it.
  driver.wait(AFTER);
  if (driver.thrown.length > 0) throw driver.thrown[0];
  sent = concat(sent, driver.takeOutput());
  const head = headOf(sent);
  return {
    told,
    frames: framesOf(sent.subarray(head.length)),
    head,
    releasedAt,
    // What an owner holds as long as it is not over: a transport, and a timer.
    left: told.ends.length > 0 ? 0 : OPEN,
    misuses: [],
  };
}

/** A socket and a timer. */
const OPEN = 2;
