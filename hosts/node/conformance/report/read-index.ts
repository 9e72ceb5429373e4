import { readFile } from 'node:fs/promises';
import { findCase } from '../catalogue/index.ts';
import type { IndexEntry, ReportIndex } from './index-entry.ts';
import { behaviorLooks, closeLooks } from './verdicts.ts';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/** A file may be anybody's; what is written into pages is checked, a link above all. */
function isEntry(value: unknown): value is IndexEntry {
  if (!isRecord(value)) return false;
  const { behavior, behaviorClose, duration, remoteCloseCode, reportfile } = value;
  return (
    Object.hasOwn(behaviorLooks, String(behavior)) &&
    Object.hasOwn(closeLooks, String(behaviorClose)) &&
    isCount(duration) &&
    (remoteCloseCode === null || isCount(remoteCloseCode)) &&
    typeof reportfile === 'string' &&
    /^[a-z0-9_]+_case_[\d_]+\.json$/.test(reportfile)
  );
}

/** Reads the index that earlier runs have left; an empty one if there is none. Rejects if it is not of that shape. */
export async function readIndex(path: string): Promise<ReportIndex> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    content = undefined;
  }
  const isIndex =
    isRecord(content) &&
    Object.values(content).every(
      (entries) =>
        isRecord(entries) &&
        Object.entries(entries).every(([id, entry]) => findCase(id) !== undefined && isEntry(entry)),
    );
  if (!isIndex) throw new Error('its index.json is not of this tester; choose another directory');
  return content as unknown as ReportIndex;
}
