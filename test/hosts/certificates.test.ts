/**
 * What is wrong with a certificate is told apart, by a stable id and a sentence, on every face. The certificates are made by
 * openssl, and every server here is one that a browser would refuse for the same reason.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TlsOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { addConnectCommand } from '../../hosts/node/cli/connect.ts';
import { connect } from '../../hosts/node/connect.ts';
import { Resolver, TLS } from '../../hosts/node/io.ts';
import { connectPeer } from '../../hosts/node/messages.ts';
import { WebSocketClient } from '../../hosts/node/websocket-client.ts';
import { WebSocket } from '../../hosts/node/websocket.ts';
import { describeError } from '../../src/error-text.ts';
import { ConnectionError, ErrorId } from '../../src/errors.ts';
import { runCommand } from '../cli/support/run-command.ts';
import type { Certificate } from './support/certificates.ts';
import { Authority, withoutOpenssl } from './support/openssl.ts';

if (withoutOpenssl !== '') console.warn(withoutOpenssl);

/** What a server shows, what a client trusts and shows, and what has to come of it. */
interface Case {
  readonly server: () => TlsOptions;
  readonly client?: () => Certificate;
  readonly ca?: () => string;
  readonly id: number;
  /** Node's code for the same. */
  readonly code: RegExp;
  readonly says: RegExp;
}

describe.skipIf(withoutOpenssl !== '')('a certificate that is refused', () => {
  let authority: Authority;
  let stranger: Authority;
  let good: Certificate;
  let directory: string;

  beforeAll(() => {
    authority = new Authority('An authority');
    stranger = new Authority('Another authority');
    good = authority.issue('localhost');
    directory = mkdtempSync(join(tmpdir(), 'ringlet-certificates-'));
  });

  afterAll(() => {
    authority.remove();
    stranger.remove();
    rmSync(directory, { recursive: true });
  });

  const wanting = (maxVersion: TlsOptions['maxVersion']): TlsOptions => ({
    ...good,
    ca: authority.certificate,
    requestCert: true,
    rejectUnauthorized: true,
    maxVersion,
  });

  const cases: Readonly<Record<string, Case>> = {
    'has expired': {
      server: () => authority.issue('localhost', -3, -1),
      id: ErrorId.certificateExpired,
      code: /^CERT_HAS_EXPIRED$/,
      says: /certificate has expired/,
    },
    'is not valid yet': {
      server: () => authority.issue('localhost', 2, 4),
      id: ErrorId.certificateNotYetValid,
      code: /^CERT_NOT_YET_VALID$/,
      says: /not valid yet, or the clock/,
    },
    'is for another host': {
      server: () => authority.issue('elsewhere.example'),
      id: ErrorId.certificateHost,
      code: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
      says: /for another host/,
    },
    'is of an authority that is not trusted': {
      server: () => good,
      ca: () => stranger.certificate,
      id: ErrorId.certificateUntrusted,
      code: /^UNABLE_TO_/,
      says: /authority that is not trusted/,
    },
    'is signed by itself': {
      server: () => authority.selfSigned('localhost'),
      id: ErrorId.certificateUntrusted,
      code: /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
      says: /or by itself/,
    },
    'is missing on our side, TLS 1.3': {
      server: () => wanting('TLSv1.3'),
      id: ErrorId.certificateWanted,
      code: /./,
      says: /wants a client certificate/,
    },
    'is missing on our side, TLS 1.2': {
      server: () => wanting('TLSv1.2'),
      id: ErrorId.certificateWanted,
      code: /./,
      says: /wants a client certificate/,
    },
  };

  async function listen(options: TlsOptions): Promise<number> {
    const server = createServer(options, (socket) => socket.on('error', () => {}));
    server.on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    return (server.address() as AddressInfo).port;
  }

  /** Every way to connect, and the error that each reports; the last one a sentence only. */
  const faces: Readonly<Record<string, (port: number, ca: string) => Promise<ConnectionError | string>>> = {
    connect: (port, ca) =>
      new Promise((resolve) => {
        const endpoint = connect(`wss://localhost:${port}/`, {
          tls: { ca },
          target: undefined,
          events: {
            onOpen() {},
            onData() {},
            onControl() {},
            onWritable() {},
            onClose: (_target, _code, error) => resolve(endpoint.failure(error)),
          },
        });
      }),
    connectPeer: (port, ca) =>
      new Promise((resolve) => {
        connectPeer(
          `wss://localhost:${port}/`,
          { onClose: ({ endpoint }, _code, _reason, error) => resolve(endpoint.failure(error)) },
          { tls: { ca } },
        );
      }),
    WebSocket: (port, ca) =>
      new Promise((resolve) => {
        const socket = new WebSocket(`wss://localhost:${port}/`, { tls: { ca } });
        socket.onerror = ({ error }) => resolve(error as ConnectionError);
      }),
    WebSocketClient: (port, ca) =>
      new Promise((resolve) => {
        new WebSocketClient({
          socket: { io: TLS, tls: { ca, host: 'localhost' } },
          dns: { io: Resolver },
          host: 'localhost',
          port,
          onError: resolve,
        });
      }),
    'ringlet connect': async (port, ca) => {
      const file = join(directory, 'ca.pem');
      writeFileSync(file, ca);
      const run = await runCommand(addConnectCommand, 'connect', `wss://localhost:${port}/`, '--ca', file);
      expect(run.code).toBe(1);
      return run.stderr;
    },
  };

  describe.each(Object.entries(cases))('%s', (_name, { server, ca, id, code, says }) => {
    test.each(Object.keys(faces))('%s', async (face) => {
      const port = await listen(server());
      const failure = await faces[face](port, ca?.() ?? authority.certificate);
      if (typeof failure === 'string') {
        expect(failure).toMatch(says);
        expect(failure).toContain(describeError(id));
        return;
      }
      expect(failure).toBeInstanceOf(ConnectionError);
      expect([failure.name, failure.id]).toEqual(['ConnectionError', id]);
      expect(failure.message).toMatch(says);
      expect((failure.cause as NodeJS.ErrnoException).code).toMatch(code);
      expect(failure.reason).toBe(failure.cause);
    });
  });
});
