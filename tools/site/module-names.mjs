/**
 * For typedoc: calls each module by what it is imported by, leaves out what is internal (names that begin with `_`), and
 * warns of an export that has no words.
 */
import { Converter, ReflectionKind } from 'typedoc';

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
  'hosts/simulated': 'ringlet/simulated',
  'hosts/node/conformance': 'ringlet/conformance',
};

const hasWords = (reflection) =>
  reflection.hasComment() || (reflection.signatures ?? []).some((signature) => signature.hasComment());

export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const reflection of Object.values(project.reflections))
      if (reflection.name.startsWith('_') && reflection.name !== '__type' && reflection.parent !== undefined)
        project.removeReflection(reflection);
    for (const module of project.children ?? []) module.name = NAMES[module.name] ?? module.name;
  });
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    for (const module of project.children ?? [])
      for (const child of module.children ?? [])
        if (!child.kindOf(ReflectionKind.Reference) && !hasWords(child))
          app.logger.warn(`${module.name}: ${child.name} is exported and says nothing of itself`);
  });
}
