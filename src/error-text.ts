import { ConnectionError, ErrorId, RingletError, UplinkError } from './errors.ts';

/** Name and sentence of every error id. Kept apart from `errors.ts`, so that a device need not carry them. */
const TEXT: Readonly<Record<number, readonly [name: string, sentence: string]>> = Object.freeze({
  [ErrorId.headMalformed]: ['headMalformed', 'the head of the opening handshake is not well-formed HTTP/1.1'],
  [ErrorId.headTooLarge]: ['headTooLarge', 'the head of the opening handshake is larger than allowed'],
  [ErrorId.httpVersion]: ['httpVersion', 'the peer does not speak HTTP/1.1'],
  [ErrorId.httpStatus]: ['httpStatus', 'the server did not answer with 101 Switching Protocols'],
  [ErrorId.upgradeMissing]: ['upgradeMissing', 'the Upgrade header does not say websocket'],
  [ErrorId.connectionMissing]: ['connectionMissing', 'the Connection header does not say Upgrade'],
  [ErrorId.acceptMissing]: ['acceptMissing', 'the server sent no Sec-WebSocket-Accept'],
  [ErrorId.acceptMismatch]: [
    'acceptMismatch',
    'the Sec-WebSocket-Accept does not belong to the key that was sent',
  ],
  [ErrorId.subprotocolUnexpected]: [
    'subprotocolUnexpected',
    'a subprotocol was chosen that had not been offered',
  ],
  [ErrorId.subprotocolMissing]: ['subprotocolMissing', 'the server chose none of the offered subprotocols'],
  [ErrorId.extensionUnexpected]: [
    'extensionUnexpected',
    'the server accepted an extension that was not offered',
  ],
  [ErrorId.handshakeEnded]: ['handshakeEnded', 'the peer ended the connection during the opening handshake'],
  [ErrorId.interimTooMany]: ['interimTooMany', 'the server sent too many interim responses'],
  [ErrorId.extensionInvalid]: [
    'extensionInvalid',
    'the parameters of an extension are malformed or more than offered',
  ],
  [ErrorId.redirectsTooMany]: [
    'redirectsTooMany',
    'the server redirected more often than the option redirects allows',
  ],
  [ErrorId.redirectRefused]: [
    'redirectRefused',
    'the server redirected to where it may not lead: to no WebSocket URL, a blocked port, or from wss to ws',
  ],
  [ErrorId.requestMethod]: ['requestMethod', 'the method of the request is not GET'],
  [ErrorId.requestTarget]: ['requestTarget', 'the target of the request is not a path'],
  [ErrorId.hostMissing]: ['hostMissing', 'the request has no Host header, or more than one'],
  [ErrorId.keyInvalid]: ['keyInvalid', 'the Sec-WebSocket-Key is not the base64 of 16 octets'],
  [ErrorId.versionUnsupported]: ['versionUnsupported', 'the Sec-WebSocket-Version is not 13'],
  [ErrorId.requestRefused]: ['requestRefused', 'the server refused the request'],
  [ErrorId.requestBody]: ['requestBody', 'the request has a body'],
  [ErrorId.reservedBits]: [
    'reservedBits',
    'a reserved bit of a frame is set without an extension that uses it',
  ],
  [ErrorId.reservedOpcode]: ['reservedOpcode', 'a frame has a reserved opcode'],
  [ErrorId.maskedByServer]: ['maskedByServer', 'the server masked a frame'],
  [ErrorId.unmaskedByClient]: ['unmaskedByClient', 'the client did not mask a frame'],
  [ErrorId.controlFragmented]: ['controlFragmented', 'a control frame is fragmented'],
  [ErrorId.controlTooLong]: ['controlTooLong', 'a control frame has more than 125 octets of payload'],
  [ErrorId.continuationUnexpected]: [
    'continuationUnexpected',
    'a continuation frame came without a message to continue',
  ],
  [ErrorId.messageUnfinished]: ['messageUnfinished', 'a message began before the one before it had ended'],
  [ErrorId.lengthNotShortest]: ['lengthNotShortest', 'the length of a frame is not in its shortest form'],
  [ErrorId.lengthTopBit]: ['lengthTopBit', 'the length of a frame has its top bit set'],
  [ErrorId.closeTooShort]: ['closeTooShort', 'a Close frame has a payload of one octet'],
  [ErrorId.closeCodeInvalid]: ['closeCodeInvalid', 'a Close frame has a code that may not be sent'],
  [ErrorId.textInvalid]: ['textInvalid', 'a text message is not UTF-8'],
  [ErrorId.closeReasonInvalid]: ['closeReasonInvalid', 'the reason for closing is not UTF-8'],
  [ErrorId.messageTooBig]: ['messageTooBig', 'a message is longer than maxMessageSize'],
  [ErrorId.fragmentsTooMany]: ['fragmentsTooMany', 'a message has more frames than maxFragments'],
  [ErrorId.compressionInvalid]: ['compressionInvalid', 'the data of a compressed message are malformed'],
  [ErrorId.textUnexpected]: ['textUnexpected', 'a text message came where only binary messages may come'],
  [ErrorId.connectTimeout]: ['connectTimeout', 'no connection was made within connectTimeout'],
  [ErrorId.handshakeTimeout]: [
    'handshakeTimeout',
    'the opening handshake was not done within handshakeTimeout',
  ],
  [ErrorId.idleTimeout]: ['idleTimeout', 'nothing was received within idleTimeout'],
  [ErrorId.pongTimeout]: ['pongTimeout', 'a ping was not answered within keepaliveTimeout'],
  [ErrorId.closeTimeout]: ['closeTimeout', 'the closing handshake was not done within closeTimeout'],
  [ErrorId.sendTimeout]: ['sendTimeout', 'nothing of what waits to be sent was taken within sendTimeout'],
  [ErrorId.transportFailed]: ['transportFailed', 'the network connection failed'],
  [ErrorId.resolveFailed]: ['resolveFailed', 'the name of the host could not be resolved'],
  [ErrorId.connectFailed]: ['connectFailed', 'the server could not be reached'],
  [ErrorId.tlsFailed]: ['tlsFailed', 'no secure connection could be made'],
  [ErrorId.transportReset]: ['transportReset', 'the network connection was reset'],
  [ErrorId.transportEnded]: ['transportEnded', 'the peer ended the connection without closing it'],
  [ErrorId.randomFailed]: ['randomFailed', 'the random source failed'],
  [ErrorId.certificateExpired]: ['certificateExpired', "the server's certificate has expired"],
  [ErrorId.certificateNotYetValid]: [
    'certificateNotYetValid',
    "the server's certificate is not valid yet, or the clock of this machine is not set",
  ],
  [ErrorId.certificateHost]: ['certificateHost', "the server's certificate is for another host"],
  [ErrorId.certificateUntrusted]: [
    'certificateUntrusted',
    "the server's certificate is signed by an authority that is not trusted, or by itself",
  ],
  [ErrorId.certificateWanted]: [
    'certificateWanted',
    'the server wants a client certificate, and got none or one that it does not accept',
  ],
  [ErrorId.proxyFailed]: ['proxyFailed', 'the proxy could not be reached, or made no connection'],
  [ErrorId.proxyUnauthorized]: [
    'proxyUnauthorized',
    'the proxy wants a user name and password, and got none or one that it does not accept',
  ],
  [ErrorId.portBlocked]: [
    'portBlocked',
    'the Fetch standard keeps WebSockets from this port, which belongs to another protocol',
  ],
  [ErrorId.argumentInvalid]: ['argumentInvalid', 'an argument has the wrong type or value'],
  [ErrorId.optionInvalid]: ['optionInvalid', 'an option has the wrong type or value'],
  [ErrorId.hostInvalid]: ['hostInvalid', 'the host is neither a name nor an address'],
  [ErrorId.pathInvalid]: ['pathInvalid', 'the path does not begin with / or holds forbidden characters'],
  [ErrorId.headerInvalid]: [
    'headerInvalid',
    'a header has an invalid name or value, or belongs to the handshake',
  ],
  [ErrorId.protocolInvalid]: ['protocolInvalid', 'a subprotocol is not a token or is there twice'],
  [ErrorId.closeCodeRefused]: ['closeCodeRefused', 'the close code may not be sent'],
  [ErrorId.closeReasonTooLong]: ['closeReasonTooLong', 'the reason for closing is longer than 123 octets'],
  [ErrorId.controlPayloadTooLong]: ['controlPayloadTooLong', 'a ping or pong may carry at most 125 octets'],
  [ErrorId.notOpen]: ['notOpen', 'the connection is not open'],
  [ErrorId.writeTooLong]: ['writeTooLong', 'the data are longer than what can be written now'],
  [ErrorId.closed]: ['closed', 'the object is closed'],
  [ErrorId.aborted]: ['aborted', 'the AbortSignal of the connection was aborted'],
  [ErrorId.formatUnsupported]: ['formatUnsupported', 'the format is neither "buffer" nor "number"'],
  [UplinkError.hookFailed]: ['hookFailed', 'the function that says what to connect to failed'],
  [UplinkError.hookTimeout]: [
    'hookTimeout',
    'the function that says what to connect to did not answer in time',
  ],
  [UplinkError.networkLost]: ['networkLost', 'the network is gone'],
  [UplinkError.rotated]: ['rotated', 'the connection was as old as it may be'],
  [UplinkError.storeFailed]: ['storeFailed', 'the store of the outbox failed'],
});

/** Every error id there is, in order. */
export const errorIds: readonly number[] = Object.freeze(Object.keys(TEXT).map(Number));

/** What is no number is no id: it is not looked at, since it may throw then. */
const textOf = (id: unknown): (typeof TEXT)[number] | undefined =>
  typeof id === 'number' ? TEXT[id] : undefined;

/** The stable name of an error id; `none` of 0. */
export function nameOfError(id: number): string {
  return id === ErrorId.none ? 'none' : (textOf(id)?.[0] ?? 'unknown');
}

/** A sentence (without capital and full stop) that says what an error id means. */
export function describeError(id: number): string {
  return id === ErrorId.none
    ? 'nothing went wrong'
    : (textOf(id)?.[1] ?? `unknown error ${typeof id === 'number' ? id : ''}`.trim());
}

// In logs an error is known by the name of its class; on a device it has none but its id.
for (const [Class, name] of [
  [RingletError, 'RingletError'],
  [ConnectionError, 'ConnectionError'],
] as const) {
  Object.defineProperty(Class.prototype, 'name', { value: name, writable: true, configurable: true });
}
