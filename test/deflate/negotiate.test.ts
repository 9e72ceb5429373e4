import { describe, expect, test } from 'vitest';
import { NegotiationFailure as F, answerOffers, makeOffer, readAnswer } from '../../src/deflate/negotiate.ts';
import type { CompressionOptions } from '../../src/deflate/negotiate.ts';
import { PROFILES } from '../../src/deflate/profiles.ts';

const DEVICE = PROFILES.device.negotiation;
const DESK = PROFILES.desk.negotiation;

const P = 'permessage-deflate';
const small: CompressionOptions = { ...DESK, receiveWindowBits: 10, transmitWindowBits: 9 };
const forgetful: CompressionOptions = { ...DESK, receiveTakeover: false, transmitTakeover: false };

describe('offer', () => {
  test.each([
    [DESK, `${P}; client_max_window_bits`],
    [DEVICE, `${P}; server_max_window_bits=10; client_max_window_bits`],
    [small, `${P}; server_max_window_bits=10; client_max_window_bits`],
    [forgetful, `${P}; server_no_context_takeover; client_no_context_takeover; client_max_window_bits`],
  ])('%j', (options, offer) => expect(makeOffer(options)).toBe(offer));
});

describe('answer read by the client', () => {
  const agreed = (receive: number, transmit: number, receiveTakeover = true, transmitTakeover = true) => ({
    receiveWindowBits: receive,
    transmitWindowBits: transmit,
    receiveTakeover,
    transmitTakeover,
  });
  test.each([
    // RFC 7692 §7.1.3
    [P, DESK, agreed(15, 15)],
    [`${P}; server_no_context_takeover`, DESK, agreed(15, 15, false)],
    [`${P}; client_no_context_takeover`, DESK, agreed(15, 15, true, false)],
    [`${P}; server_max_window_bits=10`, DESK, agreed(10, 15)],
    [`${P}; client_max_window_bits=9`, DESK, agreed(15, 9)],
    [`${P}; client_max_window_bits=15; client_no_context_takeover`, DESK, agreed(15, 15, true, false)],
    [`${P}; client_max_window_bits="10"`, DESK, agreed(15, 10)],
    [`${P}; client_max_window_bits="1\\0"`, DESK, agreed(15, 10)],
    [`  ${P} ;\tserver_max_window_bits = 8 ; client_max_window_bits = "8" `, DESK, agreed(8, 8)],
    [`, ${P},`, DESK, agreed(15, 15)],
    [`${P}; server_max_window_bits=10`, small, agreed(10, 9)],
    [`${P}; server_max_window_bits=9; client_max_window_bits=8`, small, agreed(9, 8)],
    [`${P}; server_max_window_bits=10; client_max_window_bits=15`, small, agreed(10, 9)],
    [`${P}; server_no_context_takeover`, forgetful, agreed(15, 15, false, false)],
    // Refused
    ['', DESK, F.malformed],
    [' , ', DESK, F.malformed],
    [`${P};`, DESK, F.malformed],
    [`${P}; =10`, DESK, F.malformed],
    [`${P}; server_max_window_bits=`, DESK, F.malformed],
    [`${P}; server_max_window_bits=""`, DESK, F.malformed],
    [`${P}; server_max_window_bits="10`, DESK, F.malformed],
    [`${P}; server_max_window_bits="10"1`, DESK, F.malformed],
    [`${P}; server_max_window_bits=" 10"`, DESK, F.malformed],
    [`${P}; server_max_window_bits=1 0`, DESK, F.malformed],
    [`${P} client_no_context_takeover`, DESK, F.malformed],
    [`${P}\u0000`, DESK, F.malformed],
    [`${P}é`, DESK, F.malformed],
    ['permessage-bzip2', DESK, F.notOffered],
    [`${P}, permessage-bzip2`, DESK, F.notOffered],
    ['Permessage-Deflate', DESK, F.notOffered],
    [`${P}, ${P}`, DESK, F.twice],
    [`${P}; level=9`, DESK, F.unknownParameter],
    [`${P}; server_max_window_bits=10; server_max_window_bits=10`, DESK, F.duplicateParameter],
    [`${P}; client_max_window_bits=10; client_max_window_bits=9`, DESK, F.duplicateParameter],
    [`${P}; server_no_context_takeover; server_no_context_takeover`, DESK, F.duplicateParameter],
    [`${P}; client_no_context_takeover; client_no_context_takeover`, DESK, F.duplicateParameter],
    [`${P}; server_no_context_takeover=1`, DESK, F.invalidValue],
    [`${P}; client_no_context_takeover="true"`, DESK, F.invalidValue],
    ...['09', 'a', '0', '7', '16', '+9', '-9', '9.0', '1e1', '0xa', '100', '٩'].flatMap((value) =>
      ['server_max_window_bits', 'client_max_window_bits'].map(
        (name) => [`${P}; ${name}=${value}`, DESK, value === '٩' ? F.malformed : F.invalidValue] as const,
      ),
    ),
    [`${P}; server_max_window_bits`, DESK, F.invalidValue],
    [`${P}; client_max_window_bits`, DESK, F.invalidValue],
    [`${P}; server_max_window_bits=11`, small, F.tooMuch],
    [P, small, F.notGranted],
    [P, forgetful, F.notGranted],
  ] as const)('%s %j', (header, options, expected) => expect(readAnswer(header, options)).toEqual(expected));
});

describe('offers answered by the server', () => {
  test.each([
    // RFC 7692 §7.1.3: the first offer that can be served
    [P, DESK, P],
    [`${P}; client_max_window_bits`, DESK, P],
    [`${P}; client_max_window_bits; server_max_window_bits=10`, DESK, `${P}; server_max_window_bits=10`],
    [
      `${P}; client_max_window_bits; server_max_window_bits=10, ${P}; client_max_window_bits`,
      DESK,
      `${P}; server_max_window_bits=10`,
    ],
    [`${P}; server_no_context_takeover`, DESK, `${P}; server_no_context_takeover`],
    [`${P}; client_no_context_takeover`, DESK, `${P}; client_no_context_takeover`],
    [`${P}; client_max_window_bits=12`, DESK, `${P}; client_max_window_bits=12`],
    [`${P}; server_max_window_bits="15"`, DESK, `${P}; server_max_window_bits=15`],
    [
      `${P}; server_max_window_bits=8; client_max_window_bits=8`,
      DESK,
      `${P}; server_max_window_bits=8; client_max_window_bits=8`,
    ],
    [
      `${P}; client_max_window_bits`,
      forgetful,
      `${P}; server_no_context_takeover; client_no_context_takeover`,
    ],
    [`${P}; client_max_window_bits`, small, `${P}; server_max_window_bits=9; client_max_window_bits=10`],
    [
      `${P}; client_max_window_bits=9; server_max_window_bits=8`,
      small,
      `${P}; server_max_window_bits=8; client_max_window_bits=9`,
    ],
    // Declined: the next offer is tried
    [P, small, null],
    [
      `${P}, ${P}; client_max_window_bits=15`,
      small,
      `${P}; server_max_window_bits=9; client_max_window_bits=10`,
    ],
    [`x-webkit-deflate-frame, ${P}`, DESK, P],
    ['permessage-bzip2; level=9', DESK, null],
    [`${P}; level=9, ${P}; client_max_window_bits`, DESK, P],
    [`${P}; client_max_window_bits; client_max_window_bits`, DESK, null],
    [`${P}; client_max_window_bits=9; client_max_window_bits`, DESK, null],
    [`${P}; server_max_window_bits`, DESK, null],
    [
      `${P}; server_max_window_bits=16, ${P}; server_no_context_takeover=0, ${P}; server_max_window_bits=9`,
      DESK,
      `${P}; server_max_window_bits=9`,
    ],
    ...['09', 'a', '0', '7', '16'].map(
      (value) => [`${P}; client_max_window_bits=${value}`, DESK, null] as const,
    ),
    // A bad request
    [`${P};;`, DESK, F.malformed],
    ['', DESK, F.malformed],
    [`${P}, ;`, DESK, F.malformed],
  ] as const)('%s %j', (header, options, expected) => {
    const answer = answerOffers(header, options);
    expect(answer !== null && typeof answer !== 'number' ? answer.response : answer).toEqual(expected);
  });

  test('what the two ends agree on is the same thing, whatever their options', () => {
    const bits = [8, 9, 10, 14, 15];
    const all: CompressionOptions[] = [];
    for (const receiveWindowBits of bits)
      for (const transmitWindowBits of bits)
        for (const flags of [0, 1, 2, 3])
          all.push({
            receiveWindowBits,
            transmitWindowBits,
            receiveTakeover: flags > 1,
            transmitTakeover: flags % 2 > 0,
            threshold: 0,
          });
    for (const client of all) {
      for (const server of all) {
        const accepted = answerOffers(makeOffer(client), server);
        if (accepted === null || typeof accepted === 'number') throw new Error('declined');
        const mine = readAnswer(accepted.response, client);
        if (typeof mine === 'number') throw new Error(`${accepted.response} refused: ${mine}`);
        const theirs = accepted.agreement;
        const here = [
          mine.receiveTakeover,
          mine.transmitTakeover,
          mine.receiveWindowBits,
          mine.transmitWindowBits,
        ];
        expect([theirs.transmitTakeover, theirs.receiveTakeover]).toEqual(here.slice(0, 2));
        // A sender may use a smaller window than the receiver was told of.
        expect(theirs.transmitWindowBits).toBeLessThanOrEqual(mine.receiveWindowBits);
        expect(mine.transmitWindowBits).toBeLessThanOrEqual(theirs.receiveWindowBits);
        expect(mine.receiveWindowBits).toBeLessThanOrEqual(client.receiveWindowBits);
        expect(theirs.receiveWindowBits).toBeLessThanOrEqual(server.receiveWindowBits);
      }
    }
  });
});
