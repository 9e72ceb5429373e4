/** What programs find on an event, each beside Node's own class, which has nothing of ours. */
import { expect, test } from 'vitest';
import { Event as OurEvent, type EventInit } from '../../src/websocket/event.ts';
import { EventTarget as OurTarget } from '../../src/websocket/event-target.ts';

class Target extends OurTarget {
  readonly reported: unknown[] = [];

  protected override report(error: unknown): void {
    this.reported.push(error);
  }
}

type AnyEvent = Event & { returnValue: boolean; cancelBubble: boolean };
type Listen = (event: AnyEvent) => void;

/** The same done to an event and a target of ours and of Node: what it saw of both. */
function beside(
  type: string,
  init: EventInit | undefined,
  play: (event: AnyEvent, dispatch: (listener: Listen, options?: object) => boolean) => unknown,
): void {
  const dispatchAt =
    (target: EventTarget, event: AnyEvent) =>
    (listener: Listen, options?: object): boolean => {
      target.addEventListener(type, listener as never, options);
      try {
        return target.dispatchEvent(event);
      } finally {
        target.removeEventListener(type, listener as never);
      }
    };
  const theirs = new Event(type, init as ConstructorParameters<typeof Event>[1]) as AnyEvent;
  const ours = new OurEvent(type, init) as unknown as AnyEvent;
  const expected = play(theirs, dispatchAt(new EventTarget(), theirs));
  expect(play(ours, dispatchAt(new Target() as unknown as EventTarget, ours))).toEqual(expected);
}

const flagsOf = ({ bubbles, cancelable, composed, defaultPrevented, returnValue }: AnyEvent): boolean[] => [
  bubbles,
  cancelable,
  composed,
  defaultPrevented,
  returnValue,
];

test.each<[EventInit | undefined]>([
  [undefined],
  [{}],
  [{ bubbles: true }],
  [{ cancelable: true }],
  [{ composed: true }],
  [{ bubbles: true, cancelable: true, composed: true }],
])('flags of %j', (init) => beside('x', init, flagsOf));

test('its phase, its target and its path, while it is dispatched and afterwards', () => {
  const seen = (event: AnyEvent): unknown[] => [
    event.eventPhase,
    event.currentTarget === null,
    event.target === null,
    event.composedPath().length,
    event.type,
  ];
  beside('x', {}, (event, dispatch) => {
    const all = [seen(event)];
    dispatch(() => all.push(seen(event)));
    return [...all, seen(event)];
  });
});

test.each([[true], [false]])('a default is prevented where that can be: cancelable %j', (cancelable) => {
  beside('x', { cancelable }, (event, dispatch) => [dispatch((one) => one.preventDefault()), flagsOf(event)]);
  beside('x', { cancelable }, (event) => {
    event.preventDefault();
    return flagsOf(event);
  });
});

// Node's class knows no passive listeners; DOM §2.9, "inner invoke", sets the flag that keeps a default from being prevented.
test.each([[true], [false]])('a listener that is passive prevents nothing: %j', (passive) => {
  const event = new OurEvent('x', { cancelable: true });
  const target = new Target();
  target.addEventListener('x', ((one: OurEvent) => one.preventDefault()) as never, { passive });
  expect(target.dispatchEvent(event)).toBe(passive);
  expect(event.defaultPrevented).toBe(!passive);
});

// Node has these as constants that cannot be set; DOM §2.2 says what setting them does.
test('returnValue and cancelBubble are other names', () => {
  const event = new OurEvent('x', { cancelable: true });
  event.returnValue = true;
  expect(event.defaultPrevented).toBe(false);
  event.returnValue = false;
  expect([event.defaultPrevented, event.returnValue]).toEqual([true, false]);
  event.returnValue = true;
  expect(event.defaultPrevented).toBe(true);
  const other = new OurEvent('x');
  other.cancelBubble = false;
  expect(other.cancelBubble).toBe(false);
  other.cancelBubble = true;
  expect(other.cancelBubble).toBe(true);
  other.cancelBubble = false;
  expect(other.cancelBubble).toBe(true);
});

// DOM §2.2: does nothing while the event is dispatched.
test('initEvent begins another life, but not in the middle of one', () => {
  const event = new OurEvent('x', { cancelable: true });
  const target = new Target();
  target.addEventListener('x', () => event.initEvent('y', true, true));
  target.dispatchEvent(event);
  expect([event.type, event.bubbles, event.cancelable]).toEqual(['x', false, true]);
  event.preventDefault();
  event.initEvent('y', true);
  expect([event.type, event.bubbles, event.cancelable]).toEqual(['y', true, false]);
  expect([event.defaultPrevented, event.target]).toEqual([false, null]);
  event.initEvent('z', false, true);
  expect([event.type, event.bubbles, event.cancelable]).toEqual(['z', false, true]);
  event.initEvent('w');
  expect([event.bubbles, event.cancelable]).toEqual([false, false]);
});

test('stopImmediatePropagation keeps it from the listeners behind', () => {
  const calls: string[] = [];
  const target = new Target();
  const first = (event: OurEvent): void => {
    calls.push('first');
    event.stopImmediatePropagation();
    calls.push(String(event.cancelBubble));
  };
  target.addEventListener('x', first as never);
  target.addEventListener('x', () => calls.push('second'));
  target.dispatchEvent(new OurEvent('x'));
  expect(calls).toEqual(['first', 'true']);
});

test('an event that is being dispatched is not dispatched again', () => {
  const target = new Target();
  const event = new OurEvent('x');
  target.addEventListener('x', () => target.dispatchEvent(event));
  target.dispatchEvent(event);
  expect(target.reported).toMatchObject([{ name: 'InvalidStateError' }]);
});

test('what Web IDL wants of arguments', () => {
  const target = new Target();
  const [add, remove] = [target.addEventListener, target.removeEventListener] as ((
    ...all: unknown[]
  ) => void)[];
  expect(() => add.call(target, 'x')).toThrow(new TypeError('a type and a listener are needed'));
  expect(() => remove.call(target, 'x')).toThrow(new TypeError('a type and a listener are needed'));
  expect(() => remove.call(target, 'x', 1)).toThrow(TypeError);
  expect(() => remove.call(target, 'x', null)).not.toThrow();
  expect(() => new (OurEvent as unknown as new () => OurEvent)()).toThrow(TypeError);
});
