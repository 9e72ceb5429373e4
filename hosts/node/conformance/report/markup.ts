/** Markup that is known to be safe: it came out of `html`. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Content = Markup | string | number | boolean | null | undefined | readonly Content[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Characters that a browser would not show, or would obey: control and format characters, line separators,
 * surrogates, private and unassigned code points. Line feeds and tabs stay.
 */
const unprintable = /[^\P{C}\n\t]|[\p{Zl}\p{Zp}]/gu;

/** Text as a reader can see all of it: what cannot be printed becomes `\u{…}`. */
export const visible = (text: string): string =>
  text.replace(unprintable, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);

const escape = (text: string): string =>
  visible(text).replace(/[&<>"']/g, (character) => entities[character]!);

/**
 * Text whose characters are shown as they are, also those that nobody has assigned; only what would drive the page is not.
 * Lines are kept by the style.
 */
export const verbatim = (text: string): Markup =>
  new Markup(
    text
      .replace(/[^\P{Cc}\n\t]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, visible)
      .replace(/[&<>"']/g, (character) => entities[character]!),
  );

function render(content: Content): string {
  if (content instanceof Markup) return content.text;
  if (Array.isArray(content)) return content.map(render).join('');
  if (content === null || content === undefined || content === false) return '';
  return escape(String(content));
}

/** A template whose values are escaped, unless they are markup themselves. */
export const html = (parts: TemplateStringsArray, ...values: readonly Content[]): Markup =>
  new Markup(parts.map((part, index) => part + render(values[index])).join(''));

/** A whole page, which needs nothing but itself. `style` and `script` are the tester's own. */
export const page = (title: string, style: string, body: Markup, script = ''): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          ${new Markup(style)}
        </style>
      </head>
      <body>
        ${body} ${script === '' ? null : new Markup(`<script>${script}</script>`)}
      </body>
    </html> `.text;
