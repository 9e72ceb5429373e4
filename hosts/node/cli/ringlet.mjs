#!/usr/bin/env node
// The command `ringlet`. In a fresh clone it first builds what it runs; an installed package brings it along.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const setup = new URL('../../../tools/setup.mjs', import.meta.url);
if (existsSync(fileURLToPath(setup))) await (await import(setup.href)).setUp();
const { main } = await import(new URL('../../../dist/cli.js', import.meta.url).href);
await main(process.argv);
