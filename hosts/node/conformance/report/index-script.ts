/** Filters of the index page: verdicts, section, words. It runs in the browser, from a file, without a network. */
export const indexScript = `
const rows = [...document.querySelectorAll('tr[data-case]')];
const buttons = [...document.querySelectorAll('.filters button')];
const section = document.querySelector('#section');
const words = document.querySelector('#words');
const shown = document.querySelector('#shown');
const headings = [...document.querySelectorAll('tr.section, tr.subsection')];
function apply() {
  const off = new Set(buttons.filter((each) => each.getAttribute('aria-pressed') === 'false').map((each) => each.dataset.verdict));
  const text = words.value.trim().toLowerCase();
  const visible = new Set();
  let count = 0;
  for (const row of rows) {
    const verdicts = row.dataset.verdicts.split('|');
    const hide = verdicts.every((each) => off.has(each)) ||
      (section.value !== '' && row.dataset.section !== section.value) ||
      (text !== '' && !row.textContent.toLowerCase().includes(text));
    row.hidden = hide;
    if (!hide) { count++; visible.add('s' + row.dataset.section); visible.add('u' + row.dataset.subsection); }
  }
  for (const each of headings) each.hidden = !visible.has(each.dataset.key);
  shown.textContent = count === rows.length ? 'all ' + count + ' cases' : count + ' of ' + rows.length + ' cases';
}
for (const button of buttons) button.addEventListener('click', () => {
  button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') === 'false'));
  apply();
});
section.addEventListener('change', apply);
words.addEventListener('input', apply);
apply();
`;
