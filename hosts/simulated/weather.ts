import type { Random } from './random.ts';
import type { SimulatedHost } from './host.ts';

/**
 * Faults by chance. Rates are times an hour on the average; durations are milliseconds, from and to. What is not given does
 * not happen.
 */
export interface Weather {
  /** The network of the machine is lost, and comes back. */
  readonly wifiLost?: number | undefined;
  readonly wifiDown?: readonly [least: number, most: number] | undefined;
  /** A connection of the machine is reset, and both ends learn of it. */
  readonly reset?: number | undefined;
  /** A connection of the machine goes silent for ever, and neither end learns of it. */
  readonly silence?: number | undefined;
  /** Names are not resolved for a while. */
  readonly namesLost?: number | undefined;
  readonly namesDown?: readonly [least: number, most: number] | undefined;
  /** A captive portal stands in the way for a while. */
  readonly portal?: number | undefined;
  readonly portalUp?: readonly [least: number, most: number] | undefined;
  /** The machine loses its power; its program ends and is started again. */
  readonly power?: number | undefined;
  readonly restart?: number | undefined;
  readonly downtime?: readonly [least: number, most: number] | undefined;
  /** The clocks of the machine jump, by up to so many milliseconds either way. */
  readonly clockJump?: number | undefined;
  readonly clockStep?: number | undefined;
  /** Memory is short for a while: what allocates fails. */
  readonly memoryShort?: number | undefined;
  readonly memoryDown?: readonly [least: number, most: number] | undefined;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Weather by name. */
export const WEATHER: Readonly<Record<'good' | 'bad' | 'terrible', Weather>> = Object.freeze({
  good: Object.freeze({ wifiLost: 1 / 48, reset: 1 / 48, wifiDown: [SECOND, 10 * SECOND] as const }),
  bad: Object.freeze({
    wifiLost: 1,
    wifiDown: [SECOND, 5 * MINUTE] as const,
    reset: 1 / 2,
    silence: 1 / 12,
    namesLost: 1 / 24,
    namesDown: [SECOND, MINUTE] as const,
  }),
  terrible: Object.freeze({
    wifiLost: 6,
    wifiDown: [SECOND / 10, 20 * MINUTE] as const,
    reset: 6,
    silence: 2,
    namesLost: 1,
    namesDown: [SECOND, 5 * MINUTE] as const,
    portal: 1 / 4,
    portalUp: [SECOND, 5 * MINUTE] as const,
  }),
});

/** What weather does to a world. */
export interface Sky {
  after(delay: number, action: () => void): void;
  names(host: SimulatedHost, areKnown: boolean): void;
  portal(host: SimulatedHost, isThere: boolean): void;
  memoryShort(host: SimulatedHost, isShort: boolean): void;
  connectionsOf(host: SimulatedHost): readonly { readonly id: number }[];
  resetConnection(id: number): void;
  silenceConnection(id: number): void;
}

/** Lets `happens` come true so many times an hour on the average, at times that only `random` knows. */
function often(
  world: Sky,
  random: Random,
  rate: number | undefined,
  happens: (random: Random) => void,
): void {
  if (rate === undefined || rate <= 0) return;
  // From 0 to twice the mean: the logarithm of an exponential distribution is rounded differently by engines.
  const wait = (): void => {
    world.after((random.unit() * 2 * HOUR) / rate, () => {
      happens(random);
      wait();
    });
  };
  wait();
}

/** Begins `weather` for `host`, for as long as the world lasts. */
export function beginWeather(world: Sky, host: SimulatedHost, weather: Weather, random: Random): void {
  const { downtime = [0, MINUTE], clockStep = 24 * HOUR } = weather;
  const forA = (source: Random, [least, most]: readonly [number, number] = [0, MINUTE]): number =>
    source.between(least, most);
  const spell = (
    name: string,
    rate: number | undefined,
    duration: readonly [number, number] | undefined,
    set: (isOn: boolean) => void,
  ): void => {
    // Spells of one kind may overlap; the last one ends it.
    let count = 0;
    often(world, random.fork(name), rate, (source) => {
      count += 1;
      set(true);
      world.after(forA(source, duration), () => {
        count -= 1;
        if (count === 0) set(false);
      });
    });
  };
  spell('wifi', weather.wifiLost, weather.wifiDown, (isOn) => host.online(!isOn));
  spell('names', weather.namesLost, weather.namesDown, (isOn) => world.names(host, !isOn));
  spell('portal', weather.portal, weather.portalUp, (isOn) => world.portal(host, isOn));
  spell('memory', weather.memoryShort, weather.memoryDown, (isOn) => world.memoryShort(host, isOn));
  const connection = (source: Random): number => {
    const open = world.connectionsOf(host);
    return open.length === 0 ? 0 : source.pick(open).id;
  };
  often(world, random.fork('reset'), weather.reset, (source) => world.resetConnection(connection(source)));
  often(world, random.fork('silence'), weather.silence, (source) =>
    world.silenceConnection(connection(source)),
  );
  often(world, random.fork('power'), weather.power, (source) => {
    if (host.isUp) host.powerCycle(forA(source, downtime));
  });
  often(world, random.fork('restart'), weather.restart, (source) => host.restart(forA(source, downtime)));
  often(world, random.fork('clock'), weather.clockJump, (source) =>
    host.jump(source.between(-clockStep, clockStep)),
  );
}
