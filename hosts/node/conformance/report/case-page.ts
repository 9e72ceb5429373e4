import { closingMeanings, type ClosingFacts } from '../endpoint/closing.ts';
import type { CaseResult, ShownEvent } from '../run/result.ts';
import { html, page, verbatim, type Markup } from './markup.ts';
import { statistics } from './statistics-page.ts';
import { caseStyle } from './style.ts';
import { behaviorLooks, closeLooks } from './verdicts.ts';
import { wireLogList } from './wire-log-page.ts';

/** The page of one case. */
export function casePage(result: CaseResult): string {
  const look = behaviorLooks[result.behavior];
  const closeLook = closeLooks[result.behaviorClose];
  const body = html`<main>
    <p class="screen"><a href="index.html#case-${result.id}">All cases</a></p>
    <header class="verdict ${look.tone}">
      <h1>${result.agent} – Case ${result.id}: ${look.word}</h1>
      <p class="when">${result.duration} ms, started ${result.started}</p>
    </header>
    <div class="cards">
      <section class="card">
        <h2>Case description</h2>
        <p class="words">${verbatim(result.description)}</p>
      </section>
      <section class="card">
        <h2>Case expectation</h2>
        <p>${result.expectation}</p>
      </section>
      <section class="card wide">
        <h2>Case outcome</h2>
        <p><span class="badge ${look.tone}">${result.behavior}</span> ${result.result}</p>
        ${events(result)}
      </section>
      <section class="card wide">
        <h2>Case closing behaviour</h2>
        <p>
          <span class="badge ${closeLook.tone}">${result.behaviorClose}</span>
          ${result.resultClose.replace(/\.$/, '')} (${result.behaviorClose})
        </p>
      </section>
    </div>
    <h2>Opening handshake</h2>
    <pre class="http">${head(result.httpRequest) || 'No request came.'}</pre>
    <pre class="http">${head(result.httpResponse) || 'No answer came.'}</pre>
    <h2>Closing behaviour</h2>
    ${closingTable(result)}
    <h2>Wire statistics</h2>
    ${statistics(result)}
    <h2>Wire log</h2>
    ${!result.createWirelog && html`<p class="soft">The log was off when the connection ended.</p>`}
    ${wireLogList(result.wirelog, result.droppedByMe)}
  </main>`;
  return page(`${result.agent} – Case ${result.id}`, caseStyle, body);
}

/** A head as lines of a page; a lone carriage return stays, for it is worth seeing. */
const head = (raw: string): string => raw.trim().replaceAll('\r\n', '\n');

function events({ expected, received, expectedClose, reportTime }: CaseResult): Markup {
  const outcomes = Object.entries(expected);
  const codes = [...new Set(expectedClose.closeCode)].join(' or ');
  return html`<dl class="events">
    ${outcomes.map(
      ([verdict, list]) =>
        html`<dt>Expected for ${verdict}</dt>
          <dd>${eventList(list)}</dd> `,
    )}${
      !(reportTime && outcomes.length === 0) &&
      html`<dt>Observed</dt>
        <dd>${eventList(received)}</dd> `
    }
    <dt>Expected end</dt>
    <dd>
      ${expectedClose.closedByMe ? 'The tester closes' : 'The peer closes or drops the connection'}; code
      ${codes} or none from the peer${expectedClose.requireClean && '; a whole closing handshake'}
    </dd>
  </dl>`;
}

const eventList = (list: readonly ShownEvent[]): Markup =>
  list.length === 0
    ? html`nothing`
    : html`<ol>
        ${list.map((event) => html`<li>${eventWords(event)}</li>`)}
      </ol>`;

function eventWords([kind, words, binary]: ShownEvent): Markup {
  if (kind === 'timeout') return html`pause ${words} ran out`;
  const what = kind === 'pong' ? 'Pong' : binary ? 'binary message' : 'text message';
  return words === '' ? html`${what}, empty` : html`${what} <code>${words}</code>`;
}

const shownFact = (value: ClosingFacts[keyof ClosingFacts]): string => {
  if (value === null) return 'None';
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);
};

const closingTable = (result: CaseResult): Markup =>
  html`<table class="closing">
    <tr>
      <th>Key</th>
      <th>Value</th>
      <th>Description</th>
    </tr>
    ${(Object.keys(closingMeanings) as (keyof ClosingFacts)[]).map(
      (key) =>
        html`<tr>
          <td>${key}</td>
          <td>${shownFact(result[key])}</td>
          <td>${closingMeanings[key]}</td>
        </tr> `,
    )}
  </table>`;
