type Leniency = 'overlong' | 'surrogates' | 'beyond';

const smallest = [0, 0, 0x80, 0x800, 0x10000];

/** A UTF-8 checker that forgives one kind of fault. It decodes to numbers first and judges the numbers. */
export const lenientUtf8 =
  (leniency: Leniency) =>
  (octets: Buffer, final: boolean): boolean => {
    let at = 0;
    while (at < octets.length) {
      const lead = octets[at]!;
      const length =
        lead < 0x80 ? 1 : lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? 4 : 0;
      if (length === 0) return false;
      let value = length === 1 ? lead : lead & (0x7f >> length);
      for (let next = 1; next < length; next++) {
        if (at + next === octets.length) return !final;
        const octet = octets[at + next]!;
        if (octet >> 6 !== 2) return false;
        value = (value << 6) | (octet & 0x3f);
      }
      if (value < smallest[length]! && leniency !== 'overlong') return false;
      if (value >= 0xd800 && value <= 0xdfff && leniency !== 'surrogates') return false;
      if (value > 0x10ffff && leniency !== 'beyond') return false;
      at += length;
    }
    return true;
  };
