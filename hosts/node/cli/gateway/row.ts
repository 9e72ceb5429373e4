/** A record as a gateway has it. */
export interface GatewayRecord {
  /** The sender's session, 16 hexadecimal digits, and its name for itself. */
  readonly session: string;
  readonly sender: string;
  readonly number: number;
  readonly urgent: boolean;
  /** When it arrived, ISO 8601. */
  readonly received: string;
  readonly isText: boolean;
  readonly payload: Buffer;
}

/** How records stand in a file. */
export interface RowFormat {
  /** The first line; empty for none. */
  readonly head: string;
  /** A record as a line, or as lines where a cell has some, with its end. */
  rowOf(record: GatewayRecord): string;
  /** Session, number and urgency of a line; undefined for one that is none. */
  keyOf(line: string): { session: string; number: number; urgent: boolean } | undefined;
}

const SESSION = /^[0-9a-f]{16}$/;

/** JSON that is one line stays as the sender wrote it; other text becomes a string, octets become base64. */
function jsonOf({ isText, payload }: GatewayRecord): string {
  if (!isText) return `"base64":${JSON.stringify(payload.toString('base64'))}`;
  const text = payload.toString();
  try {
    const value: unknown = JSON.parse(text);
    // A number or a string alone is text, too: only what has a structure is taken apart.
    if (typeof value === 'object' && value !== null)
      return `"data":${/[\r\n\u2028\u2029]/.test(text) ? JSON.stringify(value) : text.trim()}`;
  } catch {
    // Text that is no JSON.
  }
  return `"text":${JSON.stringify(text)}`;
}

export const ndjson: RowFormat = {
  head: '',
  rowOf(record) {
    const { session, sender, number, urgent, received } = record;
    const head = JSON.stringify({ session, number, urgent, sender, received });
    return `${head.slice(0, -1)},${jsonOf(record)}}\n`;
  },
  keyOf(line) {
    try {
      const { session, number, urgent } = JSON.parse(line) as Record<string, unknown>;
      if (typeof session !== 'string' || !SESSION.test(session) || !Number.isInteger(number))
        return undefined;
      return { session, number: number as number, urgent: urgent === true };
    } catch {
      return undefined;
    }
  },
};

const HEAD = 'session,number,urgent,sender,received,kind,payload\n';

export const csv: RowFormat = {
  head: HEAD,
  rowOf({ session, sender, number, urgent, received, isText, payload }) {
    // RFC 4180. Line ends inside a cell are spelled out, so that every line is a record.
    const text = isText ? payload.toString().replace(/\r\n|[\r\n]/g, '\\n') : payload.toString('base64');
    const cells = [session, number, urgent ? 1 : 0, sender, received, isText ? 'text' : 'base64', text];
    return `${cells.map((cell) => cellOf(String(cell))).join(',')}\n`;
  },
  keyOf(line) {
    const match = /^([0-9a-f]{16}),([0-9]{1,10}),([01]),/.exec(line);
    return match === null
      ? undefined
      : { session: match[1], number: Number(match[2]), urgent: match[3] === '1' };
  },
};

/** Quoted where that is needed; what a spreadsheet would take for a formula is made text. */
function cellOf(text: string): string {
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
