/**
 * Where another implementation judges otherwise than ours, and why that is right. A difference that stands here is looked at no
 * further than is said; every other one is a finding.
 */

/** What ours refuses of frames and theirs does not, or not yet; by the name of the error. */
export const FRAMES_OF_WS: Readonly<Record<string, string>> = {
  textInvalid:
    'refused at the first impossible octet; `ws` looks at the end of a message (RFC 6455 §8.1 leaves it open)',
  closeReasonInvalid: 'the same, in a Close',
  fragmentsTooMany: 'an option of ours; `ws` counts other fragments (§10.4)',
  messageTooBig:
    'refused by the header of the frame that makes it too long, of however many octets that is; `ws` refuses lengths from 2^53 on, and others in the same place (§10.4)',
  lengthNotShortest: '“the minimal number of bytes MUST be used” (§5.2); `ws` takes any',
};

/** The same of undici. */
export const FRAMES_OF_UNDICI: Readonly<Record<string, string>> = {
  ...FRAMES_OF_WS,
  fragmentsTooMany: 'an option of ours; undici counts fragments that are not empty only',
};

/** The same of `ws` for connections that compress. */
export const COMPRESSED_FRAMES_OF_WS: Readonly<Record<string, string>> = {
  ...FRAMES_OF_WS,
  compressionInvalid:
    'a message has to end behind the empty block whose octets were taken away (RFC 7692 §7.2.1), and is refused at the octet that is wrong; zlib makes of the rest what it can. The target `inflate` knows a way to ask zlib',
};

/** What `ws` refuses of them and ours takes: its code. */
export const COMPRESSED_FRAMES_REFUSED_BY_WS: Readonly<Record<string, string>> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH:
    'it bounds the octets of a compressed frame by what the message may have when it is decompressed; ours counts what comes out',
};

/** A difference that is looked for in what was said: by whom, in which octets, and why it is right. */
export interface Known {
  /** The error of ours; undefined where ours takes it. */
  readonly ours?: string;
  /** What the other one says. */
  readonly theirs?: RegExp;
  /** What stands in the octets. */
  readonly head?: RegExp;
  readonly why: string;
}

/** Requests that ours judges otherwise than `ws` behind Node's HTTP parser. */
export const REQUESTS: readonly Known[] = [
  { ours: 'httpVersion', why: 'a request is HTTP/1.1 or higher (RFC 6455 §4.1); `ws` takes 1.0' },
  { ours: 'versionUnsupported', head: /version:[ \t]*8/i, why: '`ws` speaks version 8, a draft, too' },
  { ours: 'extensionInvalid', why: '`ws` without compression does not look at the header (§9.1: refuse)' },
  { ours: 'hostMissing', why: 'exactly one valid Host (RFC 9112 §3.2); Node wants none of an upgrade' },
  {
    ours: 'keyInvalid',
    why: 'base64 of 16 octets, whose last four bits are 0 (RFC 4648 §3.5 lets a reader refuse others); `ws` does not look at them',
  },
  { ours: 'headMalformed', head: /^\S+ \S+\r\n/, why: 'a request line has a version (RFC 9112 §3)' },
  {
    ours: 'headMalformed',
    head: /^origin:.*\r\n(.*\r\n)*origin:|^origin:[ \t]*\S*[ \t,]+\S/im,
    why: 'one Origin: of two, or of a list, a policy could look at the wrong one',
  },
  {
    theirs: /400/,
    head: /^upgrade:([^]*^upgrade:|.*,)/im,
    why: 'Upgrade is a list (RFC 9110 §7.8, RFC 6455 §4.2.1); `ws` wants one value',
  },
  {
    theirs: /400/,
    head: /^sec-websocket-protocol:([ \t]*,|.*,[ \t]*(,|\r\n))/im,
    why: 'empty elements of a list are skipped (RFC 9110 §5.6.1.2); `ws` refuses them',
  },
];

/** The same where Node's parser has read the request, and it is written out again for ours. */
export const REPLAYED: readonly Known[] = [
  {
    ours: 'requestTarget',
    head: /^\S+ ( +\S+ +| *\S+  +)HTTP/,
    why: 'a parser may take several blanks for one (RFC 9112 §3); Node does, and its request has none of them',
  },
];

/** Answers that ours judges otherwise than the client of `ws` behind Node's HTTP parser. */
export const RESPONSES: readonly Known[] = [
  {
    theirs: /^Server sent no subprotocol$/,
    why: 'a server may choose none (RFC 6455 §4.2.2, `requireProtocol` refuses that); `ws` always does',
  },
  {
    ours: 'headMalformed',
    head: /\r\n\r\n[\r\n]+HTTP/,
    why: 'empty lines behind an interim response are skipped by Node; RFC 9112 §2.2 allows that in front of requests',
  },
];

/** Whether what was said about these octets is a difference that is known. */
export const isKnown = (
  known: readonly Known[],
  octets: Uint8Array,
  ours?: string,
  theirs?: string,
): boolean =>
  known.some(
    (each) =>
      each.ours === ours &&
      (each.theirs === undefined || each.theirs.test(theirs ?? '')) &&
      (each.head === undefined || each.head.test(Buffer.from(octets).toString('latin1'))),
  );
