import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Gateway, type GatewayOptions } from '../../../hosts/node/cli/gateway/gateway.ts';
import { RecordFile } from '../../../hosts/node/cli/gateway/record-file.ts';
import { csv, ndjson } from '../../../hosts/node/cli/gateway/row.ts';
import { Outbox } from '../../../src/uplink/index.ts';
import { isAfter } from '../../../src/uplink/numbers.ts';
import { ACKNOWLEDGEMENT, RecordFlag, SUBPROTOCOL } from '../../../src/uplink/protocol.ts';
import { Bench } from '../../uplink/scripted-link.ts';
import { random, restart, type Target } from './reading.ts';

/** A message that octets say, and where it is cut. */
interface Message {
  readonly payload: Uint8Array;
  readonly binary: boolean;
  readonly cut: number;
}

/** One message after the other: its length and whether it is text, where it is cut, what it holds. */
function messagesOf(octets: Uint8Array): Message[] {
  const messages: Message[] = [];
  for (let at = 0; at + 2 <= octets.length;) {
    const length = octets[at] & 63;
    const payload = octets.slice(at + 2, at + 2 + length);
    messages.push({ payload, binary: (octets[at] & 64) === 0, cut: octets[at + 1] % (payload.length + 1) });
    at += 2 + length;
  }
  return messages;
}

const COUNT = 12;
const isUrgent = (number: number): boolean => number % 5 === 4;

/** What an uplink made of messages of its gateway, and which records it still keeps. */
function received(messages: readonly Message[], isCut: boolean): { told: string[]; kept: number[] } {
  const told: string[] = [];
  restart();
  const outbox = new Outbox(
    { memory: 4096, urgentMemory: 512, keep: 'acknowledged' },
    { now: () => 0, random },
  );
  let data = '';
  const bench = new Bench({
    outbox,
    onData(bytes, start, end, binary, more) {
      data += Buffer.from(bytes.subarray(start, end)).toString('hex');
      if (more) return;
      told.push(`${binary ? 'binary' : 'text'} ${data}`);
      data = '';
    },
    onAcknowledged: (upTo, urgent, count) => void told.push(`${upTo} ${urgent} ${count}`),
  });
  bench.start();
  bench.link.takesAtOnce = true;
  bench.link.open(SUBPROTOCOL);
  for (let number = 0; number < COUNT; number++)
    bench.uplink.post(Uint8Array.of(number), { urgent: isUrgent(number) });
  for (const { payload, binary, cut } of messages) {
    const { link } = bench;
    if (!isCut) link.sink.linkReceived(payload, 0, payload.length, binary, false);
    else {
      link.sink.linkReceived(payload, 0, cut, binary, true);
      link.sink.linkReceived(payload, cut, payload.length, binary, false);
    }
  }
  const ring = outbox._ring;
  ring._rewind();
  const kept: number[] = [];
  for (let record = ring._next(); record >= 0; record = ring._next()) {
    kept.push(ring._bytes[record + 16]);
    ring._sent(record);
  }
  return { told, kept: kept.sort((a, b) => a - b) };
}

/** What a gateway sends: acknowledgements, however they are cut, let go what they name and nothing else. */
export const acknowledgements: Target = (octets) => {
  const messages = messagesOf(octets);
  const whole = received(messages, false);
  const pieces = received(messages, true);
  if (JSON.stringify(whole) !== JSON.stringify(pieces))
    throw new Error(`${JSON.stringify(pieces)} instead of ${JSON.stringify(whole)}`);
  let kept = Array.from({ length: COUNT }, (_, number) => number);
  for (const { payload, binary } of messages) {
    if (!binary || payload.length !== 8 || payload[0] !== ACKNOWLEDGEMENT) continue;
    const upTo = new DataView(payload.buffer).getUint32(4, true);
    const urgent = (payload[1] & RecordFlag.urgent) !== 0;
    // All are sent; a number behind the last of its lane was never sent. One that is half of all numbers away from it is
    // neither behind nor in front (RFC 1982 §3.2).
    const last = Array.from({ length: COUNT }, (_, n) => n)
      .filter((n) => isUrgent(n) === urgent)
      .at(-1)!;
    if (((upTo - last) | 0) === -(2 ** 31)) return;
    if (!isAfter(upTo, last))
      kept = kept.filter((n) => isUrgent(n) !== urgent || n > upTo || upTo > 0x7fffffff);
  }
  if (kept.join() !== whole.kept.join()) throw new Error(`kept are ${whole.kept.join()}, not ${kept.join()}`);
};

const FILE = join(tmpdir(), `fuzz-gateway-${process.pid}`);

/** What senders send a gateway: the first bit of a message says which of two; every record is written once. */
export const gateway: Target = async (octets) => {
  const format = (octets[0] ?? 0) & 1 ? csv : ndjson;
  rmSync(FILE, { force: true });
  const file = new RecordFile(FILE, format);
  const center = new (Gateway as unknown as new (options: Partial<GatewayOptions>) => Gateway)({
    file,
    acknowledgesEach: ((octets[0] ?? 0) & 2) !== 0,
  });
  const acknowledged: string[] = [];
  const closes: number[] = [];
  const senders = [0, 1].map((which) => {
    const endpoint = {
      closeCode: 1006,
      close: (code: number) => void closes.push(code),
      drop() {},
      send: (bytes: Uint8Array, start: number) => {
        const view = new DataView(bytes.buffer, bytes.byteOffset + start, 8);
        acknowledged.push(`${which} ${view.getUint8(1)} ${view.getUint32(4, true)}`);
        return 0;
      },
    };
    const sender = { gateway: center, endpoint, session: '', name: '', normal: -1, urgent: -1 };
    center.opened(sender as never);
    return sender;
  });
  for (const { payload, binary } of messagesOf(octets.subarray(1)))
    center.take(senders[binary ? 0 : 1] as never, Buffer.from(payload));
  await new Promise((resolve) => setImmediate(resolve));
  for (const code of closes) if (code !== 1002) throw new Error(`closed with ${code}`);
  const text = readFileSync(FILE, 'utf8');
  const rows = text.slice(format.head.length).split('\n').slice(0, -1);
  if (rows.length !== center.counters.records)
    throw new Error(`${rows.length} lines for ${center.counters.records} records`);
  const keys = rows.map((row) => format.keyOf(row));
  if (keys.includes(undefined)) throw new Error(`no line: ${rows[keys.indexOf(undefined)]}`);
  // A sender that jumps by half of all numbers comes back to where it was.
  const isNear = keys.every((key) => key!.number < 2 ** 30);
  if (isNear && new Set(keys.map((key) => JSON.stringify(key))).size !== keys.length)
    throw new Error('a record is there twice');
  file.close();
  // After a start it knows from the file what it knew before.
  const again = new RecordFile(FILE, format);
  for (const { session } of senders) {
    if (session === '') continue;
    const [now, then] = [again.progressOf(session), file.progressOf(session)];
    if (JSON.stringify(now) !== JSON.stringify(then))
      throw new Error(`${JSON.stringify(now)} after a start, ${JSON.stringify(then)} before`);
  }
  again.close();
  rmSync(FILE, { force: true });
};
