import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

it("fits where lib.dom's WebSocket is expected", async () => {
  const compiler = path('../../node_modules/typescript/bin/tsc');
  const { stdout } = await promisify(execFile)(process.execPath, [compiler, '-p', path('types')]).catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout).toBe('');
});
