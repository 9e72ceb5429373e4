/** The head of an HTTP/1.1 message: its first line and its fields by lower-case name. */
export interface HttpHead {
  readonly line: string;
  readonly fields: ReadonlyMap<string, readonly string[]>;
  /** The octets as they came, for the report. */
  readonly raw: string;
}

const headLimit = 64 * 1024;
const emptyLine = Buffer.from('\r\n\r\n');

/** Collects octets until the empty line; what follows it belongs to the WebSocket connection. */
export class HeadCollector {
  #octets: Buffer = Buffer.alloc(0);

  /** The head and the rest once the head is whole; null until then; a sentence when it never can be. */
  push(chunk: Buffer): { readonly head: HttpHead; readonly rest: Buffer } | null | string {
    this.#octets = Buffer.concat([this.#octets, chunk]);
    const end = this.#octets.indexOf(emptyLine);
    if (end < 0) return this.#octets.length > headLimit ? 'the head of the message has no end' : null;
    const raw = this.#octets.subarray(0, end + 4).toString('latin1');
    const head = parseHead(raw);
    return typeof head === 'string' ? head : { head, rest: this.#octets.subarray(end + 4) };
  }

  /** What has come so far, for the report. */
  get raw(): string {
    return this.#octets.toString('latin1');
  }
}

function parseHead(raw: string): HttpHead | string {
  const [line = '', ...lines] = raw.slice(0, -4).split('\r\n');
  const fields = new Map<string, string[]>();
  for (const each of lines) {
    const colon = each.indexOf(':');
    if (colon < 1) return `"${each}" is no header field`;
    const name = each.slice(0, colon).toLowerCase();
    const value = each.slice(colon + 1).trim();
    const values = fields.get(name);
    if (values) values.push(value);
    else fields.set(name, [value]);
  }
  return { line, fields, raw };
}

/** A field's values as one, the way RFC 9110, section 5.3, joins them. */
export const fieldOf = (head: HttpHead, name: string): string | null =>
  head.fields.get(name)?.join(', ') ?? null;

/** Whether a comma-separated field names a token, in any case. */
export const hasToken = (head: HttpHead, name: string, token: string): boolean =>
  (fieldOf(head, name) ?? '').split(',').some((each) => each.trim().toLowerCase() === token);
