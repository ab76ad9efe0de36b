import type { Random } from "../seeded-random.ts";

/**
 * Lets concurrent commands go on one at a time, in an order that a seed decides. A synchronous engine would run each command whole, in the
 * order of the calls, and so hide what happens when two of them meet.
 */
export class CommandOrder {
  readonly #random: Random;
  readonly #waiting: (() => void)[] = [];
  #isScheduled = false;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Resolves when it is the caller's turn among all that wait. */
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
