/** Records that are sent as they are posted: as what they were given, and never before one that waits. */
import { describe, expect, test } from 'vitest';
import { ErrorId } from '../../src/errors.ts';
import { Outbox } from '../../src/uplink/outbox.ts';
import { SUBPROTOCOL } from '../../src/uplink/protocol.ts';
import { words } from '../support/random.ts';
import { Bench, type Message } from './scripted-link.ts';

const WAYS = (['written', 'acknowledged'] as const).flatMap((keep) =>
  [true, false].map((takesAtOnce) => [keep, takesAtOnce] as const),
);

describe.each(WAYS)('kept until %s, by a transport that takes at once: %s', (keep, takesAtOnce) => {
  function begun(): Bench {
    const host = { now: () => 0, random: words(1) };
    const outbox = new Outbox({ memory: 8192, urgentMemory: 4096, keep }, host);
    const bench = new Bench({ outbox }).start();
    bench.link.takesAtOnce = takesAtOnce;
    bench.link.open();
    return bench;
  }

  test('they are binary unless they are said to be text', () => {
    const { uplink, link } = begun();
    const sent: Message[] = [];
    [undefined, {}, { binary: true }, { binary: undefined }, { binary: false }, { urgent: true }].forEach(
      (options, index) => {
        expect(uplink.post(Uint8Array.of(index), options)).toBe(index);
        sent.push({ binary: options?.binary !== false, bytes: [index] });
      },
    );
    expect(link.sent).toEqual(sent);
  });

  test.each([false, true])('a short one waits behind a long one that has no room, urgent: %s', (urgent) => {
    const { uplink, link } = begun();
    const lengths = (): number[] => link.sent.map(({ bytes }) => bytes.length);
    link.takesAtOnce = false;
    const post = (length: number, isUrgent: boolean): number =>
      uplink.post(new Uint8Array(length), { urgent: isUrgent });
    post(900, urgent);
    post(200, urgent);
    post(50, false);
    expect(lengths()).toEqual([900]);
    link.take();
    expect(lengths()).toEqual([900, 200, 50]);
  });
});

test('an uplink is numbered while its connection is one to a gateway', () => {
  const outbox = new Outbox({ memory: 256 }, { now: () => 0, random: words(1) });
  const bench = new Bench({ outbox }).start();
  const seen = [bench.uplink.isNumbered];
  for (const protocol of [SUBPROTOCOL, 'other']) {
    bench.link.open(protocol);
    seen.push(bench.uplink.isNumbered);
    bench.link.over({ error: ErrorId.transportReset });
    seen.push(bench.uplink.isNumbered);
    bench.host.wait(60_000);
  }
  expect(seen).toEqual([false, true, false, false, false]);
});

test('an uplink without an outbox says so to who posts', () => {
  const { uplink } = new Bench().start();
  expect(() => uplink.post(Uint8Array.of(1))).toThrow(
    expect.objectContaining({ id: ErrorId.optionInvalid, message: 'there is no outbox' }),
  );
});
