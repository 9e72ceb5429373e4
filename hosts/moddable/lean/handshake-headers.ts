/**
 * In place of `src/handshake/handshake-headers.ts` on devices: without iteration that joins several values of one name, which only
 * headers that a client keeps have. Generators and their prototypes are a kilobyte of XS.
 */
import { lowerOf } from '../../../src/handshake/lower.ts';

export class HandshakeHeaders extends Map<string, string> {
  override get(name: string): string | undefined {
    return super.get(lowerOf(name));
  }

  override has(name: string): boolean {
    return super.has(lowerOf(name));
  }
}
