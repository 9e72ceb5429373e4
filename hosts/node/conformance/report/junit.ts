import { type CaseResult, hasFailed } from '../run/result.ts';
import { visible } from './markup.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** Text for an attribute; what XML 1.0 has no character for is written as an escape. */
const attribute = (text: string): string =>
  visible(text).replace(/[&<>"\n\t]/g, (character) => entities[character]!);

function testCase(result: CaseResult): string {
  const { agent, id, description, duration, behavior, behaviorClose } = result;
  const section = id.split('.')[0]!;
  const name = `${id} ${description.split('\n')[0]!}`;
  const head = `    <testcase classname="${attribute(`${agent}.section-${section}`)}" name="${attribute(name)}" time="${(duration / 1000).toFixed(3)}"`;
  if (behavior === 'UNIMPLEMENTED' && !hasFailed(result))
    return `${head}><skipped message="${attribute(result.result)}"/></testcase>`;
  if (!hasFailed(result)) return `${head}/>`;
  const type = behavior === 'FAILED' ? behavior : behaviorClose;
  const why = behavior === 'FAILED' ? result.result : result.resultClose;
  return `${head}><failure type="${attribute(type)}" message="${attribute(why)}"/></testcase>`;
}

function suite(agent: string, results: readonly CaseResult[]): string {
  const failed = results.filter(hasFailed).length;
  const skipped = results.filter((each) => each.behavior === 'UNIMPLEMENTED' && !hasFailed(each)).length;
  const seconds = results.reduce((sum, { duration }) => sum + duration, 0) / 1000;
  const started = results[0]?.started.replace(/\.\d+Z$/, '') ?? '';
  return [
    `  <testsuite name="${attribute(agent)}" tests="${results.length}" failures="${failed}" errors="0" skipped="${skipped}" time="${seconds.toFixed(3)}" timestamp="${started}">`,
    ...results.map(testCase),
    '  </testsuite>',
  ].join('\n');
}

/** Results as JUnit XML, which CI servers read: a suite for each agent, a case for each case. */
export function junitText(results: readonly CaseResult[]): string {
  const agents = [...new Set(results.map(({ agent }) => agent))];
  const suites = agents.map((agent) =>
    suite(
      agent,
      results.filter((each) => each.agent === agent),
    ),
  );
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...suites, '</testsuites>', ''].join(
    '\n',
  );
}
