/**
 * What Moddable's mcconfig and mcpack make of manifests and of package.json, as far as ours use it: which file a module is, by
 * the rules of SDK 8.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import typescript from 'typescript';

export interface Manifest {
  readonly include?: string | string[];
  readonly modules?: Record<string, string | string[]>;
  readonly preload?: string | string[];
  readonly config?: Record<string, unknown>;
  readonly creation?: Record<string, unknown>;
  readonly error?: string;
  readonly platforms?: Record<string, Manifest>;
}

export interface Build {
  /** Files without their extension, by module; a file of C has a module's name too. */
  readonly modules: Map<string, string>;
  /** Modules of the SDK, by the name of their folder. */
  readonly fromSdk: Set<string>;
  /** Files of the SDK that are left out wherever a manifest names them. */
  readonly excluded: Set<string>;
  readonly preload: Set<string>;
  /** Manifests of the SDK, in order. */
  readonly included: string[];
  readonly config: Record<string, unknown>;
  readonly creation: Record<string, unknown>;
  readonly errors: string[];
}

const listOf = (value: string | string[] | undefined): string[] => [value ?? []].flat();

/** The part of `platforms` for `platform`: the most particular there is, or the one for all others. */
function partFor(platforms: Record<string, Manifest>, platform: string): Manifest | undefined {
  for (let name = platform; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('/'))))
    for (const key of Object.keys(platforms))
      if (key === name || (key.endsWith('/*') && name.startsWith(key.slice(0, -1)))) return platforms[key];
  return platforms['...'];
}

function merge(build: Build, directory: string, part: Manifest): void {
  const { modules = {}, preload, config, creation, error } = part;
  for (const [specifier, sources] of Object.entries(modules))
    for (const source of listOf(sources)) {
      if (specifier === '~') build.excluded.add(source);
      else if (source.startsWith('$')) build.fromSdk.add(source.split('/').at(-2)!);
      else {
        const name = specifier === '*' ? source.slice(source.lastIndexOf('/') + 1) : specifier;
        // The first who maps a module has it; nobody is told of the others.
        if (!build.modules.has(name)) build.modules.set(name, join(directory, source));
      }
    }
  for (const specifier of listOf(preload)) build.preload.add(specifier);
  Object.assign(build.config, config);
  Object.assign(build.creation, creation);
  if (error !== undefined) build.errors.push(error);
}

function read(build: Build, file: string, platform: string, seen: Set<string>): void {
  if (seen.has(file)) return;
  seen.add(file);
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  const own = partFor(manifest.platforms ?? {}, platform);
  // What is included comes first, and the platform's last among that.
  for (const other of [...listOf(manifest.include), ...listOf(own?.include)])
    if (!other.startsWith('$')) read(build, join(dirname(file), other), platform, seen);
    else if (!build.included.includes(other)) build.included.push(other);
  merge(build, dirname(file), manifest);
  if (own !== undefined) merge(build, dirname(file), own);
}

/** What the manifest `file` and those that it includes come to for `platform`; those of the SDK are named only. */
export function buildOf(file: string, platform: string): Build {
  const build: Build = {
    modules: new Map(),
    fromSdk: new Set(),
    excluded: new Set(),
    preload: new Set(),
    included: [],
    config: {},
    creation: {},
    errors: [],
  };
  read(build, file, platform, new Set());
  return build;
}

/** Whether a preload, which may end with a star, names a module of `build`. */
export function isPreloadable(build: Build, pattern: string): boolean {
  const names = [...build.modules.keys(), ...build.fromSdk];
  return pattern.endsWith('*')
    ? names.some((name) => name.startsWith(pattern.slice(0, -1)))
    : names.includes(pattern);
}

/** What a file of JavaScript imports. */
export const importsOf = (file: string): string[] =>
  typescript.preProcessFile(readFileSync(file, 'utf8')).importedFiles.map(({ fileName }) => fileName);

export interface Package {
  readonly name: string;
  readonly exports: Record<string, unknown>;
  readonly moddable: { readonly manifest: Manifest };
  readonly files: string[];
}

/** The conditions under which mcpack resolves, the first that matches in the order of the keys. */
const CONDITIONS = ['moddable', 'import', 'default'];

/** What `target` of package.json's exports is to mcpack (or with other conditions), or undefined. */
export function resolveTarget(
  target: unknown,
  conditions: readonly string[] = CONDITIONS,
): string | undefined {
  if (typeof target === 'string') return target;
  for (const [condition, inner] of Object.entries(target as Record<string, unknown>)) {
    if (!conditions.includes(condition)) continue;
    const resolved = resolveTarget(inner, conditions);
    if (resolved !== undefined) return resolved;
  }
  return undefined;
}

/** Whether `source`, without its extension, is exactly one file. */
export const isOneFile = (source: string): boolean =>
  [`${source}.js`, `${source}.c`].filter(existsSync).length === 1;
