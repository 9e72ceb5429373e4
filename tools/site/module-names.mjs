/**
 * For typedoc: calls each module by what it is imported by, leaves out what is internal (names that begin with `_`), links
 * what is exported to its source, and warns of an export that has no words.
 */
import { readFileSync } from 'node:fs';
import { Application, Comment, Converter, ReflectionKind } from 'typedoc';
import { MarkdownPageEvent } from 'typedoc-plugin-markdown';

const { bugs } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const SOURCES = bugs.url.replace(/issues$/, 'blob/main/{path}#L{line}');

/** Entry files, by what they are imported by. */
const NAMES = {
  src: 'ringlet',
  'hosts/node': 'ringlet/node',
  'hosts/node/websocket': 'ringlet/websocket',
  'hosts/node/websocket/global': 'ringlet/websocket/global',
  'hosts/node/messages': 'ringlet/messages',
  'hosts/moddable/text': 'ringlet/text',
  'hosts/moddable/deflate': 'ringlet/deflate',
  'hosts/node/uplink': 'ringlet/uplink',
  'hosts/moddable/file-store': 'ringlet/file-store',
  'hosts/node/reconnecting': 'ringlet/reconnecting',
  'hosts/node/socket': 'ringlet/socket',
  'hosts/node/server-handshake': 'ringlet/server-handshake',
  'manifests/types/natives': 'ringlet/natives',
  'manifests/types/deflate-natives': 'ringlet/deflate-natives',
  'manifests/types/uplink-natives': 'ringlet/uplink-natives',
  'manifests/types/request-natives': 'ringlet/request-natives',
  'manifests/types/random': 'ringlet/random',
  'hosts/simulated': 'ringlet/simulated',
  'hosts/node/conformance': 'ringlet/conformance',
};

const hasWords = (reflection) =>
  reflection.hasComment() || (reflection.signatures ?? []).some((signature) => signature.hasComment());

/** Where a member comes from says something if one can look there; a class that is not exported says nothing. */
const HERITAGE = ['inheritedFrom', 'overwrites', 'implementationOf'];

function leaveOutHiddenClasses(reflection) {
  for (const name of HERITAGE) if (reflection[name]?.reflection === undefined) delete reflection[name];
}

/** What a module is: the comment that its file begins with. */
function introduce(module) {
  const file = module.sources?.[0]?.fullFileName;
  const [, text] = /^\/\*\*([^]*?)\*\//.exec(file === undefined ? '' : readFileSync(file, 'utf8')) ?? [];
  if (text !== undefined)
    module.comment = new Comment([{ kind: 'text', text: text.replaceAll(/^ \* ?/gm, '').trim() }]);
}

/** Links a module's exports to their sources, and nothing below them. */
function keepSourcesOf(exported, all) {
  for (const reflection of all) if (!exported.has(reflection.parent)) delete reflection.sources;
}

const GETTER = /^#+ [GS]et Signature\n\n/gm;
const GETTER_WITH_TYPE =
  /^(#+ [GS]et Signature\n\n```ts\n[^`]*```\n(?:(?!^#)[^])*?)^#+ Returns\n\n[^\n]+\n+(?=#|\*\*\*|(?![^]))/gm;

/** The page without the headings of accessors that repeat their declaration. */
const shortened = (page) => page.replaceAll(GETTER_WITH_TYPE, '$1').replaceAll(GETTER, '');

export function load(app) {
  app.on(Application.EVENT_BOOTSTRAP_END, () => app.options.setValue('sourceLinkTemplate', SOURCES));
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const reflection of Object.values(project.reflections))
      if (reflection.name.startsWith('_') && reflection.name !== '__type' && reflection.parent !== undefined)
        project.removeReflection(reflection);
    for (const module of project.children ?? []) module.name = NAMES[module.name] ?? module.name;
  });
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    const all = Object.values(project.reflections);
    all.forEach(leaveOutHiddenClasses);
    (project.children ?? []).forEach(introduce);
    keepSourcesOf(new Set(project.children), all);
    for (const module of project.children ?? [])
      for (const child of module.children ?? [])
        if (!child.kindOf(ReflectionKind.Reference) && !hasWords(child))
          app.logger.warn(`${module.name}: ${child.name} is exported and says nothing of itself`);
  });
  app.renderer.on(MarkdownPageEvent.END, (page) => {
    page.contents = shortened(page.contents);
  });
}
