import { BASE64 } from './accept.ts';

/** Whether `key` is the canonical base64 of 16 octets, as a client has to send it (RFC 6455 §4.2.1 item 5). */
export function isKey(key: string): boolean {
  // The last 2 of the 132 bits of 22 characters are none of the 128 and have to be 0.
  if (key.length !== 24 || key.slice(22) !== '==') return false;
  for (let i = 0; i < 22; i++) if (BASE64.indexOf(key[i]) < 0) return false;
  return 'AQgw'.indexOf(key[21]) >= 0;
}
