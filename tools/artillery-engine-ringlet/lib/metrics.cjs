'use strict';
// What one device tells Artillery's report.

/** Counters of an outbox that are counters of the report, by their names there. */
const COUNTERS = {
  posted: 'ringlet.posted',
  sent: 'ringlet.sent',
  octetsSent: 'ringlet.octets_sent',
  repeated: 'ringlet.repeated',
  acknowledged: 'ringlet.acknowledged',
  written: 'ringlet.written',
  droppedOldest: 'ringlet.dropped',
  droppedNewest: 'ringlet.dropped',
  expired: 'ringlet.dropped',
  refused: 'ringlet.refused',
};
const NAMES = Object.keys(COUNTERS);

/** What stands in each report, also where it is 0: that nothing was dropped is what a fleet is run for. */
const ALWAYS = ['connects', 'reconnects', 'posted', 'acknowledged', 'dropped'];

/** Adds to the report what an outbox has counted since the last time. */
class OutboxMetrics {
  #last = Object.fromEntries(NAMES.map((name) => [name, 0]));
  #events;

  constructor(events) {
    this.#events = events;
    for (const name of ALWAYS) events.emit('counter', `ringlet.${name}`, 0);
  }

  add(counters) {
    for (const name of NAMES) {
      const more = counters[name] - this.#last[name];
      if (more > 0) this.#events.emit('counter', COUNTERS[name], more);
    }
    this.#last = counters;
  }
}

/**
 * When each record that an outbox keeps was posted, oldest first. An outbox lets records go at the old end only, and
 * tells how many it keeps: so what has gone by itself is known without asking for each.
 */
class Waiting {
  #times = [];
  #first = 0;

  get length() {
    return this.#times.length - this.#first;
  }

  push(time) {
    this.#times.push(time);
  }

  /** The oldest have gone, unacknowledged, so that `kept` are left. */
  keep(kept) {
    while (this.length > kept) this.shift();
  }

  /** When the oldest was posted; it has gone. */
  shift() {
    const time = this.#times[this.#first++];
    if (this.#first > 1024) {
      this.#times.splice(0, this.#first);
      this.#first = 0;
    }
    return time;
  }
}

module.exports = { OutboxMetrics, Waiting };
