import type { Endpoint } from '../../../src/client/endpoint.ts';
import { closeCodeOf } from '../../../src/frame/close-code.ts';
import type { Failed } from '../../../src/failure-text.ts';
import type { Loss } from '../../../src/uplink/failure.ts';
import { sentenceOfFailure } from '../errors.ts';
import { visibleLine, withoutCredentials } from '../terminal-text.ts';

/** Why a connection to `url` is over, as a sentence for a person: what failed, and what is known about it. */
export function failureSentence(url: string, endpoint: Endpoint<never> | Endpoint<unknown>): string {
  const failed = endpoint as Endpoint<unknown>;
  return sentence(url, failed.error, failed);
}

/** The same from what an uplink lost its connection for. */
export function lossSentence(url: string, loss: Loss | undefined): string {
  if (loss === undefined) return `${visibleLine(withoutCredentials(url))}: there was no connection`;
  const { error, closeCode, reason } = loss;
  if (error === 0) {
    const code = closeCode === 1005 ? '' : ` with ${closeCode}`;
    return `${visibleLine(withoutCredentials(url))}: the server closed the connection${code}`;
  }
  return sentence(url, error, { ...loss, transportReason: reason });
}

function sentence(url: string, error: number, failed: Failed): string {
  const closed = closeCodeOf(error) === 0 ? '' : `; closed with ${closeCodeOf(error)}`;
  // A certificate, a Location and a resolver may say anything.
  return visibleLine(`${withoutCredentials(url)}: ${sentenceOfFailure(error, failed)}${closed}`);
}
