import type { Random } from "../seeded-random.ts";

/**
 * Runs concurrent commands one at a time, in an order that a seed decides. A synchronous engine would otherwise run each command as a whole, in the
 * order of the calls, and hide conflicts between commands.
 */
export class CommandOrder {
  readonly #random: Random;
  readonly #waiting: (() => void)[] = [];
  #isScheduled = false;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Resolves when the seed picks this caller among all that wait. */
  waitForTurn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      const index = Math.floor(this.#random() * this.#waiting.length);
      const [next] = this.#waiting.splice(index, 1);
      if (this.#waiting.length > 0) this.#schedule();
      next?.();
    });
  }
}
