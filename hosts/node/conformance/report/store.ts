import { createHash } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory } from '../../make-directory.ts';
import { ConformanceError, messageOf } from '../errors.ts';
import { type CaseResult, hasFailed } from '../run/result.ts';
import { casePage } from './case-page.ts';
import type { IndexEntry, ReportIndex } from './index-entry.ts';
import { readIndex } from './read-index.ts';
import { indexPage } from './index-page.ts';

/** Stores of this process; each has drafts of its own. */
let stores = 0;

/**
 * Keeps results and, given a directory, writes their reports: the pages of a case as soon as it is judged, the
 * index at every flush and, in between, at most once a second, so that an interrupted run leaves a whole report. What other
 * runs have left in the directory stays in the index, except where this run says something newer.
 */
export class ReportStore {
  readonly directory: string | null;
  readonly #results = new Map<string, Map<string, CaseResult>>();
  readonly #slugs = new Map<string, string>();
  readonly #number = ++stores;
  #earlier: ReportIndex = {};
  #writing: Promise<void> = Promise.resolve();
  #problem: ConformanceError | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(directory: string | null = null) {
    this.directory = directory;
  }

  /** A store for a directory, the given store itself, or one that writes nothing. */
  static from(report: string | ReportStore | undefined): ReportStore {
    return report instanceof ReportStore ? report : new ReportStore(report ?? null);
  }

  /**
   * Makes the directory, and reads the index of earlier runs. Rejects with CANNOT_WRITE_REPORT when that is not possible, also
   * when there is an index that is none: it is somebody else's.
   */
  async prepare(): Promise<void> {
    if (this.directory === null) return;
    try {
      makeDirectory(this.directory);
    } catch (error) {
      throw this.#cannotWrite(error);
    }
    await this.#readEarlier();
  }

  async #readEarlier(): Promise<void> {
    try {
      this.#earlier = await readIndex(join(this.directory!, 'index.json'));
    } catch (error) {
      throw this.#cannotWrite(error);
    }
    for (const [agent, entries] of Object.entries(this.#earlier)) {
      const [entry] = Object.values(entries);
      if (entry !== undefined && !this.#slugs.has(agent))
        this.#slugs.set(agent, entry.reportfile.replace(/_case_[\d_]+\.json$/, ''));
    }
  }

  /** Ids of the cases that failed in earlier runs: of one agent, or of all. */
  failedEarlier(agent?: string): readonly string[] {
    const failed = new Set<string>();
    for (const [name, entries] of Object.entries(this.#earlier)) {
      if (agent !== undefined && name !== agent) continue;
      for (const [id, entry] of Object.entries(entries)) if (hasFailed(entry)) failed.add(id);
    }
    return [...failed];
  }

  /** Takes a result; a later one for the same agent and case replaces it. */
  add(result: CaseResult): void {
    const known = this.#results.get(result.agent) ?? new Map<string, CaseResult>();
    known.set(result.id, result);
    this.#results.set(result.agent, known);
    if (this.directory === null) return;
    const name = this.#fileName(result);
    this.#write(`${name}.json`, () => `${JSON.stringify(result, null, 2)}\n`);
    this.#write(`${name}.html`, () => casePage(result));
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#writeIndex();
    }, 1000).unref();
  }

  find(agent: string, id: string): CaseResult | null {
    return this.#results.get(agent)?.get(id) ?? null;
  }

  get agents(): readonly string[] {
    return [...this.#results.keys()];
  }

  /** Results of one agent in the order in which they came. */
  resultsOf(agent: string): readonly CaseResult[] {
    return [...(this.#results.get(agent)?.values() ?? [])];
  }

  /** Earlier runs in the same directory, and this one over them. */
  index(): ReportIndex {
    const agents = [...new Set([...Object.keys(this.#earlier), ...this.agents])];
    return Object.fromEntries(agents.map((agent) => [agent, this.#entriesOf(agent)]));
  }

  #entriesOf(agent: string): Record<string, IndexEntry> {
    const own = this.resultsOf(agent).map((result) => [result.id, this.#entry(result)] as const);
    return { ...this.#earlier[agent], ...Object.fromEntries(own) };
  }

  /** Writes the index and waits until everything is written; rejects with CANNOT_WRITE_REPORT if it cannot be. */
  async flush(): Promise<void> {
    if (this.directory === null) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#writeIndex();
    await this.#writing;
    if (this.#problem !== null) throw this.#problem;
  }

  #writeIndex(): void {
    // Another run may have written to it in the meantime.
    this.#writing = this.#writing
      .then(() => this.#readEarlier())
      .catch((error: unknown) => {
        this.#problem ??= error as ConformanceError;
      });
    this.#write('index.json', () => `${JSON.stringify(this.index(), null, 2)}\n`);
    this.#write('index.html', () => indexPage(this.index()));
  }

  /** Files are written one after the other; the first problem is kept for the next flush. */
  #write(name: string, content: () => string): void {
    this.#writing = this.#writing
      .then(async () => {
        const path = join(this.directory!, name);
        // Whoever reads it, or ends us, finds the old one or the new one.
        const draft = `${path}.${process.pid}-${this.#number}.new`;
        await writeFile(draft, content());
        await rename(draft, path);
      })
      .catch((error: unknown) => {
        this.#problem ??= this.#cannotWrite(error);
      });
  }

  #entry(result: CaseResult): IndexEntry {
    const { behavior, behaviorClose, duration, remoteCloseCode } = result;
    return {
      behavior,
      behaviorClose,
      duration,
      remoteCloseCode,
      reportfile: `${this.#fileName(result)}.json`,
    };
  }

  #fileName({ agent, id }: CaseResult): string {
    return `${this.#slug(agent)}_case_${id.replaceAll('.', '_')}`;
  }

  /** The agent's name as a file name; two agents never share one. */
  #slug(agent: string): string {
    const known = this.#slugs.get(agent);
    if (known !== undefined) return known;
    const plain =
      agent
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '_')
        .replace(/^_+|_+$/g, '') || 'agent';
    const taken = new Set(this.#slugs.values());
    // By the name itself, so that a link does not depend on who came first.
    const digest = createHash('sha256').update(agent).digest('hex');
    let slug = plain;
    for (let length = 6; taken.has(slug); length += 2) slug = `${plain}_${digest.slice(0, length)}`;
    this.#slugs.set(agent, slug);
    return slug;
  }

  #cannotWrite(error: unknown): ConformanceError {
    const sentence = `Reports cannot be written to ${this.directory ?? ''}: ${messageOf(error)}`;
    return new ConformanceError('CANNOT_WRITE_REPORT', sentence);
  }
}
