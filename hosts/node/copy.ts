/** The views that were made, for as long as there is their memory: one for every connection, and buffer sent from. */
const made = new WeakMap<Uint8Array, DataView>();

/** Whether views of `buffer` are always as long as they are: of another one no view may be used again. */
const isFixed = (buffer: ArrayBufferLike): boolean =>
  'growable' in buffer ? buffer.growable !== true : !(buffer as ArrayBuffer).resizable;

/** The views of the last copy, since a look into the map takes longer than to copy a few octets. */
let source = viewOf(new Uint8Array(0));
let target = source;
let sourceBytes: Uint8Array | undefined;
let targetBytes: Uint8Array | undefined;

function viewOf(bytes: Uint8Array): DataView {
  let view = made.get(bytes);
  if (view === undefined) {
    view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (isFixed(bytes.buffer)) made.set(bytes, view);
  }
  return view;
}

/** Copies `from[start, end)` to `to` at `at`, a word at a time: a `subarray` for `set` would be garbage. */
export function copyOctets(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  if (from !== sourceBytes) {
    const known = made.get(from);
    source = known ?? viewOf(from);
    // One that is not kept is made anew each time.
    sourceBytes = known === undefined ? undefined : from;
  }
  if (to !== targetBytes) {
    target = viewOf(to);
    targetBytes = to;
  }
  const read = source;
  const write = target;
  let i = start;
  let o = at;
  for (; end - i >= 4; i += 4, o += 4) write.setInt32(o, read.getInt32(i, true), true);
  for (; i < end; i++, o++) write.setUint8(o, read.getUint8(i));
}
