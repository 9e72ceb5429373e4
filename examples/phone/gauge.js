/** Octets of ASCII text: not every device has a TextEncoder. */
function octetsOf(text) {
  const octets = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) octets[i] = text.charCodeAt(i);
  return octets;
}

/** The name in front of a port. */
const nameOf = (authority) => authority.replace(/^[a-z]+:\/\//, '').replace(/:\d+$/, '');

const CLIENTS = 4;
const TEXT = Object.freeze({ binary: false });

/** The page, over as much of HTTP as a browser needs: one request a connection, the same answer to each. */
class Page {
  #octets;
  #sent = 0;
  #hasAsked = false;
  #writable = 0;

  constructor(TCP, from, octets) {
    this.#octets = octets;
    this.socket = new TCP({
      from,
      onReadable: (count) => this.#read(count),
      onWritable: (count) => this.#write(count),
      // The browser has the page, or has left.
      onError: () => this.socket.close(),
    });
  }

  #read(count) {
    this.socket.read(count);
    this.#hasAsked = true;
    this.#write(this.#writable);
  }

  #write(count) {
    this.#writable = count;
    const left = this.#octets.length - this.#sent;
    if (!this.#hasAsked || left === 0 || count === 0) return;
    const length = Math.min(left, count);
    this.#writable = this.socket.write(this.#octets.slice(this.#sent, this.#sent + length)) ?? 0;
    this.#sent += length;
  }
}

/**
 * A gauge that phones look at: a page at one port, a WebSocket at another, on which it says what it measures and takes
 * commands. All that differs between a device and a computer is given from outside.
 */
export class Gauge {
  #clients = [];
  #listeners;
  #timer;
  #given;

  /**
   * `io` are the classes `Listener`, `TCP`, `WebSocketClient`, `Timer` and the function `serverHandshake`; `sample` gives
   * what is measured, `onCommand` takes what a phone sends, `onError` that a port cannot be listened on.
   */
  constructor({ io, address, port, pagePort, html, sample, onCommand, onError, interval = 200 }) {
    const { Listener, TCP, Timer, serverHandshake } = io;
    this.#given = { io, sample, onCommand };
    // A browser says from which page a request comes: only from ours.
    const handshake = serverHandshake({
      onRequest: ({ origin, host }) =>
        origin !== '' && nameOf(origin) !== nameOf(host) ? { status: 403 } : undefined,
    });
    const body = html.replace('PORT', String(port));
    const head = `HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`;
    const page = octetsOf(head + body);
    const greet = (socket) => this.#greet(socket, handshake);
    this.#listeners = [
      new Listener({
        port: pagePort,
        address,
        onError,
        onReadable(requests) {
          for (; requests > 0; requests--) new Page(TCP, this.read(), page);
        },
      }),
      new Listener({
        port,
        address,
        onError,
        onReadable(requests) {
          for (; requests > 0; requests--) greet(this.read());
        },
      }),
    ];
    this.#timer = Timer.repeat(() => this.#tell(), interval);
  }

  close() {
    this.#given.io.Timer.clear(this.#timer);
    for (const listener of this.#listeners) listener.close();
    for (const client of this.#clients) client.close();
    this.#clients.length = 0;
  }

  #greet(socket, handshake) {
    if (this.#clients.length >= CLIENTS) {
      socket.close();
      return;
    }
    const { io, onCommand } = this.#given;
    let text = '';
    const leave = () => (this.#clients = this.#clients.filter((other) => other !== client));
    const client = new io.WebSocketClient({
      attach: socket,
      handshake,
      receiveBuffer: 1024,
      transmitBuffer: 512,
      maxMessageSize: 256,
      onReadable(count, { more }) {
        text += String.fromCharCode.apply(null, new Uint8Array(this.read(count)));
        if (more) return;
        onCommand(text);
        text = '';
      },
      onWritable(count) {
        this.room = count;
      },
      onClose: leave,
      onError: leave,
    });
    client.room = 0;
    this.#clients.push(client);
  }

  #tell() {
    const octets = octetsOf(JSON.stringify(this.#given.sample()));
    for (const client of this.#clients)
      // What a slow phone has no room for is not worth waiting for.
      if (client.room >= octets.length) client.room = client.write(octets, TEXT);
  }
}
