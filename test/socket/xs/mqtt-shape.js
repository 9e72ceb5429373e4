/**
 * The shape of the SDK's MQTT client (`embedded:network/mqtt/client`) over the one of these tests, as far as the example for
 * devices uses it.
 */
import Client from 'mqtt-client';

export default class MQTTClient {
  static CONNACK = 2;
  static PUBACK = 4;
  static SUBSCRIBE = 8;
  #client;
  #read;

  constructor({ host, port, id, dns, socket, onControl, onReadable, onError }) {
    const resolver = new dns.io(dns);
    resolver.resolve({
      host,
      onResolved: (_host, address) => {
        this.#client = new Client({
          address,
          host,
          port,
          id,
          socket,
          onReady: () => onControl({ operation: MQTTClient.CONNACK }),
          onControl: (operation) => onControl({ operation }),
          onMessage: (topic, body) => {
            this.#read = body;
            onReadable(body.length, { topic, byteLength: body.length, QoS: 1, more: false });
          },
          onError: () => {
            onError();
            this.#client.close();
          },
        });
      },
      onError: () => onError(),
    });
  }

  write(data, { operation, items, topic }) {
    if (operation === MQTTClient.SUBSCRIBE) this.#client.subscribe(items[0].topic);
    else this.#client.publish(topic, new Uint8Array(data));
  }

  read(count) {
    return this.#read.slice(0, count).buffer;
  }
}
