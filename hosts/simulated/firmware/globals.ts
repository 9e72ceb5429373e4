import type { SimulatedHost } from '../host.ts';
import type { TimerId } from '../../../src/host.ts';
import { irandomOf } from './built-ins.ts';
import { present } from '../present.ts';

type Callback = (...args: unknown[]) => void;

/** What a machine's modules find under these names in place of Node's. */
export interface Globals {
  readonly globalThis: object;
  readonly Date: DateConstructor;
  readonly Math: Math;
  readonly setTimeout: (callback: Callback, delay?: number, ...args: unknown[]) => unknown;
  readonly setInterval: (callback: Callback, delay?: number, ...args: unknown[]) => unknown;
  readonly clearTimeout: (timer: unknown) => void;
  readonly clearInterval: (timer: unknown) => void;
}

/** What the programs of each machine have set; and the names that any of them has. */
const owned = new WeakMap<object, Record<PropertyKey, unknown>>();
const shared = new Set<PropertyKey>();

const ownOfPresent = (): Record<PropertyKey, unknown> | undefined =>
  present.host === undefined ? undefined : owned.get(present.host);

/** Lets `name` without `globalThis.` in front be the present machine's, and what it was before where no machine runs that has it. */
function share(name: PropertyKey): void {
  if (shared.has(name)) return;
  const before = Object.getOwnPropertyDescriptor(globalThis, name);
  if (before?.configurable === false) return;
  shared.add(name);
  let value: unknown;
  let isSet = false;
  Object.defineProperty(globalThis, name, {
    configurable: true,
    get() {
      const own = ownOfPresent();
      if (own !== undefined && Object.hasOwn(own, name)) return Reflect.get(own, name);
      return isSet
        ? value
        : before?.get === undefined
          ? before?.value
          : Reflect.apply(before.get, globalThis, []);
    },
    set(given: unknown) {
      const own = ownOfPresent();
      if (own !== undefined && Object.hasOwn(own, name)) Reflect.set(own, name, given);
      else [value, isSet] = [given, true];
    },
  });
}

/** The global object of a machine: what its programs set is theirs, all else is Node's. */
function globalObjectOf(host: SimulatedHost, own: Record<PropertyKey, unknown>): object {
  owned.set(host, own);
  const define = (target: object, name: PropertyKey, descriptor: PropertyDescriptor): boolean => {
    // The machine has a place of its own for this one.
    if (name === 'device') return Reflect.set(globalThis, name, descriptor.value);
    share(name);
    return Reflect.defineProperty(target, name, descriptor);
  };
  return new Proxy(own, {
    get: (target, name) => Reflect.get(Object.hasOwn(target, name) ? target : globalThis, name),
    has: (target, name) => Object.hasOwn(target, name) || Reflect.has(globalThis, name),
    set(target, name, value) {
      if (Object.hasOwn(target, name)) return Reflect.set(target, name, value);
      return define(target, name, { value, writable: true, enumerable: true, configurable: true });
    },
    defineProperty: define,
  });
}

/**
 * The globals of the programs on `host`: its date, chance from the seed of its world, timers of its own, and a global object
 * that other machines do not see. So a run depends on nothing but its seed, whatever a program uses.
 */
export function globalsOf(host: SimulatedHost): Globals {
  const timers = new WeakSet<object>();
  const chance = host.random.fork('Math.random');
  const now = (): number => host.date();
  // What a program sets here is its own: everybody in the process has the one that lies beneath.
  const dates: Record<PropertyKey, unknown> = { now };
  const isDates = (name: PropertyKey): boolean => name !== 'prototype';
  const HostDate = new Proxy(Date, {
    apply: () => new Date(now()).toString(),
    construct: (target, args: unknown[], type) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, type) as object,
    get: (target, name) => Reflect.get(Object.hasOwn(dates, name) ? dates : target, name) as unknown,
    set: (_target, name, value) => isDates(name) && Reflect.set(dates, name, value),
    defineProperty: (_target, name, what) => isDates(name) && Reflect.defineProperty(dates, name, what),
    deleteProperty: (_target, name) => Reflect.deleteProperty(dates, name),
  });
  const unit = (): number => chance.unit();
  const changeable = { writable: true, configurable: true };
  const HostMath = Object.create(Math, {
    random: { value: unit, ...changeable },
    irandom: { value: irandomOf(unit), ...changeable },
  }) as Math;
  const { Timer } = host;
  const clear = (timer: unknown): void => {
    if (timers.has(timer as object)) Timer.clear(timer as TimerId);
  };
  const known = <T extends object>(timer: T): T => (timers.add(timer), timer);
  const names = {
    Date: HostDate,
    Math: HostMath,
    setTimeout: (callback: Callback, delay = 0, ...args: unknown[]): unknown =>
      known(Timer.set(() => callback(...args), delay)),
    setInterval: (callback: Callback, delay = 0, ...args: unknown[]): unknown =>
      known(Timer.repeat(() => callback(...args), delay)),
    clearTimeout: clear,
    clearInterval: clear,
  };
  const own: Record<PropertyKey, unknown> = { ...names };
  const globalObject = globalObjectOf(host, own);
  own.globalThis = globalObject;
  return { ...names, globalThis: globalObject };
}
