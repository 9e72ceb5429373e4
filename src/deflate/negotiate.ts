/**
 * Negotiation of permessage-deflate (RFC 7692 §5 to §7.1), both roles. Handshake time: this allocates.
 */
import { ExtensionList, type ExtensionParameter } from '../handshake/extension-header.ts';

/** What an endpoint is ready to do. */
export interface CompressionOptions {
  /** 8..15: log2 of the largest window that may be needed to decompress what the peer sends. */
  readonly receiveWindowBits: number;
  /** 8..15: log2 of the largest window that we compress with. */
  readonly transmitWindowBits: number;
  /** Whether the peer's messages may refer to earlier ones. */
  readonly receiveTakeover: boolean;
  /** Whether our messages may refer to earlier ones. */
  readonly transmitTakeover: boolean;
  /** Messages of fewer octets go uncompressed. The sender decides, nothing of it is negotiated. */
  readonly threshold: number;
}

/** What was agreed: never more than the options had. */
export interface Agreement {
  readonly receiveWindowBits: number;
  readonly transmitWindowBits: number;
  readonly receiveTakeover: boolean;
  readonly transmitTakeover: boolean;
}

/** Why an answer fails the connection (RFC 7692 §5.1), or why a server finds a request bad: stable numbers. */
export const enum NegotiationFailure {
  /** Not the syntax of RFC 6455 §9.1. */
  malformed = 1,
  /** An extension that was not offered. */
  notOffered = 2,
  /** permessage-deflate accepted more than once. */
  twice = 3,
  /** A parameter that is not one of the four. */
  unknownParameter = 4,
  /** A parameter given more than once. */
  duplicateParameter = 5,
  /** A value that is missing, not allowed, or not 8..15 in decimal without leading zeros. */
  invalidValue = 6,
  /** More window bits than were offered. */
  tooMuch = 7,
  /** The offer asked for server_max_window_bits or server_no_context_takeover, the answer does not grant it. */
  notGranted = 8,
}

const NAME = 'permessage-deflate';
const SERVER_NO_TAKEOVER = 'server_no_context_takeover';
const CLIENT_NO_TAKEOVER = 'client_no_context_takeover';
const SERVER_BITS = 'server_max_window_bits';
const CLIENT_BITS = 'client_max_window_bits';

/** The four parameters; window bits 0: not there, `NO_VALUE`: there without a value. */
interface Parameters {
  serverNoTakeover: boolean;
  clientNoTakeover: boolean;
  serverBits: number;
  clientBits: number;
}

const NO_VALUE = -1;

/**
 * The client's offer: the value of Sec-WebSocket-Extensions. It always allows the server to limit our window
 * (client_max_window_bits), but names no limit of its own: a peer may always use a smaller window than it was granted,
 * and servers that are set to a larger window would refuse such an offer.
 */
export function makeOffer(options: CompressionOptions): string {
  let offer = NAME;
  if (!options.receiveTakeover) offer += '; ' + SERVER_NO_TAKEOVER;
  if (!options.transmitTakeover) offer += '; ' + CLIENT_NO_TAKEOVER;
  if (options.receiveWindowBits < 15) offer += '; ' + SERVER_BITS + '=' + options.receiveWindowBits;
  return offer + '; ' + CLIENT_BITS;
}

/**
 * The client reads the server's answer to `makeOffer(options)`.
 *
 * @param header value of Sec-WebSocket-Extensions in the answer, several joined by ", ". Without such a header
 *   there is no compression, and nothing to call this for.
 * @returns what is agreed, or one of `NegotiationFailure`: then the connection must fail (RFC 7692 §7.1)
 */
export function readAnswer(header: string, options: CompressionOptions): Agreement | NegotiationFailure {
  const list = new ExtensionList(header);
  const first = list.next();
  let extension = first;
  let isOther = false;
  let count = 0;
  for (; extension; extension = list.next()) {
    isOther ||= extension.name !== NAME;
    count++;
  }
  if (!first || extension === null) return NegotiationFailure.malformed;
  if (isOther) return NegotiationFailure.notOffered;
  if (count > 1) return NegotiationFailure.twice;
  const answer = readParameters(first.parameters, false);
  if (typeof answer === 'number') return answer;

  // RFC 7692 §7.1.1.1, §7.1.2.1: the server accepts such an offer by saying so.
  if (!options.receiveTakeover && !answer.serverNoTakeover) return NegotiationFailure.notGranted;
  if (options.receiveWindowBits < 15 && answer.serverBits === 0) return NegotiationFailure.notGranted;
  if (answer.serverBits > options.receiveWindowBits) return NegotiationFailure.tooMuch;
  const allowed = answer.clientBits || 15;
  return {
    receiveWindowBits: answer.serverBits || 15,
    transmitWindowBits: allowed < options.transmitWindowBits ? allowed : options.transmitWindowBits,
    receiveTakeover: !answer.serverNoTakeover,
    transmitTakeover: options.transmitTakeover && !answer.clientNoTakeover,
  };
}

/** What the server answers and does. */
export interface Acceptance {
  /** The value for Sec-WebSocket-Extensions. */
  readonly response: string;
  readonly agreement: Agreement;
}

/**
 * The server reads the client's offers and takes the first that it can serve (RFC 7692 §5.1). Offers of other
 * extensions, and offers with parameters that are unknown, doubled or out of range, are declined.
 *
 * @param header values of all Sec-WebSocket-Extensions headers of the request, in order, joined by ", "
 * @returns null: go on without compression; `NegotiationFailure.malformed`: a bad request
 */
export function answerOffers(
  header: string,
  options: CompressionOptions,
): Acceptance | NegotiationFailure | null {
  const list = new ExtensionList(header);
  let acceptance: Acceptance | null = null;
  for (let extension = list.next(); ; extension = list.next()) {
    if (extension === undefined) return acceptance;
    if (extension === null) return NegotiationFailure.malformed;
    if (acceptance !== null || extension.name !== NAME) continue;
    const offer = readParameters(extension.parameters, true);
    if (typeof offer !== 'number') acceptance = accept(offer, options);
  }
}

function accept(offer: Parameters, options: CompressionOptions): Acceptance | null {
  // RFC 7692 §7.1.2.2: a client that does not offer client_max_window_bits cannot be limited.
  if (offer.clientBits === 0 && options.receiveWindowBits < 15) return null;
  const offeredReceive = offer.clientBits > 0 ? offer.clientBits : 15;
  const receive = offeredReceive < options.receiveWindowBits ? offeredReceive : options.receiveWindowBits;
  const offeredTransmit = offer.serverBits > 0 ? offer.serverBits : 15;
  const transmit =
    offeredTransmit < options.transmitWindowBits ? offeredTransmit : options.transmitWindowBits;
  const receiveTakeover = options.receiveTakeover && !offer.clientNoTakeover;
  const transmitTakeover = options.transmitTakeover && !offer.serverNoTakeover;

  let response = NAME;
  if (!transmitTakeover) response += '; ' + SERVER_NO_TAKEOVER;
  if (!receiveTakeover) response += '; ' + CLIENT_NO_TAKEOVER;
  if (offer.serverBits !== 0 || transmit < 15) response += '; ' + SERVER_BITS + '=' + transmit;
  if (offer.clientBits > 0 || receive < 15) response += '; ' + CLIENT_BITS + '=' + receive;
  return {
    response,
    agreement: {
      receiveWindowBits: receive,
      transmitWindowBits: transmit,
      receiveTakeover,
      transmitTakeover,
    },
  };
}

/** @param isOffer in an offer client_max_window_bits may stand without a value (RFC 7692 §7.1.2.2) */
function readParameters(
  list: readonly ExtensionParameter[],
  isOffer: boolean,
): Parameters | NegotiationFailure {
  const read: Parameters = { serverNoTakeover: false, clientNoTakeover: false, serverBits: 0, clientBits: 0 };
  for (let k = 0; k < list.length; k++) {
    const { name, value } = list[k];
    if (name === SERVER_NO_TAKEOVER || name === CLIENT_NO_TAKEOVER) {
      const server = name === SERVER_NO_TAKEOVER;
      if (server ? read.serverNoTakeover : read.clientNoTakeover)
        return NegotiationFailure.duplicateParameter;
      if (value !== null) return NegotiationFailure.invalidValue;
      if (server) read.serverNoTakeover = true;
      else read.clientNoTakeover = true;
    } else if (name === SERVER_BITS || name === CLIENT_BITS) {
      const server = name === SERVER_BITS;
      if ((server ? read.serverBits : read.clientBits) !== 0) return NegotiationFailure.duplicateParameter;
      const bits = value === null ? (isOffer && !server ? NO_VALUE : 0) : windowBits(value);
      if (bits === 0) return NegotiationFailure.invalidValue;
      if (server) read.serverBits = bits;
      else read.clientBits = bits;
    } else {
      return NegotiationFailure.unknownParameter;
    }
  }
  return read;
}

/** A decimal integer 8..15 without leading zeros (RFC 7692 §7.1.2.1), else 0. */
function windowBits(value: string): number {
  const bits = Number(value);
  return bits >= 8 && bits <= 15 && String(bits) === value ? bits : 0;
}
