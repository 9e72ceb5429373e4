import { ErrorId } from '../../../src/errors.ts';
import { acceptOf } from '../../../src/handshake/accept.ts';
import { Driver, type Hooks } from '../../support/driver.ts';
import { framesOf } from '../../support/frames.ts';
import { concat } from '../../support/octets.ts';
import { CLIENT_OPENING, SERVER_OPENING } from './faces.ts';
import { eventsOf, newTold } from './told.ts';
import { AFTER, PIECE, type Result, type Visit } from './visit.ts';

/** How much of `sent` is a head. */
function headOf(sent: Uint8Array): string {
  const at = Buffer.from(sent).indexOf('\r\n\r\n');
  return at < 0 ? '' : new TextDecoder('latin1').decode(sent.subarray(0, at + 4));
}

/** A connection by itself, owned as its documentation says. The same time passes between its pieces as on a network. */
export function meetAlone({ role, pieces, limits = {}, ending = 'stay' }: Visit): Result {
  const told = newTold();
  const opening = role === 'client' ? CLIENT_OPENING : SERVER_OPENING;
  const { onOpen, onData, onControl, onClose } = eventsOf(told);
  const hooks: Hooks = {
    onOpen: () => onOpen({}),
    onData: (_, ...data) => onData({}, ...data),
    onControl: (_, ...frame) => onControl({}, ...frame),
    onClose(_, code, error) {
      onClose({}, code, error);
      told.httpStatus = driver.connection.httpStatus;
    },
  };
  const driver: Driver = new Driver({ receiveBuffer: 2048, ...limits, role, opening }, hooks);
  driver.open();
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
