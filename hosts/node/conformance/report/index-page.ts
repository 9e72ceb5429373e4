import { catalogue, sectionTitles, subsectionTitles } from '../catalogue/index.ts';
import type { Case } from '../catalogue/case.ts';
import type { Behavior } from '../run/result.ts';
import type { IndexEntry, ReportIndex } from './index-entry.ts';
import { html, page, type Markup } from './markup.ts';
import { indexScript } from './index-script.ts';
import { indexStyle } from './style.ts';
import { behaviorLooks, behaviorMeanings, closeLooks } from './verdicts.ts';

const behaviors = Object.keys(behaviorLooks) as Behavior[];
const sectionOf = (id: string): string => id.split('.')[0]!;
const subsectionOf = (id: string): string => id.split('.').slice(0, 2).join('.');

/** The page that lays all agents beside all cases that any of them has run. */
export function indexPage(index: ReportIndex): string {
  const agents = Object.keys(index);
  const ran = catalogue.filter(({ id }) => agents.some((agent) => index[agent]![id] !== undefined));
  const sections = [...new Set(ran.map(({ id }) => sectionOf(id)))];
  const body = html`<main>
    <h1>WebSocket conformance report</h1>
    <p class="soft">
      ${ran.length} of ${catalogue.length} cases, ${agents.length} ${agents.length === 1 ? 'peer' : 'peers'}.
      A cell links to all that was seen of the case; on its right stand the close code that the peer sent and
      the time.
    </p>
    <div class="scroll">
      <table>
        <tr>
          <th>Peer</th>
          ${behaviors.map((each) => html`<th class="number">${behaviorLooks[each].word}</th>`)}
          <th class="number">Bad end</th>
        </tr>
        ${agents.map((agent) => summary(agent, Object.values(index[agent]!)))}
      </table>
    </div>
    <div class="legend">
      ${behaviors.map(
        (each) =>
          html`<span class="badge ${behaviorLooks[each].tone}">${behaviorLooks[each].word}</span
            ><span>${behaviorMeanings[each]}</span> `,
      )}
    </div>
    <div class="filters screen">
      ${behaviors.map(
        (each) =>
          html`<button class="${behaviorLooks[each].tone}" data-verdict="${each}" aria-pressed="true">
            ${behaviorLooks[each].word}
          </button> `,
      )}<select id="section" aria-label="Section">
        <option value="">All sections</option>
        ${sections.map((each) => html`<option value="${each}">${each} ${sectionTitles[each]}</option> `)}
      </select>
      <input id="words" type="search" placeholder="id or words" aria-label="Case id or words" />
      <span id="shown" class="soft"></span>
    </div>
    <div class="scroll${agents.length > 2 ? ' many' : ''}">
      <table class="matrix">
        <thead>
          <tr>
            <th>Case</th>
            ${agents.map((agent) => html`<th>${agent}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${ran.map((each, position) => [...headings(each, ran[position - 1], index, agents), caseRow(each, index, agents)])}
        </tbody>
      </table>
    </div>
  </main>`;
  return page('WebSocket conformance report', indexStyle, body, indexScript);
}

const tally = (entries: readonly IndexEntry[], behavior: Behavior): number =>
  entries.filter((entry) => entry.behavior === behavior).length;

const badEnd = ({ behaviorClose }: IndexEntry): boolean =>
  behaviorClose !== 'OK' && behaviorClose !== 'INFORMATIONAL';

const summary = (agent: string, entries: readonly IndexEntry[]): Markup =>
  html`<tr>
    <th>${agent}</th>
    ${behaviors.map((each) => html`<td class="number">${tally(entries, each)}</td>`)}
    <td class="number">${entries.filter(badEnd).length}</td>
  </tr> `;

/** The headings that stand before a case because the case before it belongs elsewhere. */
function headings(
  { id }: Case,
  before: Case | undefined,
  index: ReportIndex,
  agents: readonly string[],
): readonly Markup[] {
  const section = sectionOf(id);
  const subsection = subsectionOf(id);
  const found: Markup[] = [];
  if (before === undefined || sectionOf(before.id) !== section) {
    found.push(
      html`<tr class="section" data-key="s${section}">
        <th>${section} ${sectionTitles[section]}</th>
        ${agents.map((agent) => html`<th class="counts">${counts(index, agent, section)}</th>`)}
      </tr> `,
    );
  }
  const title = subsectionTitles[subsection];
  if (title !== undefined && (before === undefined || subsectionOf(before.id) !== subsection)) {
    found.push(
      html`<tr class="subsection" data-key="u${subsection}">
        <th colspan="${agents.length + 1}">${subsection} ${title}</th>
      </tr> `,
    );
  }
  return found;
}

function counts(index: ReportIndex, agent: string, section: string): readonly Markup[] {
  const entries = Object.entries(index[agent]!)
    .filter(([id]) => sectionOf(id) === section)
    .map(([, entry]) => entry);
  return behaviors
    .filter((each) => tally(entries, each) > 0)
    .map((each) => html`<span>${tally(entries, each)} ${behaviorLooks[each].word.toLowerCase()}</span>`);
}

/** A description in one line: what was sent stands behind a colon. */
const inOneLine = (description: string): string =>
  description.replace(/\.\n\nMESSAGE:\n[^]*\n(\w+)$/, ': $1');

function caseRow({ id, description }: Case, index: ReportIndex, agents: readonly string[]): Markup {
  // A bad end counts as a failure, so the filter for failures shows it.
  const verdicts = agents.flatMap((agent) => {
    const entry = index[agent]![id];
    return entry === undefined ? [] : [badEnd(entry) ? 'FAILED' : entry.behavior];
  });
  return html`<tr
    id="case-${id}"
    data-case="${id}"
    data-section="${sectionOf(id)}"
    data-subsection="${subsectionOf(id)}"
    data-verdicts="${[...new Set(verdicts)].join('|')}"
  >
    <th class="case"><span class="id">${id}</span>${inOneLine(description)}</th>
    ${agents.map((agent) => cell(index[agent]![id]))}
  </tr> `;
}

function cell(entry: IndexEntry | undefined): Markup {
  if (entry === undefined) return html`<td class="soft">not run</td>`;
  const { tone, word } = behaviorLooks[entry.behavior];
  const { tone: endTone, word: endWord } = closeLooks[entry.behaviorClose];
  const end = badEnd(entry) ? html`<span class="badge ${endTone}">${endWord}</span> ` : null;
  const href = entry.reportfile.replace(/\.json$/, '.html');
  return html`<td class="cell ${tone}">
    <a href="${href}"
      ><span>${word}</span
      ><span class="aside">${end}${entry.remoteCloseCode ?? 'no code'}, ${entry.duration} ms</span></a
    >
  </td>`;
}
