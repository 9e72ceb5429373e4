/**
 * Octets from a line that a person can read: groups of bits parted by spaces. A plain group is in the order in which
 * the bits arrive (Huffman code words); `n:b` is the number n in b bits, lowest first; `|` fills up the octet.
 */
export function bits(line: string): Uint8Array {
  let row = '';
  for (const group of line.split(/\s+/)) {
    if (group === '|') row = row.padEnd(Math.ceil(row.length / 8) * 8, '0');
    else if (group.includes(':')) {
      const [value, width] = group.split(':').map(Number);
      for (let i = 0; i < width; i++) row += Math.floor(value / 2 ** i) % 2;
    } else row += group;
  }
  const octets = new Uint8Array(Math.ceil(row.length / 8));
  for (let i = 0; i < row.length; i++) if (row[i] === '1') octets[i >> 3] |= 1 << (i & 7);
  return octets;
}

export function hex(octets: string): Uint8Array {
  return new Uint8Array(Buffer.from(octets.replaceAll(' ', ''), 'hex'));
}
