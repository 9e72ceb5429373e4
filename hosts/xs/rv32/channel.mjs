/** The bridge's end of a channel: a TCP connection, and how many octets of it the board has room for. */

/** Octets that the board may have on its way to us. */
const WINDOW = 16384;
/** Octets of a frame. */
const LARGEST = 4096;

export class Channel {
  #index;
  #frame;
  #socket;
  /** Octets that the board has room for, and those that wait for more. */
  #credit = 0;
  #waiting = [];
  #end = '';

  /** Takes `socket` as channel `index`; `frame(type, index, octets)` sends to the board. */
  constructor(index, socket, frame) {
    this.#index = index;
    this.#frame = frame;
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('connect', () => {
      frame('O', index);
      this.#grant(WINDOW);
    });
    if (!socket.connecting) this.#grant(WINDOW);
    socket.on('data', (data) => {
      this.#waiting.push(data);
      socket.pause();
      this.#flush();
    });
    socket.on('end', () => this.#ended('E'));
    socket.on('error', () => this.#ended('R'));
  }

  #grant(count) {
    const octets = Buffer.alloc(4);
    octets.writeUInt32LE(count);
    this.#frame('C', this.#index, octets);
  }

  #ended(how) {
    this.#end = how;
    this.#flush();
  }

  #flush() {
    while (this.#waiting.length > 0 && this.#credit > 0) {
      const [first] = this.#waiting;
      const now = first.subarray(0, Math.min(this.#credit, LARGEST));
      this.#credit -= now.length;
      if (now.length === first.length) this.#waiting.shift();
      else this.#waiting[0] = first.subarray(now.length);
      this.#frame('D', this.#index, now);
    }
    if (this.#waiting.length > 0) return;
    if (this.#end !== '') this.#frame(this.#end, this.#index);
    else this.#socket.resume();
    this.#end = '';
  }

  /** The board has room for `count` octets more. */
  credit(count) {
    this.#credit += count;
    this.#flush();
  }

  /** Octets of the board's; it is granted anew what the kernel has taken. */
  write(octets) {
    this.#socket.write(octets, () => this.#grant(octets.length));
  }

  /** Sends what is on its way, and no more. */
  close() {
    for (const event of ['data', 'end', 'connect', 'error']) this.#socket.removeAllListeners(event);
    this.#socket.on('error', () => {});
    this.#socket.resume();
    this.#socket.destroySoon();
  }
}

/** A channel that listens: connections wait in it until the board takes them. */
export class ListeningChannel {
  #server;
  #waiting = [];

  /** Takes `server`, which is not listening yet, as channel `index`. */
  constructor(index, server, { host, port }, frame) {
    this.#server = server;
    server.on('connection', (socket) => {
      socket.pause();
      this.#waiting.push(socket);
      frame('I', index);
    });
    server.on('error', () => frame('R', index));
    server.listen({ host, port }, () => {
      const octets = Buffer.alloc(2);
      octets.writeUInt16LE(server.address().port);
      frame('L', index, octets);
    });
  }

  /** The connection that has waited longest. */
  take() {
    return this.#waiting.shift();
  }

  close() {
    this.#server.close();
    for (const socket of this.#waiting) socket.destroy();
  }
}
