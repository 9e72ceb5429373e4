import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { Timers } from '../../hosts/node/conformance/endpoint/timers.ts';

const timers = new Timers();
afterEach(() => timers.stop());

/** Holds this process up, as making a large message does. */
function holdUp(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

describe('a deadline of the tester', () => {
  test('reads what the peer sent in time before it runs out, although the process was held up', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const peer = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [socket] = (await once(server, 'connection')) as [Socket];
    try {
      const order: string[] = [];
      const ranOut = new Promise<void>((resolve) => {
        timers.after(0.1, () => {
          order.push('ran out');
          resolve();
        });
      });
      socket.on('data', () => order.push('answer'));
      peer.write('in time');
      holdUp(300);
      await ranOut;
      expect(order).toEqual(['answer', 'ran out']);
    } finally {
      peer.destroy();
      socket.destroy();
      server.close();
    }
  });

  test('runs out when nothing holds the process up, and not before', async () => {
    const started = performance.now();
    await new Promise<void>((resolve) => timers.after(0.05, resolve));
    expect(performance.now() - started).toBeGreaterThan(48);
  });

  test('runs out although the process is held up again and again', async () => {
    const nuisance = setInterval(() => holdUp(120), 125);
    try {
      await new Promise<void>((resolve) => timers.after(0.1, resolve));
    } finally {
      clearInterval(nuisance);
    }
  });

  test('never runs out once stopped, held up or not', async () => {
    let ranOut = 0;
    timers.after(0.1, () => ranOut++);
    holdUp(250);
    await pause(0);
    timers.stop();
    await pause(350);
    expect(ranOut).toBe(0);
  });
});
