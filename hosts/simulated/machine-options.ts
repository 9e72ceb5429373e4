import type { LinkOptions } from './network/link.ts';

/** What a machine is like; `Machine` is its class. */
export interface MachineOptions<Machine> {
  /** Its IPv4 address. Default: the next one of 10.0.0.0/16. */
  readonly address?: string | undefined;
  /** What its network is like; see {@link LinkOptions}. */
  readonly link?: LinkOptions | undefined;
  /** Octets that a socket takes before some are acknowledged. Default 8192; 5744 on an ESP32-S2, S3 or C3. */
  readonly sendWindow?: number | undefined;
  /** The same under TLS. Default 2771. */
  readonly tlsWindow?: number | undefined;
  /** Octets that are kept until they are read. Default 8192. */
  readonly receiveWindow?: number | undefined;
  /** What was not read is lost when a connection is reset, as on Windows. Default false, as on Linux and with lwIP. */
  readonly losesUnread?: boolean | undefined;
  /**
   * What lends the engine its functions: `device` like Moddable (each send goes out at once), `node` (what
   * is sent in one turn goes out together, and memory is kept until it is taken). Default `device`.
   */
  readonly runtime?: 'device' | 'node' | undefined;
  /** What its millisecond counter shows when it starts; it wraps at 2^32. Default 0. */
  readonly ticks?: number | undefined;
  /** More properties of the global `device`, such as `io` with simulated peripherals. */
  readonly device?: Readonly<Record<string, unknown>> | undefined;
  /** The program: run when the machine starts, and again whenever it starts again. */
  readonly main?: ((host: Machine) => void) | undefined;
}
