import type { OpeningFactory } from '../handshake/opening.ts';
import type { validateUtf8 } from '../frame/utf8.ts';
import type { CompressionFactory } from './compression.ts';
import type { ConnectionEvents } from './events.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { ErrorId, RingletError } from './errors.ts';

/** What a {@link Connection} is made from. */
export interface ConnectionOptions<Target> extends Partial<Limits> {
  /** Who calls whom: the client asks and masks, the server answers. */
  readonly role: 'client' | 'server';
  readonly events: ConnectionEvents<Target>;
  /** First argument of every event. */
  readonly target: Target;
  /** One unpredictable 32-bit word; throws if there is none. Masks and the handshake's key come from it. */
  readonly random: () => number;
  /** Validates long text in place of the engine's own automaton; see `Host.validateLong`. */
  readonly validateLong?: typeof validateUtf8 | undefined;
  /**
   * Our half of the opening handshake: `clientOpening(request)` or `serverOpening(policy)`. Without it the
   * transport is past its handshake already.
   */
  readonly opening?: OpeningFactory | undefined;
  /** Octets of the receive ring, a power of two from 256 to 2^30; the head of the handshake passes through it. */
  readonly receiveBuffer?: number | undefined;
  /** Octets of the transmit ring, a power of two from 256 to 2^30. */
  readonly transmitBuffer?: number | undefined;
  /** Octets of the same memory that are left to the host, at `stagingStart`; a multiple of 4. */
  readonly staging?: number | undefined;
  /** Compression to negotiate, made by `permessageDeflate`. Default: none. */
  readonly compression?: CompressionFactory | undefined;
  /** The limits, made by `limitsOf` beforehand; the others are not looked at then. */
  readonly limits?: Limits | undefined;
  /** Keep spans valid until `resume` when the receiver pauses: input goes through the receive ring. */
  readonly retain?: boolean | undefined;
}

export const DEFAULT_BUFFER = 1024;

/** The size of a ring as an option gives it. */
export function ringSize(name: string, size: number | undefined): number {
  if (size === undefined) return DEFAULT_BUFFER;
  if (!(size >= 256 && size <= 0x40000000) || (size & (size - 1)) !== 0) {
    throw new RingletError(ErrorId.optionInvalid, `${name} must be a power of two from 256 to 2^30 octets`);
  }
  return size;
}

/** The limits of a connection; the shared defaults where no option changes them. */
export function limitsOf(options: Partial<Limits>): Limits {
  let limits: Record<string, number> | undefined;
  const names = Object.keys(DEFAULT_LIMITS) as (keyof Limits)[];
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    const value = options[name];
    if (value === undefined) continue;
    if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) {
      throw new RingletError(ErrorId.optionInvalid, `${name} must be a number from 0 to 2^53 - 1`);
    }
    if (limits === undefined) limits = Object.assign({}, DEFAULT_LIMITS) as unknown as Record<string, number>;
    limits[name] = value;
  }
  return (limits as unknown as Limits | undefined) ?? DEFAULT_LIMITS;
}
