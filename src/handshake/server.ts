import { portableProof } from './accept.ts';
import type { OpeningFactory, OpeningSetup } from './opening.ts';
import type { Proof } from './proof.ts';
import type { ServerAnswer } from './server-answer.ts';
import { ServerHandshake } from './server-handshake.ts';
import type { ServerRequest } from './server-request.ts';

export type { ServerAnswer } from './server-answer.ts';
export type { ServerRequest } from './server-request.ts';

/** Decides about a request. What it throws is answered with 500. */
export type RequestHook = (request: ServerRequest) => ServerAnswer | undefined | void;

/** How a server answers handshakes. */
export interface ServerPolicy {
  /** Subprotocols that this server speaks. */
  readonly protocols: readonly string[];
  /** Names (lower case) of further request headers that the hook wants to see. */
  readonly requestHeaders: readonly string[];
  /** Decides about origin, path, credentials and subprotocol. */
  readonly onRequest: RequestHook | undefined;
  /** The host's natives. Default: `portableProof`. */
  readonly proof?: Proof | undefined;
}

/**
 * A Promise is refused, so that nobody looks at what becomes of it. The name is put together, since Moddable's linker would
 * keep all of Promises, 6 KB, for an app that has none.
 */
function ignore(answer: unknown): void {
  if (typeof answer !== 'object' || answer === null) return;
  const name = ['cat', 'ch'].join('') as 'catch';
  const settle = (answer as Partial<Promise<unknown>>)[name];
  if (typeof settle === 'function') settle.call(answer as Promise<unknown>, () => {});
}

/** A handshake that is decided in the moment in which the request is whole. */
class ImmediateHandshake extends ServerHandshake {
  private readonly _onRequest: RequestHook | undefined;

  constructor(
    { requestHeaders, protocols, onRequest, proof = portableProof }: ServerPolicy,
    setup: OpeningSetup,
  ) {
    super(requestHeaders, protocols, proof, setup);
    this._onRequest = onRequest;
  }

  protected override whole(): number {
    const answer: unknown = this._onRequest?.(this.request!);
    ignore(answer);
    return this.decide(answer);
  }
}

/** The option `opening` of a server that answers by `policy`. A hook that answers a Promise is answered with 500 here. */
export function serverOpening(policy: ServerPolicy): OpeningFactory {
  return (setup) => new ImmediateHandshake(policy, setup);
}
