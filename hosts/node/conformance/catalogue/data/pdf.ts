import { Random } from './random.ts';

/** Octets as a compressed stream has them: almost nothing left to compress. */
function noise(random: Random, length: number): Buffer {
  const result = Buffer.alloc(length);
  for (let at = 0; at < length; at++) result[at] = random.below(256);
  return result;
}

/** A document in the shape of a PDF with forty page streams, about 1,000,000 octets. */
export function writePdf(): Buffer {
  const random = new Random(0x70646631);
  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n')];
  const offsets: number[] = [];
  let length = parts[0]!.length;
  const add = (part: Buffer): void => {
    parts.push(part);
    length += part.length;
  };
  for (let object = 1; object <= 80; object += 2) {
    const stream = noise(random, 22_000 + random.below(6_000));
    offsets.push(length);
    add(
      Buffer.from(
        `${object} 0 obj\n<< /Type /Page /MediaBox [0 0 595 842] /Contents ${object + 1} 0 R >>\nendobj\n`,
      ),
    );
    offsets.push(length);
    add(Buffer.from(`${object + 1} 0 obj\n<< /Length ${stream.length} /Filter /FlateDecode >>\nstream\n`));
    add(stream);
    add(Buffer.from('\nendstream\nendobj\n'));
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const start = length;
  add(
    Buffer.from(
      `xref\n0 81\n0000000000 65535 f \n${table}trailer\n<< /Size 81 >>\nstartxref\n${start}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}
