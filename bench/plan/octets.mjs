import { bare } from './peers.mjs';

const SIZES = [125, 1024, 65536];

/** The two loops that look at every octet: ours as part of a received message, the others alone. */
export function octets() {
  const scenes = [];
  for (const size of SIZES) {
    scenes.push({
      id: `mask/${size}`,
      group: 'Masking',
      label: `${size} octets`,
      work: 'mask',
      options: { size },
      count: 20000,
      peers: [{ name: 'ringlet' }, { name: 'ws', env: bare }, { name: 'bufferutil' }],
    });
  }
  for (const kind of ['text', 'mixed']) {
    for (const size of SIZES) {
      scenes.push({
        id: `utf8/${kind}-${size}`,
        group: 'UTF-8',
        label: `${kind === 'text' ? 'ASCII' : 'multibyte'}, ${size} octets`,
        work: 'utf8',
        options: { kind, size },
        count: 5000,
        peers: ['ringlet', 'ringlet, no native', 'buffer.isUtf8', 'utf-8-validate'].map((name) => ({
          name,
        })),
      });
    }
  }
  return scenes;
}
