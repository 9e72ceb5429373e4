/** What a stream has done so far. */
export class Counters {
  messagesSent = 0;
  messagesReceived = 0;
  /** Octets of the messages, framing not included. */
  octetsSent = 0;
  octetsReceived = 0;
  /** Samples that were due and not sent, for want of room or of a connection. */
  skipped = 0;
  /** Messages whose replies did not come before the connection was lost, or are no longer awaited. */
  unanswered = 0;
  /** Connections after the first one. */
  reconnects = 0;
}
