import { answerOffers, makeOffer, readAnswer } from '../../../src/deflate/negotiate.ts';

const options = (bits: number, takeover: boolean) => ({
  receiveWindowBits: bits,
  transmitWindowBits: bits,
  receiveTakeover: takeover,
  transmitTakeover: takeover,
  threshold: 0,
});

const OPTIONS = [options(15, true), options(9, false)];

/** The header as an offer and as an answer: what is agreed is never more than either side has. */
export function negotiateServer(header: string): void {
  for (const mine of OPTIONS) {
    const acceptance = answerOffers(header, mine);
    if (acceptance !== null && typeof acceptance !== 'number') {
      const { agreement, response } = acceptance;
      within(agreement, mine);
      // A client that has all of RFC 7692 takes every answer that is one of its syntax.
      const read = readAnswer(response, OPTIONS[0]);
      if (typeof read === 'number' && !makeOffer(OPTIONS[0]).includes('server_no'))
        throw new Error(`the answer ${response} is none: ${read}`);
    }
    const agreed = readAnswer(header, mine);
    if (typeof agreed !== 'number') within(agreed, mine);
  }
}

function within(
  agreed: { receiveWindowBits: number; transmitWindowBits: number },
  mine: (typeof OPTIONS)[0],
): void {
  const { receiveWindowBits: receive, transmitWindowBits: transmit } = agreed;
  if (!(
    receive >= 8 &&
    receive <= mine.receiveWindowBits &&
    transmit >= 8 &&
    transmit <= mine.transmitWindowBits
  ))
    throw new Error(`agreed on ${receive} and ${transmit} bits, and has ${mine.receiveWindowBits}`);
}
