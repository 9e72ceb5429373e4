/** What compression is made from: two profiles, and what an application changes of them. */
import { ErrorId, RingletError } from '../errors.ts';
import { inflateMemory } from './decode/table-layout.ts';
import { deflateMemory, type DeflateOptions } from './encode/deflate-options.ts';
import type { CompressionOptions } from './negotiate.ts';

/** What an endpoint that compresses is made from; everything has a default. */
export interface PermessageDeflateOptions extends Partial<CompressionOptions> {
  /** Where the other defaults come from: 'device' costs about 10 KB of RAM, 'desk' about 250 KB. Default 'device'. */
  readonly profile?: 'device' | 'desk' | undefined;
}

export interface Profile {
  readonly negotiation: CompressionOptions;
  readonly deflate: DeflateOptions;
  /** 8..11: log2 of the entries of the decompressor's table. */
  readonly tableBits: number;
  /** Matches at least this long are copied by the engine. */
  readonly nativeCopy: number;
  /** Octets of the longest compressed frame sent: its payload is compressed in an area of this size. */
  readonly payload: number;
}

export const PROFILES: Readonly<Record<'device' | 'desk', Profile>> = Object.freeze({
  /** Windows of 1 KiB, and 4608 octets for compressing. */
  device: Object.freeze({
    negotiation: Object.freeze({
      receiveWindowBits: 10,
      transmitWindowBits: 10,
      receiveTakeover: true,
      transmitTakeover: true,
      threshold: 32,
    }),
    deflate: Object.freeze({
      windowBits: 10,
      hashBits: 9,
      chain: 8,
      lazy: 16,
      tokens: 256,
      dynamic: false,
    }),
    tableBits: 9,
    nativeCopy: 4,
    payload: 256,
  }),
  /** Windows of 32 KiB, and 199232 octets for compressing. */
  desk: Object.freeze({
    negotiation: Object.freeze({
      receiveWindowBits: 15,
      transmitWindowBits: 15,
      receiveTakeover: true,
      transmitTakeover: true,
      threshold: 32,
    }),
    deflate: Object.freeze({
      windowBits: 15,
      hashBits: 15,
      chain: 16,
      lazy: 32,
      tokens: 16384,
      dynamic: true,
    }),
    tableBits: 10,
    nativeCopy: 40,
    payload: 16384,
  }),
});

/** The profile that `options` ask for. Throws a RingletError. */
export function profileFor(options: PermessageDeflateOptions): Profile {
  if (typeof options !== 'object' || options === null)
    throw new RingletError(ErrorId.optionInvalid, 'permessageDeflate needs an object of options');
  for (const option of Object.keys(options))
    if (option !== 'profile' && !Object.hasOwn(PROFILES.device.negotiation, option))
      throw new RingletError(ErrorId.optionInvalid, `permessageDeflate has no option "${option}"`);
  const { profile: name = 'device' } = options;
  if (name !== 'device' && name !== 'desk')
    throw new RingletError(ErrorId.optionInvalid, 'profile must be "device" or "desk"');
  const profile = PROFILES[name];
  const defaults = profile.negotiation;
  const negotiation: CompressionOptions = {
    receiveWindowBits: windowBits(
      'receiveWindowBits',
      options.receiveWindowBits ?? defaults.receiveWindowBits,
    ),
    transmitWindowBits: windowBits(
      'transmitWindowBits',
      options.transmitWindowBits ?? defaults.transmitWindowBits,
    ),
    receiveTakeover: flag('receiveTakeover', options.receiveTakeover ?? defaults.receiveTakeover),
    transmitTakeover: flag('transmitTakeover', options.transmitTakeover ?? defaults.transmitTakeover),
    threshold: countOf('threshold', options.threshold ?? defaults.threshold),
  };
  const deflate = Object.assign({}, profile.deflate, { windowBits: negotiation.transmitWindowBits });
  return Object.assign({}, profile, { negotiation, deflate });
}

function windowBits(name: string, value: number): number {
  if (typeof value !== 'number' || !(value >= 8 && value <= 15) || value % 1 !== 0) {
    throw new RingletError(ErrorId.optionInvalid, name + ' must be an integer from 8 to 15');
  }
  return value;
}

function flag(name: string, value: boolean): boolean {
  if (typeof value !== 'boolean')
    throw new RingletError(ErrorId.optionInvalid, name + ' must be true or false');
  return value;
}

function countOf(name: string, value: number): number {
  if (typeof value !== 'number' || !(value >= 0))
    throw new RingletError(ErrorId.optionInvalid, name + ' must be a number of octets');
  return value;
}

const inWords = (octets: number): number => (octets + 3) & ~3;

/** Where the memory for compressing begins: behind that for decompressing. */
export function deflateOffset({ negotiation, tableBits }: Profile): number {
  return inWords(inflateMemory(negotiation.receiveWindowBits, tableBits));
}

/** Where the area for a frame's payload begins: behind both. */
export function payloadOffset(profile: Profile): number {
  return deflateOffset(profile) + inWords(deflateMemory(profile.deflate));
}

/** Octets of a connection's memory that compression takes. */
export function compressionMemory(profile: Profile): number {
  return payloadOffset(profile) + profile.payload;
}
