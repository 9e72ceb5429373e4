'use strict';
// One virtual user: an uplink, its outbox, and what is measured of both.
const { performance } = require('node:perf_hooks');
const { OutboxMetrics, Waiting } = require('./metrics.cjs');

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Characters of a message from the server that are kept while it comes; what is longer is no acknowledgement. */
const LONGEST = 65536;

/** A loss as a name in the report: a status, a close code, or an error id of Ringlet. */
function whyOf({ error, closeCode, httpStatus }) {
  if (httpStatus >= 300) return `http_${httpStatus}`;
  return error === 0 ? `close_${closeCode}` : `error_${error}`;
}

class DeviceError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/**
 * Streams records to a gateway, or to any server that sends back what it gets, or at least its `record` in a JSON object.
 * Each record is a JSON object: its number, the device, what the scenario says.
 */
class Device {
  /** Why the device gave up: a loss that is final, as a refusal with 401. */
  failure = undefined;
  #uplink;
  #outbox;
  #events;
  #name;
  #metrics;
  #waiting = new Waiting();
  #opens = 0;
  #begun = 0;
  #isStopping = false;
  #outage;
  /** Text of a message that has begun. */
  #text = '';
  /** Called after each change of the state or of what is kept. */
  #watchers = new Set();

  /** Throws a RingletError for options that Ringlet does not take. */
  constructor({ changeSentence, Outbox, Uplink, permessageDeflate }, url, options, events) {
    const { memory, whenFull, keep, timeToLive, compression, headers, tls, name, ...rest } = options;
    this.#events = events;
    this.#name = name;
    this.#metrics = new OutboxMetrics(events);
    this.#outbox = new Outbox({ memory, whenFull, keep, timeToLive });
    this.#uplink = new Uplink(url, {
      ...rest,
      name,
      headers: headers === undefined ? undefined : Object.entries(headers),
      tls,
      compression: compression === true ? permessageDeflate() : undefined,
      outbox: this.#outbox,
      onChange: (change) => this.#changed(change, changeSentence),
      onData: (bytes, start, end, binary, more) => this.#received(bytes, start, end, binary, more),
      onAcknowledged: (_upTo, _urgent, count) => this.#acknowledged(count),
    });
  }

  get isOpen() {
    return this.#uplink.state === 'open';
  }

  /** Records that are not acknowledged. */
  get kept() {
    return this.#outbox.kept;
  }

  start() {
    this.#begun = performance.now();
    this.#uplink.start();
  }

  /** Posts a record of these fields; `size` octets at least. Returns whether the outbox took it. */
  post(fields, size = 0) {
    const record = { record: this.#outbox.nextNumber, device: this.#name, ...fields };
    let text = JSON.stringify(record);
    // `,"fill":""` takes 10 octets.
    const missing = size - encoder.encode(text).length - 10;
    if (missing >= 0) text = `${text.slice(0, -1)},"fill":"${'.'.repeat(missing)}"}`;
    const before = this.#outbox.counters;
    const number = this.#uplink.post(encoder.encode(text), { binary: false });
    const after = this.#outbox.counters;
    const isKept = number >= 0 && after.droppedNewest === before.droppedNewest;
    if (isKept) this.#waiting.push(performance.now());
    this.#measure();
    return isKept;
  }

  /** The network is gone for so many milliseconds. */
  loseNetwork(time) {
    clearTimeout(this.#outage);
    this.#uplink.networkLost();
    this.#outage = setTimeout(() => this.#uplink.networkBack(), time);
  }

  /**
   * Resolves with true when `isDone`, or with false after `patience` milliseconds; fails when the device has given up.
   */
  when(isDone, patience) {
    return new Promise((resolve, reject) => {
      let timer;
      const look = () => {
        if (this.failure === undefined && !isDone()) return;
        end();
        if (this.failure === undefined) resolve(true);
        else reject(this.failure);
      };
      const end = () => {
        clearTimeout(timer);
        this.#watchers.delete(look);
      };
      timer = setTimeout(() => (end(), resolve(false)), patience);
      this.#watchers.add(look);
      look();
    });
  }

  /** Closes in good order, and counts what was never acknowledged. */
  async stop() {
    this.#isStopping = true;
    clearTimeout(this.#outage);
    if (this.#uplink.state !== 'stopped') {
      this.#uplink.stop();
      await new Promise((resolve) => {
        const look = () => this.#uplink.state === 'stopped' && resolve();
        this.#watchers.add(look);
        look();
      });
    }
    this.#watchers.clear();
    this.#measure();
    this.#events.emit('counter', 'ringlet.unacknowledged', this.#outbox.kept);
    this.#outbox.close();
  }

  #changed(change, changeSentence) {
    const { state, from, loss } = change;
    if (state === 'connecting') this.#begun = performance.now();
    if (state === 'open') {
      this.#events.emit('counter', this.#opens++ === 0 ? 'ringlet.connects' : 'ringlet.reconnects', 1);
      this.#events.emit('histogram', 'ringlet.connect_time', performance.now() - this.#begun);
    } else if (loss !== undefined && !this.#isStopping && (from === 'open' || from === 'connecting')) {
      this.#events.emit('counter', from === 'open' ? 'ringlet.lost' : 'ringlet.failed_attempts', 1);
      this.#events.emit('counter', `ringlet.loss.${whyOf(loss)}`, 1);
    }
    if (state === 'stopped' && !this.#isStopping)
      this.failure = new DeviceError(`ringlet.gave_up.${whyOf(loss)}`, changeSentence(change));
    this.#measure();
  }

  #received(bytes, start, end, binary, more) {
    if (binary) return;
    if (this.#text.length < LONGEST)
      this.#text += decoder.decode(bytes.subarray(start, end), { stream: more });
    if (more) return;
    const text = this.#text;
    this.#text = '';
    this.#events.emit('counter', 'ringlet.received', 1);
    let answer;
    try {
      answer = JSON.parse(text);
    } catch {
      return;
    }
    if (!Number.isInteger(answer?.record)) return;
    this.#acknowledged(this.#uplink.acknowledge(answer.record));
  }

  /** So many records, the oldest, are acknowledged. */
  #acknowledged(count) {
    // What else has gone was dropped.
    this.#waiting.keep(this.#outbox.kept + count);
    const now = performance.now();
    for (let i = 0; i < count; i++)
      this.#events.emit('histogram', 'ringlet.round_trip', now - this.#waiting.shift());
    this.#measure();
  }

  #measure() {
    this.#waiting.keep(this.#outbox.kept);
    this.#metrics.add(this.#outbox.counters);
    for (const watcher of this.#watchers) watcher();
  }
}

module.exports = { Device };
