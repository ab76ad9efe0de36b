import { Clock } from "@crm/core/kernel/clock.ts";

/**
 * Time that passes as fast as what happens in it can be worked off: who waits is woken in order, and nothing else moves it. The clock
 * of the system and its `setTimeout` follow it while `run` lasts.
 */
export class VirtualTime {
  #now: number;
  readonly #due = new Map<number, (() => void)[]>();

  constructor(from: number) {
    this.#now = from;
  }

  get now(): number {
    return this.#now;
  }

  /** Resolves so many milliseconds from now. */
  after(ms: number): Promise<void> {
    return new Promise((resolve) => this.#schedule(ms, resolve));
  }

  #schedule(ms: number, wake: () => void): void {
    const at = this.#now + Math.max(1, Math.ceil(ms));
    const others = this.#due.get(at);
    if (others) others.push(wake);
    else this.#due.set(at, [wake]);
  }

  /** Does the work in this time, and lets it pass until that is done. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const real = globalThis.setTimeout;
    const timer = { unref: () => timer };
    globalThis.setTimeout = ((wake: () => void, ms = 0) => {
      this.#schedule(ms, wake);
      return timer;
    }) as unknown as typeof setTimeout;
    Clock.set(() => this.#now);
    try {
      let isDone = false;
      const result = work().finally(() => {
        isDone = true;
      });
      result.catch(() => undefined);
      while (!isDone) {
        await waitForImmediate();
        if (this.#due.size > 0) this.#advance();
      }
      return await result;
    } finally {
      globalThis.setTimeout = real;
      Clock.set();
    }
  }

  /** On to the next instant for which somebody waits. */
  #advance(): void {
    let woken: (() => void)[] | undefined;
    while (!woken) woken = this.#due.get(++this.#now);
    this.#due.delete(this.#now);
    for (const wake of woken) wake();
  }
}

/** Resolves once everything has gone as far as it can by itself. */
const waitForImmediate = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
