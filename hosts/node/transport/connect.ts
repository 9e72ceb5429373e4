import { connect as connectTcp, isIP, type LookupFunction } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { ErrorId } from '../../../src/errors.ts';
import type { TransportSink } from '../../../src/host.ts';
import {
  checkArgument,
  checkBoolean,
  checkCallbacks,
  checkKnown,
  checkOption,
  checkTls,
  checkWindow,
  readingOf,
} from '../options.ts';
import { answeringOnce } from './lookup.ts';
import { NetTransport } from './net-transport.ts';

/** Where {@link connectTransport} connects to, and how. */
export interface ConnectTransportOptions {
  /** Name or IP literal; every address that a name has is tried. */
  readonly host: string;
  /** 0 … 65535. */
  readonly port: number;
  /** TLS instead of plain TCP; default false. */
  readonly secure?: boolean | undefined;
  /** For TLS: `ca`, `cert`, `key`, `servername`, `rejectUnauthorized` … as of `tls.connect`. */
  readonly tlsOptions?: ConnectionOptions | undefined;
  /** Asks for the addresses of a name, as `dns.lookup` does, which is the default. */
  readonly lookup?: LookupFunction | undefined;
  /** Most octets taken by one write; default unlimited. A device's window for tests. */
  readonly sendWindow?: number | undefined;
  /** Sends small writes at once, without Nagle's algorithm; default true. */
  readonly noDelay?: boolean | undefined;
}

/**
 * One address after the other, each with time for networks on which a round trip takes longer than the 250 ms that Node
 * gives by itself.
 */
const IN_TURN = Object.freeze({ autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 2500 });

const NAMES: readonly string[] = ['host', 'port', 'secure', 'tlsOptions', 'lookup', 'sendWindow', 'noDelay'];

/**
 * A factory of transports to one peer. Throws a RingletError for options that are wrong; everything else that fails is reported to
 * the sink.
 */
export function connectTransport(options: ConnectTransportOptions): (sink: TransportSink) => NetTransport {
  const { host, port, secure, tlsOptions, sendWindow, noDelay, lookup } = readingOf(
    'an option of connectTransport',
    () => settingsOf(options),
  );
  const asks = lookup === undefined ? undefined : { lookup: answeringOnce(lookup), ...IN_TURN };
  return (sink) => {
    checkSink(sink);
    const transport = new NetTransport(sink, sendWindow);
    if (secure) {
      // RFC 6066 §3: a server name is a host name, never an address.
      const name = isIP(host) === 0 ? { servername: host } : {};
      const socket = connectTls({ ...name, ...asks, ...tlsOptions, host, port });
      transport.attach(socket, 'secureConnect');
      transport.set(() => socket.setNoDelay(noDelay));
    } else {
      transport.attach(
        connectTcp({ ...asks, host, port, noDelay, onread: transport.ownMemory() }),
        'connect',
      );
    }
    return transport;
  };
}

/** The options, each looked at once, and whole. */
function settingsOf(options: ConnectTransportOptions) {
  checkKnown('connectTransport', options, NAMES);
  checkOption(typeof options.host === 'string' && options.host !== '', 'host', 'a name or an address');
  const isPort = Number.isInteger(options.port) && options.port >= 0 && options.port <= 65535;
  checkOption(isPort, 'port', 'an integer from 0 to 65535');
  for (const name of ['secure', 'noDelay'] as const) checkBoolean(options[name], name);
  checkTls(options.tlsOptions, 'tlsOptions');
  checkCallbacks(options as unknown as Readonly<Record<string, unknown>>, ['lookup']);
  checkWindow(options.sendWindow);
  const { secure = false, noDelay = true } = options;
  return { ...options, secure, noDelay };
}

const SINK: readonly (keyof TransportSink)[] = [
  'transportOpened',
  'transportReceived',
  'transportWritable',
  'transportClosed',
];

/** Refuses what cannot be told what happens: it would throw in a callback of the socket, where nobody can catch that. */
function checkSink(sink: unknown): void {
  readingOf(
    'the sink',
    () => {
      const methods = sink as Readonly<Record<string, unknown>> | null | undefined;
      const isSink = SINK.every((name) => typeof methods?.[name] === 'function');
      checkArgument(isSink, 'the sink', `an object with ${SINK.join(', ')}`);
    },
    ErrorId.argumentInvalid,
  );
}
