import type { Random } from "@crm/local/seeded-random.ts";

/** Random choices from a seed. */
export class Draw {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** An integer from 0 to `end`, excluding `end`. */
  integer(end: number): number {
    return Math.floor(this.#random() * end);
  }

  /** Returns true in this share of all draws. */
  chance(share: number): boolean {
    return this.#random() < share;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.integer(choices.length)] as T;
  }

  /** Runs one of the functions, chosen with the given weights. */
  pickWeighted<T>(choices: readonly (readonly [weight: number, draw: () => T])[]): T {
    let rest = this.#random() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, draw] of choices) {
      rest -= weight;
      if (rest < 0) return draw();
    }
    return (choices.at(-1) as readonly [number, () => T])[1]();
  }

  /** Picks several different choices. */
  pickSeveral<T>(choices: readonly T[], count: number): T[] {
    const rest = [...choices];
    return Array.from({ length: Math.min(count, rest.length) }, () => rest.splice(this.integer(rest.length), 1)[0] as T);
  }

  times<T>(count: number, draw: (index: number) => T): T[] {
    return Array.from({ length: count }, (_, index) => draw(index));
  }
}
