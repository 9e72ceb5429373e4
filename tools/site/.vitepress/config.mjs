// The site of the documentation: `npm run docs:build`. The pages are those of docs/, put together by tools/docs/stage.mjs.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { SECTIONS } from '../../docs/sections.mjs';

const build = (name) => fileURLToPath(new URL(`../../../build/site/${name}`, import.meta.url));

/** Sections with the pages that are there. */
const sidebar = SECTIONS.map(({ text, collapsed, items }) => ({
  text,
  ...(collapsed === undefined ? {} : { collapsed }),
  items: items
    .filter(([, page]) => existsSync(build(`source/${page}.md`)))
    .map(([title, page]) => ({ text: title, link: `/${page.replace(/(^|\/)index$/, '$1')}` })),
})).filter(({ items }) => items.length > 0);

export default defineConfig({
  title: 'Ringlet',
  description: 'A WebSocket endpoint for JavaScript on microcontrollers, and the same code on Node',
  lang: 'en',
  srcDir: build('source'),
  outDir: build('html'),
  cacheDir: build('cache'),
  // Pages are files, so that any server of files, in any folder, can have them.
  base: process.env.DOCS_BASE ?? '/',
  metaChunk: true,
  markdown: {
    headers: { level: [2, 3] },
    // An option or a name is not broken at its hyphens.
    config({ renderer: { rules } }) {
      const render = rules.code_inline;
      rules.code_inline = (tokens, at, ...rest) => {
        if (tokens[at].content.length <= 24) tokens[at].attrJoin('class', 'short');
        return render(tokens, at, ...rest);
      };
    },
  },
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Node', link: '/start-node' },
      { text: 'ESP32', link: '/device' },
      { text: 'Reference', link: '/reference/' },
      { text: 'Errors', link: '/troubleshooting' },
    ],
    sidebar,
    footer: { message: 'MIT licence' },
  },
});
