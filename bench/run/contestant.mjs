import { Child } from './process.mjs';

/** A round has to take long enough to be measured, and no longer. CPU time in µs. */
const ROUND = 100_000;

/** Rounds beforehand: the first ones find out how many messages a round has, the others let V8 optimise. */
const WARM_UPS = 6;

/** A peer at work in a process of its own, round after round. */
export class Contestant {
  #child;
  #count;
  #most;
  #isFixed;

  /**
   * @param {{ work: string, options: object, count: number, most?: number, isFixed?: boolean }} scene what is
   *   done; how many messages the first warm-up takes and a round at most, or always
   * @param {{ name: string, peer?: string, env?: object, args?: string[], most?: number }} peer
   */
  constructor(scene, peer) {
    this.name = peer.name;
    this.rounds = [];
    this.failed = undefined;
    this.#count = scene.count;
    this.#most = peer.most ?? scene.most ?? Infinity;
    this.#isFixed = scene.isFixed ?? false;
    this.#child = new Child(
      'run/worker.mjs',
      [scene.work, peer.peer ?? peer.name, JSON.stringify(scene.options)],
      { env: { ...process.env, ...peer.env }, execArgv: ['--expose-gc', ...(peer.args ?? [])] },
    );
    this.ready = this.#child.answer();
  }

  /** Warms up and finds out how many messages make a round. */
  async prepare() {
    await this.ready;
    if (this.#isFixed) return;
    for (let time = 0; time < WARM_UPS; time++) {
      const { cpu } = await this.#child.ask({ count: this.#count });
      const wanted = Math.round((this.#count * ROUND) / Math.max(cpu, 1000));
      this.#count = Math.max(1, Math.min(this.#most, wanted, this.#count * 20));
    }
  }

  async round() {
    const count = this.#count;
    const result = await this.#child.ask({ count });
    this.rounds.push({ ...result, count, value: result.value ?? (result.cpu * 1000) / count });
  }

  end() {
    this.#child.end();
  }
}
