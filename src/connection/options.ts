import type { OpeningFactory } from '../handshake/opening.ts';
import type { CopyOctets } from '../frame/copy-masked.ts';
import type { validateUtf8 } from '../frame/utf8.ts';
import type { CompressionFactory } from './compression.ts';
import type { ConnectionEvents } from './events.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { check } from '../errors.ts';

/** What a connection takes from outside while it works; a `Host` has it all. */
export interface Source {
  /**
   * One 32-bit word (any integer in −2^31 … 2^32−1) from the cryptographic random source; RFC 6455 §5.3 wants
   * masks that cannot be predicted. Throws or gives 0 when the source fails: then no connection is made, and one that
   * there is ends.
   */
  random(): number;
  /**
   * Does for long text what `validateUtf8` does, state by state: with the help of a native, see `validateWithNative`.
   * `bytes` and `words` cover all of a buffer that the transport handed over octets in.
   */
  readonly validateLong?: typeof validateUtf8 | undefined;
  /** A host's way to copy without making a view. */
  readonly copy?: CopyOctets | undefined;
}

/** What a {@link Connection} is made from. */
export interface ConnectionOptions<Target> extends Partial<Limits>, Source {
  /** Who calls whom: the client asks and masks, the server answers. */
  readonly role: 'client' | 'server';
  readonly events: ConnectionEvents<Target>;
  /** First argument of every event. */
  readonly target: Target;
  /** Who gives random words and natives, in place of these options. */
  readonly source?: Source | undefined;
  /**
   * Our half of the opening handshake: `clientOpening(request)` or `serverOpening(policy)`. Without it the
   * transport is past its handshake already.
   */
  readonly opening?: OpeningFactory | undefined;
  /**
   * Octets of the receive buffer, a power of two from 256 to 2^30, of an owner that has one; a line in the head of the
   * handshake is at most as long. Default 2048.
   */
  readonly receiveBuffer?: number | undefined;
  /** Octets of the transmit ring, a power of two from 256 to 2^30. Default 2048. */
  readonly transmitBuffer?: number | undefined;
  /**
   * For an owner that receives into the connection's memory: so many octets of that, behind all else. A multiple of 4.
   * Default 0.
   */
  readonly input?: number | undefined;
  /** For the same: how long frames may be that are to be consumed as a whole. Default 0. */
  readonly whole?: number | undefined;
  /** The target's own method {@link SPAN} takes messages in place of `events.onData`. Default false. */
  readonly takesSpans?: boolean | undefined;
  /** Compression to negotiate, made by `permessageDeflate`. Default: none. */
  readonly compression?: CompressionFactory | undefined;
  /** The limits, made by `limitsOf` beforehand; the others are not looked at then. */
  readonly limits?: Limits | undefined;
}

/** Octets by default: a segment of lwIP's TCP (1,436 octets) is read at once, and filled before it is sent. */
export const enum BufferSize {
  receive = 2048,
  // eslint-disable-next-line @typescript-eslint/no-duplicate-enum-values -- equal by chance
  transmit = 2048,
}

const enum Limit {
  /** Longest time that a limit can be, 12 days: two of them still are a 32-bit integer. */
  time = 0x3fffffff,
}

/** The size of a buffer as an option gives it. */
export function sizeOf(name: string, size: number): number {
  check(Number.isInteger(size) && size >= 256 && size <= 0x40000000 && (size & (size - 1)) === 0, name);
  return size;
}

/** The limits of a connection; the shared defaults where no option changes them. */
export function limitsOf(options: Partial<Limits>): Limits {
  let limits = DEFAULT_LIMITS;
  // A name that an engine has for a function of its own has that linked into a device's flash, wherever it is used: `keys` is
  // 700 octets, `startsWith` 180.
  for (const key in DEFAULT_LIMITS) {
    const name = key as keyof Limits;
    const value = options[name];
    if (value === undefined) continue;
    check(
      Number.isInteger(value) &&
        value >= 0 &&
        value <= (name[0] === 'm' ? Number.MAX_SAFE_INTEGER : Limit.time),
      name,
    );
    limits = { ...limits, [name]: value };
  }
  return limits;
}
