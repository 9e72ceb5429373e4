// `npm run api:check`: holds what the package exports, with its types, to the reports in test/api. A change of the interface
// changes a report, and whoever reviews it sees it; `npm run api:update` writes them anew. Exits with 1 on a difference.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { root, setUp } from './setup.mjs';

const FOLDER = join(root, 'test', 'api');
const isUpdate = process.argv.includes('--update');

/** Declarations that the package exports, by what they are imported by. */
function entries() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const found = [];
  for (const [path, target] of Object.entries(exports))
    for (const [condition, types] of [
      ['', target.types],
      ['moddable', target.moddable?.types],
    ])
      if (types !== undefined)
        found.push({
          name: ['ringlet', ...path.split('/').slice(1), condition].filter(Boolean).join('.'),
          types,
        });
  return found;
}

/** The report of one entry, as api-extractor writes it. */
function reportOf({ name, types }) {
  const work = join(root, 'build', 'api');
  mkdirSync(work, { recursive: true });
  const config = ExtractorConfig.prepare({
    packageJsonFullPath: join(root, 'package.json'),
    configObjectFullPath: join(root, 'tools', 'api-extractor.json'),
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, types),
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'ES2022',
            lib: ['ES2022', 'ES2024.ArrayBuffer', 'DOM'],
            module: 'ESNext',
            moduleResolution: 'bundler',
            customConditions: name.endsWith('.moddable') ? ['moddable'] : [],
            types: ['node'],
            skipLibCheck: true,
          },
          files: [join(root, types)],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: work,
        reportTempFolder: join(work, 'temp'),
        // What a class that is exported inherits is its interface, too.
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
  Extractor.invoke(config, { localBuild: true, messageCallback: (message) => (message.handled = true) });
  return readFileSync(join(work, `${name}.api.md`), 'utf8');
}

await setUp();
mkdirSync(FOLDER, { recursive: true });
const changed = [];
for (const entry of entries()) {
  const file = join(FOLDER, `${entry.name}.api.md`);
  const report = reportOf(entry);
  if (existsSync(file) && readFileSync(file, 'utf8') === report) continue;
  changed.push(`test/api/${entry.name}.api.md`);
  if (isUpdate) writeFileSync(file, report);
  else writeFileSync(join(root, 'build', 'api', `${entry.name}.new.api.md`), report);
}
if (changed.length === 0) process.stdout.write('The interface is as it is written down.\n');
else if (isUpdate) process.stdout.write(`written: ${changed.join(', ')}\n`);
else {
  process.stderr.write(
    `The interface has changed: ${changed.join(', ')}. If it was meant to, npm run api:update writes it down.\n`,
  );
  process.exitCode = 1;
}
