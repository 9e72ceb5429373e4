import type { CloseOptions } from '../../../hosts/node/serve.ts';
import { accepted } from './failing-net.ts';
import type { Welcome } from './visitor.ts';

/** Where a client connects to. */
export interface Site {
  readonly port: number;
  /** Resets, or ends, every socket. */
  reset(): void;
  end(): void;
  /** Its receivers stop, and go on. */
  pause(): void;
  resume(): void;
  close(how?: CloseOptions): void;
  /** Connects some who say nothing. */
  crowd(): void;
  broadcast(): void;
  /** What a new client gets now; undefined where nobody serves any more, or ever did. */
  welcome(): Welcome | undefined;
  /** Connections, and sockets that are none yet, that count against the bounds of the server. */
  counted(): number;
  /** Closes all; fulfilled when that is done. */
  over(): Promise<void>;
  /** Connections that were opened and not closed, or closed twice. */
  wrong(): string[];
}

/** What every site does to its sockets. */
export const sockets = {
  reset() {
    for (const socket of accepted()) socket.resetAndDestroy();
  },
  end() {
    for (const socket of accepted()) socket.end();
  },
};
