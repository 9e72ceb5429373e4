// `npm run docs:walk`: opens every page of the built site, and the page of benchmarks if there is one, in Chromium at the
// width of a phone and of a desk, light and dark. Fails on an error of the console, on a request that is not answered, and
// on a page that is wider than its window. Screenshots are in build/site/screens. Without Chromium it says so and ends.
import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { root } from '../setup.mjs';
import { buildSite } from './build.mjs';

const numbers = JSON.parse(readFileSync(join(root, 'bench', 'memory', 'expected.json'), 'utf8'));
const html = join(root, 'build', 'site', 'html');
const screens = join(root, 'build', 'site', 'screens');
const bench = join(root, 'build', 'bench', 'index.html');

const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
};
const WINDOWS = [
  { name: 'phone', width: 390, height: 844 },
  { name: 'desk', width: 1280, height: 900 },
];
const SCHEMES = ['light', 'dark'];

/** Bytes of a connection with the default sizes, as the calculator has to say: what is measured, and its buffers. */
const DEFAULT = numbers.ramPerConnection.value + 2048 + (2048 * 9) / 8 + 384;

/** Where Chromium is: what CHROMIUM says, or what the path has. */
function findChromium() {
  for (const name of [process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome']) {
    if (name === undefined) continue;
    try {
      return execFileSync('sh', ['-c', `command -v "${name}"`], { encoding: 'utf8' }).trim();
    } catch {
      // The next one.
    }
  }
  return undefined;
}

/** Serves the site, and the page of benchmarks as /bench.html. */
function serveSite() {
  const server = createServer(({ url }, response) => {
    const path = decodeURIComponent(new URL(url, 'http://site').pathname);
    const file = path === '/bench.html' ? bench : join(html, path.endsWith('/') ? `${path}index.html` : path);
    const found = [file, `${file}.html`].find((one) => existsSync(one) && statSync(one).isFile());
    if (found === undefined) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': TYPES[extname(found)] ?? 'application/octet-stream' });
    createReadStream(found).pipe(response);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

const pages = () =>
  readdirSync(html, { recursive: true })
    .filter((name) => name.endsWith('.html') && name !== '404.html')
    .map((name) => `/${name}`)
    .concat(existsSync(bench) ? ['/bench.html'] : []);

/** Types into the search of the site, and returns how many pages it finds. */
async function search(page, words) {
  await page.locator('#local-search button').first().click();
  await page.locator('#localsearch-input').fill(words);
  await page.locator('#localsearch-list .result').first().waitFor();
  return page.locator('#localsearch-list .result').count();
}

/** What the calculator says of one connection with and without compression. */
async function calculate(page) {
  const sum = async () => Number((await page.locator('.calculator output').innerText()).replaceAll(',', ''));
  const before = await sum();
  await page.locator('.calculator [name=compression]').check();
  return { before, after: await sum() };
}

async function walk(executablePath) {
  const faults = [];
  const server = await serveSite();
  const origin = `http://127.0.0.1:${server.address().port}`;
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  let count = 0;
  try {
    for (const { name, ...viewport } of WINDOWS)
      for (const colorScheme of SCHEMES) {
        const context = await browser.newContext({ viewport, colorScheme });
        const page = await context.newPage();
        const at = (what) =>
          faults.push(`${page.url().slice(origin.length)} (${name}, ${colorScheme}): ${what}`);
        page.on('console', (message) => message.type() === 'error' && at(message.text()));
        page.on('pageerror', (error) => at(error.message));
        page.on('response', (response) => response.status() >= 400 && at(`${response.url()} is not there`));
        // What the browser fetched beforehand is given up when the next page is opened.
        page.on('requestfailed', (request) => {
          const { errorText } = request.failure();
          if (errorText !== 'net::ERR_ABORTED') at(`${request.url()} failed: ${errorText}`);
        });
        for (const path of pages()) {
          await page.goto(origin + path, { waitUntil: 'load' });
          const [wide, has] = await page.evaluate(() => [
            document.documentElement.scrollWidth - innerWidth,
            document.querySelectorAll('h1').length,
          ]);
          if (wide > 0) at(`${wide} pixels wider than the window`);
          if (has !== 1) at(`${has} titles`);
          const file = `${path.slice(1, -5).replaceAll('/', '-')}-${name}-${colorScheme}.png`;
          await page.screenshot({ path: join(screens, file) });
          count += 1;
        }
        await page.goto(`${origin}/memory.html`, { waitUntil: 'networkidle' });
        const { before, after } = await calculate(page);
        if (before !== DEFAULT || after - before < 9000) at(`the calculator says ${before} and ${after}`);
        await page.goto(`${origin}/`, { waitUntil: 'networkidle' });
        if ((await search(page, 'backpressure')) === 0) at('the search finds nothing');
        await page.screenshot({ path: join(screens, `search-${name}-${colorScheme}.png`) });
        await context.close();
      }
  } finally {
    await browser.close();
    server.close();
  }
  return { faults, count };
}

const executable = findChromium();
if (executable === undefined) process.stdout.write('docs:walk is left out: there is no Chromium.\n');
else {
  if (!process.argv.includes('--built')) await buildSite();
  mkdirSync(screens, { recursive: true });
  const { faults, count } = await walk(executable);
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  process.stdout.write(
    `${count - new Set(faults.map((one) => one.split(': ')[0])).size} passed, ${faults.length} failed\n`,
  );
  process.exitCode = faults.length > 0 ? 1 : 0;
}
