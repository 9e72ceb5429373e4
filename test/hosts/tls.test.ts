import { X509Certificate } from 'node:crypto';
import { createServer as createTcpServer } from 'node:net';
import { createServer, type TlsOptions, type TLSSocket } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TLS, type TLSOptions } from '../../hosts/node/io.ts';
import { acceptTransport } from '../../hosts/node/transport/accept.ts';
import { connectTransport, type ConnectTransportOptions } from '../../hosts/node/transport/connect.ts';
import { ErrorId } from '../../src/errors.ts';
import { makeCertificates, type Certificates } from './support/certificates.ts';
import { LoopbackServer, until } from './support/loopback.ts';
import { RecordingSink } from './support/recording-sink.ts';

let certificates: Certificates;
let server: LoopbackServer | undefined;
const sinks: RecordingSink[] = [];

beforeAll(async () => {
  certificates = await makeCertificates();
});

afterEach(async () => {
  for (const sink of sinks.splice(0)) {
    expect(sink.reentered).toBe(false);
    sink.transport.close();
  }
  await server?.close();
  server = undefined;
});

async function serve(options: TlsOptions = certificates.good): Promise<LoopbackServer> {
  server = await LoopbackServer.listen('127.0.0.1', createServer(options));
  return server;
}

function connect(options: Partial<ConnectTransportOptions> = {}): RecordingSink {
  const { port } = server!;
  const tlsOptions = { ca: certificates.ca.cert, ...options.tlsOptions };
  const sink = new RecordingSink(
    connectTransport({ host: 'localhost', port, secure: true, ...options, tlsOptions }),
  );
  sinks.push(sink);
  return sink;
}

async function failureOf(sink: RecordingSink): Promise<number> {
  await until(() => sink.closed.length > 0, 'transportClosed');
  expect(sink.closed.length).toBe(1);
  return sink.closed[0];
}

describe('NetTransport over TLS', () => {
  it('opens after a verified handshake, with the server name, and carries octets both ways', async () => {
    await serve({ ...certificates.good, ALPNProtocols: ['http/1.1'] });
    const sink = connect({ tlsOptions: { ALPNProtocols: ['http/1.1'] } });
    const peer = (await server!.accepted()) as TLSSocket;
    await until(() => sink.opened === 1, 'transportOpened');
    expect([peer.servername, peer.alpnProtocol]).toEqual(['localhost', 'http/1.1']);
    let got = 0;
    let taken = sink.guarded((transport) => transport.write(new Uint8Array(3000), 0, 3000));
    sink.onWritable = (sent) => (taken += sent);
    peer.on('data', (data: Buffer) => (got += data.length));
    peer.end('hello');
    expect(await failureOf(sink)).toBe(ErrorId.none);
    expect(Buffer.from(sink.received).toString()).toBe('hello');
    await until(() => got === 3000, 'octets');
    expect(taken).toBe(3000);
  });

  it('keeps order and octets when the sink stops after every read', async () => {
    await serve();
    const sink = connect();
    sink.keep = false;
    let position = 0;
    let wrong = 0;
    const peer = await server!.accepted();
    const sent = Buffer.from(Uint8Array.from({ length: 1_000_000 }, (_, i) => (i >> 8) ^ i));
    sink.take = (available) => Math.min(available, 5000);
    const receive = sink.transportReceived.bind(sink);
    sink.transportReceived = (bytes, start, end) => {
      const count = Math.min(end - start, 5000);
      for (let i = 0; i < count; i++) if (bytes[start + i] !== sent[position + i]) wrong += 1;
      position += count;
      setImmediate(() => sink.transport.resume());
      return receive(bytes, start, end);
    };
    for (let i = 0; i < sent.length; i += 1000) peer.write(sent.subarray(i, i + 1000));
    peer.end();
    expect(await failureOf(sink)).toBe(ErrorId.none);
    expect([sink.count, wrong]).toEqual([sent.length, 0]);
  });

  it('works for accepted sockets', async () => {
    await serve();
    const near = connect();
    const far = new RecordingSink(acceptTransport(await server!.accepted()));
    sinks.push(far);
    await until(() => near.opened + far.opened === 2, 'both open');
    near.guarded((transport) => transport.write(Uint8Array.of(1, 2), 0, 2));
    far.guarded((transport) => transport.write(Uint8Array.of(3), 0, 1));
    await until(() => near.count === 1 && far.count === 2, 'octets');
    near.transport.end();
    expect(await failureOf(far)).toBe(ErrorId.none);
    expect(await failureOf(near)).toBe(ErrorId.none);
  });

  it.each([
    ['expired', ErrorId.certificateExpired],
    ['stranger', ErrorId.certificateHost],
    ['selfSigned', ErrorId.certificateUntrusted],
  ] as const)('refuses a certificate: %s', async (which, expected) => {
    await serve(certificates[which]);
    const sink = connect();
    expect(await failureOf(sink)).toBe(expected);
    expect(sink.opened).toBe(0);
  });

  it('refuses a certificate of an unknown authority', async () => {
    await serve();
    expect(await failureOf(connect({ tlsOptions: { ca: certificates.selfSigned.cert } }))).toBe(
      ErrorId.certificateUntrusted,
    );
  });

  it('reports a missing client certificate as such', async () => {
    await serve({
      ...certificates.good,
      ca: certificates.ca.cert,
      requestCert: true,
      rejectUnauthorized: true,
    });
    expect(await failureOf(connect())).toBe(ErrorId.certificateWanted);
    const { cert, key } = certificates.good;
    const sink = connect({ tlsOptions: { cert, key } });
    await server!.accepted();
    await until(() => sink.opened === 1, 'transportOpened');
  });

  it('reports a peer that does not speak TLS, or goes away instead', async () => {
    const answers = ['HTTP/1.1 400 Bad Request\r\n\r\n', ''];
    server = await LoopbackServer.listen(
      '127.0.0.1',
      createTcpServer((socket) => socket.once('data', () => socket.end(answers.shift() ?? ''))),
    );
    expect(await failureOf(connect())).toBe(ErrorId.tlsFailed);
    expect(await failureOf(connect())).toBe(ErrorId.tlsFailed);
  });
});

describe('TLS socket', () => {
  const der = (pem: string): Uint8Array => new Uint8Array(new X509Certificate(pem).raw);

  function open(options: Partial<TLSOptions>): Promise<number | undefined> & { socket: TLS } {
    let socket!: TLS;
    const failure = new Promise<number | undefined>((resolve) => {
      socket = new TLS({
        address: '127.0.0.1',
        port: server!.port,
        onWritable: () => resolve(undefined),
        onError: (error) => resolve(error?.id ?? 0),
        ...options,
      });
    });
    return Object.assign(failure, { socket });
  }

  it("takes the standard's options and Moddable's", async () => {
    await serve();
    const ca = der(certificates.ca.cert);
    const verified = { ca, host: 'localhost' };
    for (const options of [
      { tls: { ...verified, minimumVersion: 'TLSv1.2' as const, maximumVersion: 'TLSv1.3' as const } },
      { tls: { host: '127.0.0.1', ca: [ca.buffer as ArrayBuffer] } },
      { secure: { serverName: 'localhost', certificate: ca, protocolVersion: 0x303 } },
      { host: 'localhost', secure: { certificate: ca, applicationLayerProtocolNegotiation: 'http/1.1' } },
      { host: 'elsewhere', secure: { verify: false } },
    ]) {
      const opened = open(options);
      expect(await opened).toBe(undefined);
      opened.socket.close();
    }
    for (const [options, expected] of [
      [{ tls: { host: 'localhost' } }, ErrorId.certificateUntrusted],
      [{ tls: { host: 'elsewhere', ca } }, ErrorId.certificateHost],
      [{ host: 'elsewhere', secure: { certificate: ca } }, ErrorId.certificateHost],
    ] as const) {
      const opened = open(options);
      expect(await opened).toBe(expected);
      opened.socket.close();
    }
  });

  it('throws for options that are none', () => {
    const good = { address: '127.0.0.1', port: 1, tls: { host: 'localhost' } };
    for (const bad of [
      undefined,
      {},
      { ...good, tls: undefined },
      { ...good, tls: {} },
      { ...good, address: 'localhost' },
      { ...good, tls: { host: 'localhost', ca: new Uint8Array(10) } },
      { ...good, tls: { host: 'localhost', ca: 7 } },
      { ...good, tls: { host: 'localhost', clientKey: Uint8Array.of(0x30, 1, 2) } },
      { ...good, tls: { host: 'localhost', minimumVersion: 'SSLv3' } },
      { ...good, tls: { host: 'localhost', protocolVersion: 0x300 } },
    ]) {
      expect(() => new TLS(bad as never), JSON.stringify(bad)).toThrow();
    }
  });

  it('writes through its window, reads exactly, and sends what was written before close', async () => {
    await serve();
    const tls = { host: 'localhost', ca: certificates.ca.cert };
    const got: Buffer[] = [];
    const events: number[] = [];
    const opened = open({ tls, sendWindow: 1180, onReadable: (bytes) => events.push(bytes) });
    const peer = await server!.accepted();
    peer.on('data', (data: Buffer) => got.push(data));
    await opened;
    const { socket } = opened;
    expect(() => socket.write(new Uint8Array(1181))).toThrow(RangeError);
    expect(socket.write(new Uint8Array(1180).fill(1))).toBe(0);
    peer.write('abc');
    await until(() => events.length > 0, 'onReadable');
    expect(() => socket.read(new Uint8Array(4))).toThrow(RangeError);
    expect(socket.read(new Uint8Array(3))).toBe(3);
    socket.write(new Uint8Array(100).fill(2));
    socket.close();
    await until(() => peer.readableEnded, 'the end');
    expect(Buffer.concat(got)).toEqual(Buffer.concat([Buffer.alloc(1180, 1), Buffer.alloc(100, 2)]));
  });

  it('presents a client certificate', async () => {
    await serve({
      ...certificates.good,
      ca: certificates.ca.cert,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const { cert, key } = certificates.good;
    const tls = { host: 'localhost', ca: certificates.ca.cert };
    const opened = open({ tls: { ...tls, clientCertificate: der(cert), clientKey: Buffer.from(key) } });
    expect(((await server!.accepted()) as TLSSocket).authorized).toBe(true);
    opened.socket.close();
  });
});
