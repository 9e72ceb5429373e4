/** What an extension does in the opening handshake, once a connection: RFC 6455 §9.1. */
export interface Negotiation {
  /** Value of Sec-WebSocket-Extensions that a client offers. */
  readonly offer: string;
  /** Client role: takes what the server answered (several headers joined by ", "). Returns an error id or 0. */
  answered(header: string): number;
  /**
   * Server role: chooses among the offers (joined likewise). Returns an error id or 0; `response` has the value to
   * answer with, empty to go on without the extension.
   */
  offered(header: string): number;
  readonly response: string;
  /** Whether it was agreed. */
  readonly isAgreed: boolean;
}
