import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const script = fileURLToPath(new URL('../deflate.mjs', import.meta.url));

const heading = /^(.+): \d+ messages of (\d+) octets, window 2\^(\d+)$/;
const figure =
  /^ {2}(deflate|inflate) (.+?) +(?:([\d.]+) % of the data, \S+ of zlib level 1 +)?([\d.]+) MB\/s \(([\d.]+)-([\d.]+)\)/;

/** Runs the comparison of compressors and reads its lines: `{ data, octets, window, act, name, share, speed }`. */
export async function compression(say) {
  say('compression');
  const { stdout } = await run(process.execPath, [script, '--rounds', '3'], { maxBuffer: 1 << 24 });
  const rows = [];
  let group;
  for (const line of stdout.split('\n')) {
    const head = heading.exec(line);
    if (head !== null) group = { data: head[1], octets: Number(head[2]), window: Number(head[3]) };
    const found = figure.exec(line);
    if (found === null) continue;
    const [, act, name, share, ...speeds] = found;
    const [speed, low, high] = speeds.map(Number);
    rows.push({
      ...group,
      act,
      name,
      share: share === undefined ? undefined : Number(share),
      speed,
      low,
      high,
    });
  }
  return rows;
}
