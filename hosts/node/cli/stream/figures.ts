/** What a stream looks like at one moment, whichever engine it runs in. */
export interface Figures {
  /** From the first connection until it was told to end. */
  readonly seconds: number;
  readonly isOpen: boolean;
  /** It ended, when it was told to, with the closing handshake. */
  readonly isClean: boolean;
  readonly messagesSent: number;
  readonly messagesReceived: number;
  readonly octetsSent: number;
  readonly octetsReceived: number;
  /** Samples that were due and not posted. */
  readonly skipped: number;
  /** Messages that were neither answered nor acknowledged on their connection. */
  readonly unanswered: number;
  /** Messages that are still to be answered or acknowledged. */
  readonly outstanding: number;
  readonly reconnects: number;
  /** Records that were accepted by the outbox, that the other end has, and that were lost for want of room. */
  readonly recordsPosted: number;
  readonly recordsAcknowledged: number;
  readonly recordsDropped: number;
  /** Records that the outbox keeps. */
  readonly recordsKept: number;
  /** Octets that the outbox's records take. */
  readonly buffered: number;
  /** Round trips: how many, all of them together, and two quantiles, in milliseconds. */
  readonly roundTrips: number;
  readonly roundTripSum: number;
  readonly rttP50: number;
  readonly rttP99: number;
  /** Octets of memory that the engine uses. */
  readonly ram: number;
}

/** What happened between two {@link Figures}, a second. */
export interface Rates {
  readonly messagesSent: number;
  readonly messagesReceived: number;
  readonly octetsSent: number;
  readonly octetsReceived: number;
  /** Mean round trip of that time, milliseconds; NaN if there was none. */
  readonly roundTrip: number;
}

/** The rates from `before` to `now`. */
export function ratesOf(before: Figures, now: Figures): Rates {
  const seconds = now.seconds - before.seconds;
  const rate = (name: 'messagesSent' | 'messagesReceived' | 'octetsSent' | 'octetsReceived'): number =>
    seconds > 0 ? (now[name] - before[name]) / seconds : 0;
  return {
    messagesSent: rate('messagesSent'),
    messagesReceived: rate('messagesReceived'),
    octetsSent: rate('octetsSent'),
    octetsReceived: rate('octetsReceived'),
    roundTrip: (now.roundTripSum - before.roundTripSum) / (now.roundTrips - before.roundTrips),
  };
}

/** How a stream is about to be, or was, run. */
export interface StreamSettings {
  readonly engine: string;
  readonly url: string;
  /** Samples a second. */
  readonly rate: number;
}
