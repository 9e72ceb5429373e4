import { Random } from './random.ts';

const side = 512;
const headerLength = 14 + 40 + 256 * 4;

/** A picture of 512 × 512 pixels in 256 greys as a BMP file: slopes, rings and noise, as a photograph has. */
export function writeBitmap(): Buffer {
  const random = new Random(0x626d7030);
  const file = Buffer.alloc(headerLength + side * side);
  file.write('BM', 0, 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(headerLength, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(side, 18);
  file.writeInt32LE(side, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(8, 28);
  file.writeUInt32LE(side * side, 34);
  for (let grey = 0; grey < 256; grey++) file.writeUInt32LE(grey * 0x010101, 54 + 4 * grey);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const slope = (x + 2 * y) >> 3;
      // Whole numbers only: sines could round differently from one engine to the next.
      const rings = (((x - 300) * (x - 300) + (y - 180) * (y - 180)) >> 7) & 63;
      file[headerLength + y * side + x] = (slope + rings + random.below(6)) & 255;
    }
  }
  return file;
}
