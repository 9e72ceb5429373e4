import { generate } from 'selfsigned';
import { CommandError } from '../../../hosts/node/cli/arguments.ts';
import { octetsOf, readTyped } from '../../../hosts/node/cli/connect/commands.ts';
import { LineReader } from '../../../hosts/node/cli/line-reader.ts';
import { tlsOptionsOf } from '../../../hosts/node/cli/tls-options.ts';
import { connectionOptions } from '../../../hosts/node/io/tls-options.ts';
import { visible, visibleLine } from '../../../hosts/node/terminal-text.ts';
import { type Target, waysOf } from './reading.ts';

let files: Promise<readonly [Buffer, Buffer]> | undefined;

/** A certificate and its key in PEM, and one after the other. */
async function makeFiles(): Promise<readonly [Buffer, Buffer]> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
  } as never);
  return [Buffer.from(cert), Buffer.from(key)];
}

/** Changes a text as octets say, five a change: where, what is taken away, and how often one octet comes instead. */
function changed(file: Buffer, octets: Uint8Array): Buffer {
  let text = file;
  for (let at = 0; at + 5 <= octets.length; at += 5) {
    const [high, low, gone, value, times] = octets.subarray(at, at + 5);
    const place = ((high << 8) | low) % (text.length + 1);
    text = Buffer.concat([
      text.subarray(0, place),
      Buffer.alloc(times % 4, value),
      text.subarray(place + (gone % 32)),
    ]);
  }
  return text;
}

/** Files of --ca, --cert and --key, which are taken whole or refused in a sentence; and the same as options of a TLS socket. */
export const pem: Target = async (octets) => {
  const [certificate, key] = await (files ??= makeFiles());
  const which = (octets[0] ?? 0) % 4;
  const rest = octets.subarray(1);
  const cert = which === 0 ? changed(certificate, rest) : which === 1 ? Buffer.from(rest) : certificate;
  const secret =
    which === 2 ? changed(key, rest) : which === 3 ? changed(Buffer.concat([key, key]), rest) : key;
  try {
    const options = tlsOptionsOf({ ca: cert, cert, key: secret });
    const blocks = options.ca as string[];
    if (blocks.length === 0 || !blocks.every((block) => block.startsWith('-----BEGIN CERTIFICATE-----')))
      throw new Error('it took what is no certificate');
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (error.message.includes('\n') || error.message.length > 120) throw new Error(error.message);
  }
  for (const given of [cert, cert.toString('latin1'), Uint8Array.from(cert).buffer]) {
    try {
      connectionOptions({ host: 'localhost', tls: { ca: given, clientKey: secret } });
    } catch (error) {
      if (!(error instanceof Error)) throw new Error('something else than an error is thrown');
    }
  }
};

/** What may drive a terminal: control characters but the line end, and what changes the direction of text. */

const DRIVING = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** Lines of the input, however they come: the same lines, each a message or a command; and none of them drives a terminal. */
export const lines: Target = (octets) => {
  const found = waysOf(octets).map(([, pieces]) => {
    const each: string[] = [];
    const reader = new LineReader((line) => each.push(line.toString('hex')));
    for (const piece of pieces) reader.push(Buffer.from(piece));
    reader.end();
    return each;
  });
  for (const other of found)
    if (other.join() !== found[0].join()) throw new Error('other lines when it is cut');
  const text = Buffer.from(octets).toString();
  const expected = text.split('\n');
  if (expected.at(-1) === '') expected.pop();
  if (found[0].length !== expected.length) throw new Error(`${found[0].length} lines`);
  for (const line of expected) {
    const typed = readTyped(line);
    if (typed.what === 'message' && typed.text !== line.replace(/^\/\//, '/'))
      throw new Error(`the message ${typed.text}`);
    const digits = octetsOf(line);
    if (digits !== undefined && octetsOf(digits.toString('hex'))!.compare(digits) !== 0)
      throw new Error('hex digits mean something else');
    if (DRIVING.test(visible(line)) || DRIVING.test(visibleLine(line)) || visibleLine(line).includes('\n'))
      throw new Error(JSON.stringify(visibleLine(line)));
  }
};
