/**
 * A client of MQTT 3.1.1 as ECMA-419 shapes such clients: it takes a socket class, by `socket: {io, …}`, and knows nothing of
 * what is below that. It does on purpose what these clients do: it toggles the format, reads octet by octet, leaves octets
 * unread until there are more, and writes a packet in several pieces.
 */
const CONNECT = 1;
const CONNACK = 2;
const PUBLISH = 3;
const PUBACK = 4;
const SUBSCRIBE = 8;
const SUBACK = 9;
const DISCONNECT = 14;

const MORE = Object.freeze({ more: true });

/** Text of ASCII, as MQTT has strings: with its length in front. */
function stringOf(text) {
  const octets = new Uint8Array(2 + text.length);
  octets[0] = text.length >> 8;
  octets[1] = text.length;
  for (let i = 0; i < text.length; i++) octets[2 + i] = text.charCodeAt(i);
  return octets;
}

function textOf(octets) {
  let text = '';
  for (let i = 0; i < octets.length; i++) text += String.fromCharCode(octets[i]);
  return text;
}

export default class MQTTClient {
  #socket;
  #id;
  #next = 1;
  #connected = false;
  /** Operation with flags and length of the packet that is read; −1 before they are known. */
  #first = -1;
  #length = -1;
  #shift = 0;

  constructor(options) {
    const { socket, address, host, port, id, onReady, onMessage, onControl, onError } = options;
    Object.assign(this, { onReady, onMessage, onControl, onError });
    this.#id = id;
    this.#socket = new socket.io(
      Object.assign({}, socket, {
        address,
        host,
        port,
        onReadable: (count) => this.#onReadable(count),
        onWritable: () => this.#onWritable(),
        onError: (error) => this.onError?.(error),
      }),
    );
  }

  subscribe(topic) {
    const name = stringOf(topic);
    const id = this.#next++;
    this.#begin((SUBSCRIBE << 4) | 2, 2 + name.length + 1);
    this.#socket.write(Uint8Array.of(id >> 8, id), MORE);
    this.#socket.write(name, MORE);
    this.#socket.write(Uint8Array.of(1));
  }

  /** Publishes with quality of service 1. */
  publish(topic, payload) {
    const name = stringOf(topic);
    const id = this.#next++;
    this.#begin((PUBLISH << 4) | 2, name.length + 2 + payload.length);
    this.#socket.write(name, MORE);
    this.#socket.write(Uint8Array.of(id >> 8, id), MORE);
    return this.#socket.write(payload);
  }

  /** Ends in order. */
  disconnect() {
    this.#socket.format = 'number';
    this.#socket.write(DISCONNECT << 4);
    this.#socket.write(0);
    this.#socket.close();
  }

  close() {
    this.#socket.close();
  }

  /** Octet by octet, in the number format. */
  #begin(first, length) {
    const socket = this.#socket;
    socket.format = 'number';
    socket.write(first, MORE);
    for (let left = length; ; left >>= 7) {
      socket.write((left & 127) | (left > 127 ? 128 : 0), MORE);
      if (left <= 127) break;
    }
    socket.format = 'buffer';
  }

  #onWritable() {
    if (this.#connected) return;
    this.#connected = true;
    const id = stringOf(this.#id);
    this.#begin(CONNECT << 4, 10 + id.length);
    this.#socket.write(Uint8Array.of(0, 4, 77, 81, 84, 84, 4, 2, 0, 30).buffer, MORE);
    this.#socket.write(id);
  }

  #onReadable(count) {
    const socket = this.#socket;
    let left = count;
    socket.format = 'number';
    while (this.#length < 0 || this.#shift >= 0) {
      if (left === 0) return;
      const octet = socket.read();
      left--;
      if (this.#first < 0) {
        this.#first = octet;
        this.#length = this.#shift = 0;
        continue;
      }
      this.#length += (octet & 127) << this.#shift;
      this.#shift = octet > 127 ? this.#shift + 7 : -1;
    }
    // What is there of a packet is left where it is until it is whole, as long as it can be.
    if (left < this.#length) return;
    socket.format = 'buffer';
    const packet = new Uint8Array(this.#length);
    if (this.#length > 0) socket.read(packet);
    const first = this.#first;
    left -= this.#length;
    this.#first = this.#length = -1;
    this.#shift = 0;
    this.#packet(first >> 4, packet);
    if (left > 0) this.#onReadable(left);
  }

  #packet(operation, packet) {
    if (operation === CONNACK) {
      if (packet[1] !== 0) this.onError?.(new Error(`refused with ${packet[1]}`));
      else this.onReady?.();
    } else if (operation === PUBLISH) {
      const end = 2 + ((packet[0] << 8) | packet[1]);
      // Quality of service 1 has an identifier, which is acknowledged.
      const body = packet.subarray(end + 2);
      this.#begin(PUBACK << 4, 2);
      this.#socket.write(packet.slice(end, end + 2));
      this.onMessage?.(textOf(packet.subarray(2, end)), body);
    } else if (operation === SUBACK || operation === PUBACK) this.onControl?.(operation);
  }
}
