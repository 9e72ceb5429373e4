/** Whole inputs, by the target that they are for. */
export const SEEDS: Readonly<Record<string, readonly Uint8Array[]>>;
