/** Listeners of an event target, DOM §2.7: with every option, of events of our own and of the runtime's, beside Node's own. */
import { describe, expect, test } from 'vitest';
import { Event as OurEvent } from '../../src/websocket/event.ts';
import { EventTarget as OurTarget, type ListenerOptions } from '../../src/websocket/event-target.ts';

/** Notes what is reported, and how often it is said that listeners have changed. */
class Target extends OurTarget {
  readonly reported: unknown[] = [];
  changes = 0;

  protected override report(error: unknown): void {
    this.reported.push(error);
  }

  protected override listenersChanged(): void {
    this.changes += 1;
  }

  hears(type: string): boolean {
    return this.listens(type);
  }
}

type AnyTarget = Pick<OurTarget, 'addEventListener' | 'removeEventListener' | 'dispatchEvent'>;
type Play = (target: AnyTarget, dispatch: () => boolean) => unknown;

const FLAGS = [undefined, false, true];
const OPTIONS: ListenerOptions[] = FLAGS.flatMap((capture) =>
  FLAGS.flatMap((once) => FLAGS.map((passive) => ({ capture, once, passive }))),
);

/** The same played on a target of ours and one of Node, with events of `make`. */
function beside(make: (type: string, init?: object) => unknown, play: Play): void {
  const run = (target: AnyTarget, event: (type: string, init?: object) => unknown): unknown =>
    play(target, () => target.dispatchEvent(event('x', { cancelable: true }) as Event));
  const expected = run(new EventTarget(), (type, init) => new Event(type, init));
  expect(run(new Target() as unknown as AnyTarget, make)).toEqual(expected);
}

describe.each<[string, (type: string, init?: object) => unknown]>([
  ['of ours', (type, init) => new OurEvent(type, init)],
  ['of the runtime', (type, init) => new Event(type, init)],
])('for an event %s', (_kind, make) => {
  test.each(OPTIONS)('%o says how often one is called', (options) => {
    beside(make, (target, dispatch) => {
      const calls: string[] = [];
      target.addEventListener('x', () => calls.push('a'), options);
      target.addEventListener('x', { handleEvent: () => calls.push('b') }, options);
      target.addEventListener('y', () => calls.push('never'), options);
      target.addEventListener('x', () => calls.push('c'));
      return [dispatch(), dispatch(), calls];
    });
  });

  // Node's class takes no boolean for the phase; DOM §2.7, "flatten".
  test.each(OPTIONS)('one that was added with %o is removed by its phase alone', (options) => {
    const removals: readonly [removal: unknown, isCapture: boolean][] = [
      [undefined, false],
      [null, false],
      [false, false],
      [{}, false],
      [{ capture: false, once: true, passive: true }, false],
      [true, true],
      [{ capture: true }, true],
    ];
    for (const [removal, isCapture] of removals) {
      const target = new Target();
      let count = 0;
      const listener = (): void => void count++;
      target.addEventListener('x', listener, options);
      target.removeEventListener('x', listener, removal as never);
      target.dispatchEvent(make('x') as object);
      expect(count).toBe(isCapture === (options.capture === true) ? 0 : 1);
    }
  });

  test('one that is called once may call itself, and is not there any more then', () => {
    beside(make, (target, dispatch) => {
      const calls: string[] = [];
      const listener = (): void => {
        calls.push('x');
        if (calls.length < 5) dispatch();
      };
      target.addEventListener('x', listener, { once: true });
      dispatch();
      target.addEventListener('x', listener, { once: true });
      dispatch();
      return calls;
    });
  });

  test('what is removed by one in front of it is not called', () => {
    beside(make, (target, dispatch) => {
      const calls: string[] = [];
      const second = (): void => void calls.push('second');
      const third = { handleEvent: () => calls.push('third') };
      target.addEventListener('x', () => target.removeEventListener('x', second), { once: true });
      target.addEventListener('x', second, { once: true });
      target.addEventListener('x', () => target.removeEventListener('x', third));
      target.addEventListener('x', third);
      dispatch();
      dispatch();
      return calls;
    });
  });

  test('what a signal has aborted is not called, and a signal that comes too late changes nothing', () => {
    beside(make, (target, dispatch) => {
      const calls: string[] = [];
      const controller = new AbortController();
      const { signal } = controller;
      target.addEventListener('x', () => calls.push('capture'), { capture: true, signal });
      target.addEventListener('x', () => calls.push('once'), { once: true, signal });
      dispatch();
      controller.abort();
      target.addEventListener('x', () => calls.push('late'), { signal });
      dispatch();
      return calls;
    });
  });

  test('they are called with the target as this, and handleEvent as a method of its object', () => {
    const target = new Target();
    const selves: unknown[] = [];
    const object = {
      handleEvent(this: unknown): void {
        selves.push(this);
      },
    };
    const listener = function (this: unknown): void {
      selves.push(this);
    };
    for (const options of OPTIONS) {
      selves.length = 0;
      target.addEventListener('x', listener, options);
      target.addEventListener('x', object, options);
      target.dispatchEvent(make('x') as object);
      expect(selves).toEqual([target, object]);
      for (const each of [listener, object]) target.removeEventListener('x', each, options);
    }
  });

  test.each(OPTIONS)(
    'what one throws that was added with %o is reported, and the next one is called',
    (options) => {
      const target = new Target();
      const error = new Error('mine');
      const calls: string[] = [];
      target.addEventListener(
        'x',
        () => {
          throw error;
        },
        options,
      );
      target.addEventListener('x', { handleEvent: 5 } as never, options);
      target.addEventListener('x', () => calls.push('next'));
      expect(target.dispatchEvent(make('x') as object)).toBe(true);
      expect(calls).toEqual(['next']);
      expect(target.reported).toEqual([error, expect.any(TypeError)]);
    },
  );
});

// Node's class knows no passive listeners; DOM §2.9, "inner invoke".
test.each(OPTIONS)('with %o a default can be prevented by all that are not passive', (options) => {
  const target = new Target();
  target.addEventListener('x', ((event: OurEvent) => event.preventDefault()) as never, options);
  const event = new OurEvent('x', { cancelable: true });
  expect([target.dispatchEvent(event), event.defaultPrevented]).toEqual(
    options.passive === true ? [true, false] : [false, true],
  );
  // What is passive is the listener, not the event.
  const other = new OurEvent('x', { cancelable: true });
  target.dispatchEvent(other);
  other.preventDefault();
  expect(other.defaultPrevented).toBe(true);
  const later = new OurEvent('x', { cancelable: true });
  target.addEventListener('x', ((one: OurEvent) => one.preventDefault()) as never);
  expect(target.dispatchEvent(later)).toBe(false);
});

test('who listens is known, and each change is said once', () => {
  const target = new Target();
  const listener = (): void => {};
  expect([target.hears('x'), target.changes]).toEqual([false, 0]);
  target.addEventListener('x', listener);
  target.addEventListener('x', listener);
  target.addEventListener('x', null);
  expect([target.hears('x'), target.hears('y'), target.changes]).toEqual([true, false, 1]);
  target.removeEventListener('x', listener, true);
  target.removeEventListener('y', listener);
  expect([target.hears('x'), target.changes]).toEqual([true, 1]);
  target.removeEventListener('x', listener);
  expect([target.hears('x'), target.changes]).toEqual([false, 2]);
  target.addEventListener('x', listener, { once: true });
  target.dispatchEvent(new OurEvent('x'));
  expect([target.hears('x'), target.changes]).toEqual([false, 4]);
  target._setHandler('x', listener);
  target._setHandler('x', () => {});
  target._setHandler('x', null);
  target._setHandler('x', null);
  expect([target.hears('x'), target.changes]).toEqual([false, 7]);
});

test('a listener and a handler of the same function are two', () => {
  const target = new Target();
  let count = 0;
  const listener = (): void => void count++;
  target._setHandler('x', listener);
  target.addEventListener('x', listener);
  target.dispatchEvent(new OurEvent('x'));
  expect(count).toBe(2);
  target.removeEventListener('x', listener);
  target.dispatchEvent(new OurEvent('x'));
  expect([count, target._handlerOf('x')]).toEqual([3, listener]);
});

test('a handler that is an object is kept, and does nothing', () => {
  const target = new Target();
  const calls: string[] = [];
  const object = { handleEvent: () => calls.push('handler') };
  target._setHandler('x', object);
  expect(target._handlerOf('x')).toBe(object);
  target.dispatchEvent(new OurEvent('x'));
  target.dispatchEvent(new Event('x'));
  expect([calls, target.reported]).toEqual([[], []]);
});
