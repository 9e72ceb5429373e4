import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What a Moddable manifest says that matters to a program on a simulated machine. */
export interface Build {
  /** URLs of modules by specifier. */
  readonly modules: Record<string, string>;
  /** Specifiers, in the order in which they are to be evaluated. */
  readonly preload: string[];
  readonly config: Record<string, unknown>;
}

interface Manifest {
  readonly include?: string | readonly string[];
  readonly modules?: Readonly<Record<string, string | readonly string[]>>;
  readonly preload?: string | readonly string[];
  readonly config?: Readonly<Record<string, unknown>>;
  readonly platforms?: Readonly<Record<string, Manifest>>;
}

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

/** The folder of this library: the first above this module that has the manifests. */
function libraryFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'manifests', 'manifest.json')) && dirname(folder) !== folder)
    folder = dirname(folder);
  return folder + sep;
}

/**
 * Reads `file` and the manifests that it includes for `platform` (else `...`). Manifests and modules of the SDK, whose paths
 * begin with `$(…)`, are left out, and whatever else is to be an `embedded:…` than what this library has for that: the simulated
 * machine has modules of its own for them. Throws what reading and parsing throw.
 */
export function readManifest(file: string, platform: string): Build {
  const build: Build = { modules: {}, preload: [], config: {} };
  const library = libraryFolder();
  const read = (path: string): void => {
    const here = dirname(path);
    const merge = ({ include, modules = {}, preload, config, platforms = {} }: Manifest): void => {
      for (const other of listOf(include)) if (!other.startsWith('$')) read(resolve(here, other));
      for (const [specifier, sources] of Object.entries(modules))
        for (const source of listOf(sources)) {
          if (source.startsWith('$') || source.includes('*')) continue;
          const name = specifier === '*' ? source.slice(source.lastIndexOf('/') + 1) : specifier;
          if (name.startsWith('embedded:') && !here.startsWith(library)) continue;
          const script = source.endsWith('.js') ? source : `${source}.js`;
          build.modules[name] = pathToFileURL(join(here, script)).href;
        }
      for (const specifier of listOf(preload))
        if (!build.preload.includes(specifier)) build.preload.push(specifier);
      Object.assign(build.config, config);
      const own = platforms[platform] ?? platforms['...'];
      if (own !== undefined) merge(own);
    };
    merge(JSON.parse(readFileSync(path, 'utf8')) as Manifest);
  };
  read(resolve(file));
  return build;
}
