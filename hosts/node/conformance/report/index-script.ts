/** Filters of the index page: verdicts, section, words. It runs in the browser, from a file, without a network. */
export const indexScript = `
const rows = [...document.querySelectorAll('tr[data-case]')];
const buttons = [...document.querySelectorAll('.filters button')];
const section = document.querySelector('#section');
const words = document.querySelector('#words');
const shown = document.querySelector('#shown');
const headings = [...document.querySelectorAll('tr.section, tr.subsection')];
const fields = new URLSearchParams(location.search);
for (const button of buttons)
  button.setAttribute('aria-pressed', String(!fields.getAll('without').includes(button.dataset.verdict)));
section.value = [...section.options].some((each) => each.value === fields.get('section')) ? fields.get('section') : '';
words.value = fields.get('words') ?? '';
/** The address says what is shown, so that it can be kept and passed on. */
function remember() {
  const next = new URLSearchParams();
  for (const button of buttons)
    if (button.getAttribute('aria-pressed') === 'false') next.append('without', button.dataset.verdict);
  if (section.value !== '') next.set('section', section.value);
  if (words.value !== '') next.set('words', words.value);
  const query = next.toString();
  try { history.replaceState(null, '', (query === '' ? location.pathname : '?' + query) + location.hash); } catch {}
}
/** A link to a case shows the case, whatever is chosen. */
function target() {
  const row = location.hash === '' ? null : document.getElementById(decodeURIComponent(location.hash.slice(1)));
  return rows.includes(row) ? row : null;
}
function apply() {
  const off = new Set(buttons.filter((each) => each.getAttribute('aria-pressed') === 'false').map((each) => each.dataset.verdict));
  const text = words.value.trim().toLowerCase();
  const linked = target();
  const visible = new Set();
  let count = 0;
  for (const row of rows) {
    const verdicts = row.dataset.verdicts.split('|');
    const hide = verdicts.every((each) => off.has(each)) ||
      (section.value !== '' && row.dataset.section !== section.value) ||
      (text !== '' && !row.textContent.toLowerCase().includes(text));
    row.hidden = hide && row !== linked;
    if (!row.hidden) { count++; visible.add('s' + row.dataset.section); visible.add('u' + row.dataset.subsection); }
  }
  for (const each of headings) each.hidden = !visible.has(each.dataset.key);
  shown.textContent = count === rows.length ? 'all ' + count + ' cases' : count + ' of ' + rows.length + ' cases';
}
for (const button of buttons) button.addEventListener('click', () => {
  button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') === 'false'));
  apply();
  remember();
});
const changed = () => { apply(); remember(); };
section.addEventListener('change', changed);
words.addEventListener('input', changed);
addEventListener('hashchange', apply);
apply();
target()?.scrollIntoView({ block: 'center' });
`;
