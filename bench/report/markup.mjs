const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export const escaped = (text) => String(text).replace(/[&<>"]/g, (character) => entities[character]);

/** An element with its attributes; content that is no markup has to be escaped before. */
export function element(name, attributes = {}, ...content) {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([key, value]) => ` ${key}="${escaped(value)}"`)
    .join('');
  return `<${name}${written}>${content.flat().join('')}</${name}>`;
}

export const cell = (content, attributes) => element('td', attributes, escaped(content));

/** A table with the heads `heads`; a head that begins with "<" stands above text, on the left. */
export function table(heads, rows, attributes) {
  const head = heads.map((text) =>
    text.startsWith('<')
      ? element('th', { class: 'text' }, escaped(text.slice(1)))
      : element('th', {}, escaped(text)),
  );
  const body = element('tbody', {}, rows);
  return element(
    'div',
    { class: 'wide' },
    element('table', attributes, element('thead', {}, element('tr', {}, head)), body),
  );
}
