import type { EventTarget } from './event-target.ts';
import type { WebSocketEventMap } from './types.ts';

/** Gives `prototype` an event handler for each event of a WebSocket: the attributes `on…`, HTML §8.1.8.1. */
export function addEventHandlers(prototype: EventTarget<WebSocketEventMap>): void {
  for (const type of ['open', 'message', 'error', 'close']) {
    // Named as Web IDL names them: "get onopen".
    const attribute = {
      get [`on${type}`](): unknown {
        return (this as unknown as EventTarget)._handlerOf(type);
      },
      set [`on${type}`](handler: unknown) {
        (this as unknown as EventTarget)._setHandler(type, handler);
      },
    };
    Object.defineProperties(prototype, Object.getOwnPropertyDescriptors(attribute));
  }
}
