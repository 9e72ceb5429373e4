import type { Plugin } from 'rollup';
import { expect, test } from 'vitest';
import { madeBy } from './support/made.ts';

const { boundClass } = (await import('../../tools/bundle/bound-class.mjs' as string)) as {
  boundClass: Plugin;
};

const made = (code: string) => madeBy([boundClass], code, true);

test('a class that gives the one above it a constant becomes that one', async () => {
  const { text, exports } = await made(`
    let Base = class Client {
      static own = () => Client.name;
      constructor(options, host) { this.options = options; this.host = host; this.later = () => ({ host }).host; }
    };
    const lent = { host: 'lent' };
    class Client extends Base { constructor(options) { super(options, lent); } }
    export const make = (options) => new Client(options);
    export { Client, Client as default };`);
  expect(text.match(/\bclass\b/g)).toHaveLength(1);
  const {
    Client,
    default: same,
    make,
  } = exports as Record<string, new (options: number) => Record<string, unknown>>;
  expect(same).toBe(Client);
  expect(Client.name).toBe('Client');
  expect(Client).toHaveLength(1);
  const client = (make as unknown as (options: number) => Record<string, unknown>)(3);
  expect(client).toBeInstanceOf(Client);
  expect(client).toMatchObject({ options: 3, host: { host: 'lent' } });
});

test('a variable of the same name is another one, and a property keeps its name', async () => {
  const { exports } = await made(`
    class Base {
      constructor(options, host) {
        let request;
        {
          let host = 'gateway';
          host += ':' + options;
          request = { host };
        }
        const { host: inner } = request;
        const names = [];
        for (const host of ['a', 'b']) names.push(host);
        try { throw 'thrown'; } catch (host) { names.push(host); }
        const by = ((host) => host)('given');
        const from = (({ host }) => host)({ host: 'pattern' });
        this.all = [{ host }, inner, host.proof, names, by, from];
      }
    }
    const lent = { proof: 1 };
    export class Client extends Base { constructor(options) { super(options, lent); } }`);
  const { all } = new (exports.Client as new (options: number) => { all: unknown[] })(80);
  expect(all).toEqual([{ host: { proof: 1 } }, 'gateway:80', 1, ['a', 'b', 'thrown'], 'given', 'pattern']);
});

test('a class that does more stays', async () => {
  const { text } = await made(`
    class Base { constructor(options, host) { this.host = host; } }
    export class Client extends Base { constructor(options) { super(options, 1); } more() {} }`);
  expect(text.match(/\bclass\b/g)).toHaveLength(2);
});
