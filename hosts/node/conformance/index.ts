/** The conformance lab: a tester for WebSocket endpoints, as server and as client, with reports. */
export { catalogue, findCase, sectionTitles, subsectionTitles } from './catalogue/index.ts';
export type { Case } from './catalogue/case.ts';
export {
  runFuzzingClient,
  type FuzzingClientOptions,
  type FuzzingClientRun,
} from './client/fuzzing-client.ts';
export { addConformanceCommands } from './command.ts';
export { compareResults, compareWithExpected, type Difference, type ExpectedResults } from './compare.ts';
export { ConformanceError, type ConformanceErrorCode } from './errors.ts';
export type { CommonOptions, Progress } from './options.ts';
export { type Badge, badgeOf, badgeSvg } from './report/badge.ts';
export type { IndexEntry, ReportIndex } from './report/index-entry.ts';
export { junitText } from './report/junit.ts';
export { type Outputs, writeOutputs } from './report/outputs.ts';
export { ReportStore } from './report/store.ts';
export { hasFailed, type Behavior, type BehaviorClose, type CaseResult } from './run/result.ts';
export { selectCases, type Selection } from './selection.ts';
export { summarize, summaryText, type Summary } from './summary.ts';
export {
  startFuzzingServer,
  type FuzzingServer,
  type FuzzingServerOptions,
} from './server/fuzzing-server.ts';
