/** The first delay before another attempt is a random part of this, each later one of twice as much, up to the longest. */
const FIRST = 1000;
const LONGEST = 60_000;

/** Octets of ASCII text: not every device has a TextEncoder. */
function octetsOf(text) {
  const octets = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) octets[i] = text.charCodeAt(i);
  return octets;
}

const textOf = (buffer) => String.fromCharCode(...new Uint8Array(buffer));

/**
 * Publishes readings by a client of MQTT as Moddable's SDK has it (`embedded:network/mqtt/client`), with quality of service
 * 1, and listens to what it publishes. That client does not come back by itself; this does, after every kind of loss.
 */
export class Publisher {
  #given;
  #client;
  #timer;
  #span = FIRST;

  /**
   * `client` are the options of the class `MQTTClient` (host, port, id, dns, socket …), `sample` gives a reading as text,
   * published each `interval` milliseconds; `onNote` is told what happens, `onMessage` the topic and the text that came.
   */
  constructor(given) {
    this.#given = given;
    this.#connect();
  }

  #connect() {
    const { MQTTClient, client, onMessage } = this.#given;
    let topic = '';
    try {
      this.#client = new MQTTClient({
        ...client,
        onControl: ({ operation }) => {
          if (operation === MQTTClient.CONNACK) this.#begin();
        },
        onReadable: (count, options) => {
          // Only the first part of a message has its topic.
          topic = options.topic ?? topic;
          onMessage?.(topic, textOf(this.#client.read(count)));
        },
        onError: () => this.#lose(),
      });
    } catch {
      this.#lose();
    }
  }

  /** The broker has let us in. */
  #begin() {
    const { MQTTClient, Timer, topic, interval, onNote } = this.#given;
    onNote?.('connected');
    this.#client.write(null, { operation: MQTTClient.SUBSCRIBE, items: [{ topic, QoS: 1 }] });
    this.#timer = Timer.repeat(() => this.#publish(), interval);
  }

  #publish() {
    const { topic, sample } = this.#given;
    this.#span = FIRST;
    try {
      this.#client.write(octetsOf(sample()).buffer, { topic, QoS: 1 });
    } catch {
      // There is no room: the network is slow, and the next reading is a better one.
    }
  }

  /** The connection is lost, or there was none to be had. The client has closed itself. */
  #lose() {
    const { Timer, onNote } = this.#given;
    const delay = Math.ceil(Math.random() * this.#span);
    this.#span = Math.min(2 * this.#span, LONGEST);
    Timer.clear(this.#timer);
    onNote?.(`lost, again in ${delay} ms`);
    this.#timer = Timer.set(() => this.#connect(), delay);
  }
}
