/** The manifests, as Moddable's mcconfig reads them. `npm run moddable:check` builds them, where an SDK is at hand. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { buildOf, importsOf, isOneFile, isPreloadable, type Build } from './support/manifest.ts';

const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

/** Modules of the SDK that ours import, and the SDK's manifest that brings each along. */
const BROUGHT: Readonly<Record<string, string>> = {
  'embedded:io/socket/tcp': '$(MODDABLE)/modules/io/manifest.json',
  'embedded:io/socket/udp': '$(MODDABLE)/modules/io/manifest.json',
  'embedded:io/socket/listener': '$(MODDABLE)/modules/io/manifest.json',
  'embedded:network/mqtt/client': '$(MODDABLE)/examples/io/tcp/mqttclient/manifest_mqttclient.json',
  system: '$(MODDABLE)/modules/io/manifest.json',
  file: '$(MODDABLE)/modules/files/file/manifest.json',
  'embedded:network/dns/resolver/udp': '$(MODDABLE)/examples/io/udp/dns/manifest_dns.json',
  'embedded:io/socket/tcp/tls': '$(MODDABLE)/examples/io/tcp/tlssocket/manifest.json',
};
/** Those that every app has, from `manifest_base.json`, and what mcconfig makes of the config. */
const BASE = ['time', 'timer', 'Resource', 'mc/config'];

/** Preloads for modules that mcpack puts in, under names of its own. */
const OF_MCPACK = [
  'ringlet/dist/moddable/*',
  'ringlet/deflate-natives',
  'ringlet/deflate',
  'ringlet/uplink-natives',
  'ringlet/request-natives',
];

/** Under the shared specifier there may be Moddable's own client. */
const SHARED = /^embedded:network\/(websocket|ws)\/client$/;

const MANIFESTS = [
  ...[
    'manifest',
    'manifest_wss',
    'manifest_deflate',
    'manifest_file_store',
    'manifest_reconnecting',
    'manifest_server_handshake',
    'manifest_socket',
    'manifest_uplink',
    'manifest_websocket',
    'manifest_websocket_global',
  ].map((name) => `manifests/${name}.json`),
  ...['echo', 'telemetry'].map((app) => `manifests/${app}/manifest.json`),
  ...['phone', 'mqtt'].map((app) => `examples/${app}/manifest.json`),
];
const PLATFORMS = ['esp32', 'esp32/esp32c3', 'esp', 'pico/pico_w', 'lin', 'mac', 'win'];

const library = (platform = 'esp32'): Build => buildOf(path('manifests/manifest.json'), platform);

describe('the manifests', () => {
  test.each(MANIFESTS.flatMap((file) => PLATFORMS.map((on) => [file, on])))(
    '%s for %s: every module, every preload and every import is there',
    (file, platform) => {
      const build = buildOf(path(file), platform);
      const { modules, preload, fromSdk, included, errors } = build;
      expect(errors).toEqual([]);
      for (const source of modules.values()) expect(isOneFile(source), source).toBe(true);
      for (const pattern of preload)
        if (!OF_MCPACK.includes(pattern)) expect(isPreloadable(build, pattern), pattern).toBe(true);
      for (const source of [...modules.values()].filter((name) => !name.includes('ringlet-'))) {
        for (const specifier of importsOf(`${source}.js`))
          if (specifier in BROUGHT) expect(included, source).toContain(BROUGHT[specifier]);
          else expect([...modules.keys(), ...fromSdk, ...BASE], source).toContain(specifier);
      }
    },
  );

  test('each of C is a file of a name that no other library has: objects lie in one folder', () => {
    for (const folder of ['natives', 'random'])
      for (const name of readdirSync(path(`manifests/${folder}`)))
        if (/\.[ch]$/.test(name)) expect(name).toMatch(/^ringlet-/);
  });

  test('manifest_base.json comes first, so that the library can be all that an app includes', () => {
    expect(library().included[0]).toBe('$(MODDABLE)/examples/manifest_base.json');
  });

  test('the stack is as large as the engine needs it, unless the app says otherwise', () => {
    expect(library().creation).toEqual({ stack: 512 });
    expect(buildOf(path('manifests/telemetry/manifest.json'), 'esp32').creation.stack).toBe(768);
  });

  test('no page says another stack than the manifests, which is more than was measured', () => {
    const numbers = JSON.parse(readFileSync(path('bench/memory/expected.json'), 'utf8')) as Record<
      string,
      { value: number }
    >;
    const stacks = Object.keys(numbers).filter((name) => name.startsWith('stack.'));
    expect(stacks.length).toBe(6);
    // What the app's callbacks take beside those of the programs that measured.
    for (const name of stacks) expect(numbers[name].value, name).toBeLessThan(512 - 200);
    const pages = readdirSync(path('docs')).filter((name) => name.endsWith('.md'));
    const said = pages.flatMap((name) => [
      ...readFileSync(path(`docs/${name}`), 'utf8').matchAll(
        /"stack": (\d+)|stack of (\d+) slots|(\d+) slots (?:of stack|of the manifest|that the manifest)/g,
      ),
    ]);
    expect(said.length).toBeGreaterThan(4);
    for (const [text, ...groups] of said) expect(['512', '768'], text).toContain(groups.find(Boolean));
  });

  test('the ESP32-H2 is refused, with the reason', () => {
    expect(library('esp32/esp32h2').errors).toEqual([expect.stringContaining('no Wi-Fi')]);
  });

  test('of the SDK it takes neither crypt nor base64 nor logical: it has natives of its own', () => {
    expect([...library().fromSdk]).toEqual([]);
    expect(library().included.join()).not.toContain('crypt');
  });
});

describe("Moddable's own client in the same app", () => {
  test('is left out, in whatever order the manifests come', () => {
    expect([...library().excluded]).toEqual(['$(MODDABLE)/examples/io/tcp/websocketclient/websocketclient']);
  });

  test('is imported by none of our modules: they import ringlet', () => {
    const files = readdirSync(path('dist/moddable')).filter((name) => name.endsWith('.js'));
    expect(files).toEqual(expect.arrayContaining(['ringlet.js', 'deflate.js', 'ws.js', 'wss.js']));
    for (const name of files)
      for (const specifier of importsOf(path(`dist/moddable/${name}`))) expect(specifier).not.toMatch(SHARED);
    // The shared specifiers themselves are ours.
    for (const name of ['websocket-client', 'ws-client'])
      expect(importsOf(path(`manifests/${name}.js`))).toEqual(['ringlet', 'ringlet']);
  });

  test.each(['deflate', 'ws', 'wss'])('ringlet/%s takes the classes from ringlet', (name) => {
    expect(importsOf(path(`dist/moddable/${name}.js`))).toContain('ringlet');
  });
});
