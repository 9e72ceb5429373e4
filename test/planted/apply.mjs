// What a planted fault is, and how it is put into a text.

/**
 * `source` with the fault in it. Throws if its place is not there, or is there twice: then the code has changed, and the
 * fault has to be written anew.
 */
export function planted(source, { name, file, from, to }) {
  const at = source.indexOf(from);
  if (at < 0) throw new Error(`${name}: ${file} has no ${JSON.stringify(from)}`);
  if (source.includes(from, at + 1)) throw new Error(`${name}: ${file} has ${JSON.stringify(from)} twice`);
  return source.slice(0, at) + to + source.slice(at + from.length);
}
