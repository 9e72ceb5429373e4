import { writeFile } from 'node:fs/promises';
import { ConformanceError, messageOf } from '../errors.ts';
import type { CaseResult } from '../run/result.ts';
import { badgeOf, badgeSvg } from './badge.ts';
import { junitText } from './junit.ts';

/** Files for other programs. */
export interface Outputs {
  /** JUnit XML. */
  readonly junit?: string;
  /** A badge: a picture if the name ends with .svg, else the JSON that shields.io takes from an endpoint. */
  readonly badge?: string;
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: unknown) => {
    throw new ConformanceError('CANNOT_WRITE_REPORT', `${file} cannot be written: ${messageOf(error)}`);
  });
}

/** Writes what is asked for; rejects with CANNOT_WRITE_REPORT. */
export async function writeOutputs(results: readonly CaseResult[], { junit, badge }: Outputs): Promise<void> {
  if (junit !== undefined) await write(junit, junitText(results));
  if (badge === undefined) return;
  const made = badgeOf(results);
  await write(badge, badge.endsWith('.svg') ? badgeSvg(made) : `${JSON.stringify(made)}\n`);
}
