/** Where lib.dom's WebSocket is expected, ours fits; compiled by `tsconfig.json` beside it, never run. */
import { expectTypeOf } from 'vitest';
import {
  CloseEvent as OwnCloseEvent,
  MessageEvent as OwnMessageEvent,
  WebSocket as Own,
} from '../../../hosts/node/websocket.ts';

type Dom = WebSocket;

declare const own: Own;

/** What libraries that take a WebSocket ask of it. */
type Used = Pick<
  Dom,
  | 'url'
  | 'readyState'
  | 'bufferedAmount'
  | 'extensions'
  | 'protocol'
  | 'binaryType'
  | 'send'
  | 'close'
  | 'CONNECTING'
  | 'OPEN'
  | 'CLOSING'
  | 'CLOSED'
>;

export const used: Used = own;
export const whole: Dom = own;
export const constants: Pick<typeof WebSocket, 'CONNECTING' | 'OPEN' | 'CLOSING' | 'CLOSED'> = Own;

// Handlers that are written for the web's events.
own.onopen = (event: Event) => event.type;
own.onmessage = (event: MessageEvent<string>) => event.data.length;
own.onclose = (event: CloseEvent) => [event.code, event.reason, event.wasClean];
own.onerror = (event: Event) => event.type;
own.onerror = ({ error }) => [error?.id?.toFixed(), error?.httpStatus, error?.message.length];
own.addEventListener('error', ({ error }) => error?.id);
own.addEventListener('message', ({ data, origin }) => [data, origin.length]);
own.addEventListener('close', ({ code }) => code.toFixed());
own.addEventListener(
  'open',
  { handleEvent: (event) => event.type.length },
  { once: true, signal: new AbortController().signal },
);
own.removeEventListener('close', null);

// @ts-expect-error: there is no such binary type.
own.binaryType = 'nodebuffer';
// @ts-expect-error: there is no such property.
own.onping = null;
// @ts-expect-error: the state cannot be set.
own.readyState = 1;

new Own('ws://x/', ['a', 'b']);
new Own(new URL('ws://x/'), { protocols: 'a', headers: { a: 'b' }, maxMessageSize: 1 });
new Own({ url: 'ws://x/', protocol: 'a', headers: new Map([['a', 'b']]), keepalive: 1 });
// @ts-expect-error: a number is no URL.
new Own(5);

export const close: Pick<CloseEvent, 'code' | 'reason' | 'wasClean' | 'type'> = new OwnCloseEvent('close');
export const message: Pick<MessageEvent, 'data' | 'origin' | 'lastEventId' | 'type'> = new OwnMessageEvent(
  'message',
);

expectTypeOf(own).toExtend<WebSocket>();
expectTypeOf<Own['url']>().toEqualTypeOf<Dom['url']>();
expectTypeOf<Own['bufferedAmount']>().toEqualTypeOf<Dom['bufferedAmount']>();
expectTypeOf<Own['binaryType']>().toEqualTypeOf<Dom['binaryType']>();
expectTypeOf<Own['readyState']>().toExtend<Dom['readyState']>();
expectTypeOf<Dom['send']>().parameter(0).toExtend<Parameters<Own['send']>[0]>();
expectTypeOf<Dom['close']>().parameters.toExtend<Parameters<Own['close']>>();
expectTypeOf(Own).toBeConstructibleWith('ws://x/', ['a']);
expectTypeOf(OwnCloseEvent).toBeConstructibleWith('close', { code: 1000, reason: '', wasClean: true });
