import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** What is attached to an `http.Server`. */
export interface Attachment {
  /** What is done with requests that are nobody's, where it says so. */
  readonly unmatched: number | 'leave' | undefined;
  matches(request: IncomingMessage): boolean;
  handle(request: IncomingMessage, socket: Duplex, head: Uint8Array): void;
  /** Answers `status`. */
  refuse(socket: Duplex, status: number): void;
}

/** What all that is attached to one server has in common: its one listener. */
interface Attached {
  readonly attachments: Attachment[];
  readonly listener: (request: IncomingMessage, socket: Duplex, head: Uint8Array) => void;
}

/** An `http.Server`, an `https.Server`, or what emits `upgrade` as they do. */
export type UpgradeEmitter = Pick<EventEmitter, 'on' | 'off' | 'listenerCount'>;

const NOT_FOUND = 404;

const servers = new WeakMap<UpgradeEmitter, Attached>();

/** Attaches to `server`: those that are attached are asked in order. Returns what detaches it. */
export function attach(server: UpgradeEmitter, attachment: Attachment): () => void {
  let attached = servers.get(server);
  if (attached === undefined) {
    attached = attachedTo(server);
    servers.set(server, attached);
    server.on('upgrade', attached.listener);
  }
  const { attachments, listener } = attached;
  attachments.push(attachment);
  return () => {
    const index = attachments.indexOf(attachment);
    if (index < 0) return;
    attachments.splice(index, 1);
    if (attachments.length > 0) return;
    server.off('upgrade', listener);
    servers.delete(server);
  };
}

function attachedTo(server: UpgradeEmitter): Attached {
  const attachments: Attachment[] = [];
  const listener = (request: IncomingMessage, socket: Duplex, head: Uint8Array): void => {
    for (const attachment of attachments) {
      if (attachment.matches(request)) {
        attachment.handle(request, socket, head);
        return;
      }
    }
    const wishes = attachments.map(({ unmatched }) => unmatched).filter((wish) => wish !== undefined);
    if (wishes.includes('leave')) return;
    // Where others listen, it may be theirs.
    if (wishes.length === 0 && server.listenerCount('upgrade') > 1) return;
    attachments[0].refuse(socket, (wishes[0] as number | undefined) ?? NOT_FOUND);
  };
  return { attachments, listener };
}
