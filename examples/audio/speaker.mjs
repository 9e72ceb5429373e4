const INTERVAL = 20;
/** Milliseconds that frames wait before they are played, so that those that come unevenly are played evenly. */
const DELAY = 60;

/** Plays frames: here it only keeps account of whether each would have come in time. */
export class Speaker {
  #first;
  #begun = 0;
  #transit;
  played = 0;
  late = 0;
  /** Milliseconds, as RFC 3550 §6.4.1 has it: the smoothed difference in transit of one frame to the next. */
  jitter = 0;
  /** Of the last frame, milliseconds. */
  roundTrip = 0;

  /** A frame came at `now`, milliseconds. */
  play(frame, now) {
    const data = new DataView(frame.buffer, frame.byteOffset);
    const number = data.getUint32(0);
    const transit = now - data.getUint32(4) / 100;
    if (this.#first === undefined) {
      this.#first = number;
      this.#begun = now + DELAY;
    }
    if (now > this.#begun + (number - this.#first) * INTERVAL) this.late++;
    else this.played++;
    if (this.#transit !== undefined) this.jitter += (Math.abs(transit - this.#transit) - this.jitter) / 16;
    this.#transit = this.roundTrip = transit;
  }
}
