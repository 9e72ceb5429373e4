import { check, equal, listen, octets, pause, throws, until } from './support.ts';
import type { Clause, HostUnderTest, ListenerLike, ResolverLike } from './support.ts';

/** A label is too long: no name server is asked, which could take its time. */
const NOWHERE = `${'x'.repeat(64)}.invalid`;

function resolver(host: HostUnderTest, options: unknown): ResolverLike {
  return new (host.Resolver as new (options: unknown) => ResolverLike)(options);
}

export const listenerClauses: readonly Clause[] = [
  [
    'Listener wants good options',
    (host) => {
      const Listener = host.Listener as new (options: unknown) => ListenerLike;
      for (const bad of [undefined, null, 1]) throws(() => new Listener(bad), `options ${bad}`);
      for (const bad of [{ port: -1 }, { port: 65536 }, { format: 'buffer' }, { onReadable: 1 }]) {
        throws(() => new Listener(bad), JSON.stringify(bad));
      }
    },
  ],
  [
    'Listener tells how many connections wait, and gives each once',
    async (host) => {
      const told: number[] = [];
      const target = {};
      let misused = false;
      const listener: ListenerLike = await listen(
        host,
        Object.freeze({
          target,
          onReadable(this: unknown, requests: number) {
            misused ||= this !== listener;
            told.push(requests);
          },
        }),
      );
      check(listener.target === target, 'target');
      equal(listener.format, 'socket/tcp', 'format');
      throws(() => (listener.format = 'buffer' as never), 'another format');
      equal(listener.read(), undefined, 'read of nothing');
      const options = { address: '127.0.0.1', port: listener.port };
      const TCP = host.TCP as new (options: object) => InstanceType<HostUnderTest['TCP']>;
      const clients = [new TCP(options), new TCP(options)];
      await until(host, () => told.at(-1) === 2, 'onReadable');
      const accepted = [listener.read(), listener.read()];
      equal(listener.read(), undefined, 'read of nothing');
      check(!misused && accepted.every((socket) => socket !== undefined), 'two sockets');
      // Connected as they are, sockets without callbacks can be used at once.
      accepted[0]!.write(octets(1));
      listener.close();
      listener.close();
      throws(() => listener.read(), 'read after close');
      throws(() => listener.port, 'port after close');
      accepted[1]!.write(octets(1));
      await until(host, () => clients.every((client) => client.read() !== undefined), 'octets');
      for (const socket of [...clients, ...accepted]) socket!.close();
    },
  ],
];

export const resolverClauses: readonly Clause[] = [
  [
    'Resolver wants good options',
    (host) => {
      for (const bad of [undefined, null, 1]) throws(() => resolver(host, bad), `options ${bad}`);
      const dns = resolver(host, {});
      for (const bad of [undefined, {}, { host: '' }]) throws(() => dns.resolve(bad as never), 'resolve');
      throws(() => dns.resolve({ host: 'localhost' }, 1 as never), 'a callback that is none');
      dns.close();
      dns.close();
      throws(() => dns.resolve({ host: 'localhost' }), 'resolve after close');
    },
  ],
  [
    'Resolver answers in both styles, once, after resolve has returned',
    async (host) => {
      const dns = resolver(host, {});
      const answers: unknown[][] = [];
      let inside = true;
      let misused = false;
      const answer = function (this: unknown, ...parameters: unknown[]): void {
        misused ||= inside || this !== dns;
        answers.push(parameters);
      };
      dns.resolve(Object.freeze({ host: '127.0.0.1', onResolved: answer, onError: answer }));
      dns.resolve({ host: '::1' }, answer);
      inside = false;
      await until(host, () => answers.length === 2, 'two answers');
      equal(answers[0].slice(0, 2), ['127.0.0.1', '127.0.0.1'], 'onResolved(host, address)');
      equal(answers[1].slice(0, 3), [null, '::1', '::1'], 'callback(error, address, host)');
      dns.resolve({ host: 'localhost' }, answer);
      await until(host, () => answers.length === 3, 'an answer');
      const [error, address, name] = answers[2];
      equal([error, name], [null, 'localhost'], 'callback(error, address, host)');
      check(address === '127.0.0.1' || address === '::1', 'the address of localhost');
      dns.resolve({ host: NOWHERE, onError: answer });
      dns.resolve({ host: NOWHERE }, answer);
      await until(host, () => answers.length === 5, 'two failures');
      const failures = answers.slice(3).map(([first]) => first);
      check(failures.includes(NOWHERE), 'onError(host)');
      check(
        failures.some((error) => error instanceof Error),
        'callback(error)',
      );
      check(!misused, 'callbacks have the resolver as this, and resolve not below them');
      dns.close();
    },
  ],
  [
    'Resolver forgets what is pending when it is closed',
    async (host) => {
      const dns = resolver(host, {});
      let calls = 0;
      dns.resolve({ host: 'localhost' }, () => (calls += 1));
      dns.resolve({ host: '127.0.0.1', onResolved: () => (calls += 1) });
      dns.close();
      await pause(host, 50);
      equal(calls, 0, 'callbacks');
    },
  ],
];
