/** 20 ms of 16 kHz, 16 bits, one channel. */
export const RATE = 16_000;
export const SAMPLES = 320;
export const FRAME = 2 * SAMPLES;
/** In front of the samples: number of the frame and when it was sent, in hundredths of a millisecond; 32 bits each. */
export const HEAD = 8;
const INTERVAL = 20;
const TONE = 440;

/** Gives a tone, one frame each 20 ms on average however unevenly timers fire. */
export class Microphone {
  #octets = new Uint8Array(HEAD + FRAME);
  #data = new DataView(this.#octets.buffer);
  #timer;
  sent = 0;

  /** `send` is given the octets of each frame, which are good until it returns. */
  start(send) {
    const began = performance.now();
    this.#timer = setInterval(() => {
      // What was slept through is not caught up with: nobody wants to hear it any more.
      const due = Math.floor((performance.now() - began) / INTERVAL);
      if (due - this.sent > 3) this.sent = due - 1;
      for (; this.sent < due; this.sent++) send(this.#compose());
    }, INTERVAL / 4);
  }

  stop() {
    clearInterval(this.#timer);
  }

  #compose() {
    const data = this.#data;
    data.setUint32(0, this.sent);
    data.setUint32(4, Math.round(performance.now() * 100));
    for (let i = 0; i < SAMPLES; i++) {
      const angle = (2 * Math.PI * TONE * (this.sent * SAMPLES + i)) / RATE;
      data.setInt16(HEAD + 2 * i, Math.round(8000 * Math.sin(angle)), true);
    }
    return this.#octets;
  }
}
