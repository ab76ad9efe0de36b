import { Clock } from "@crm/core/kernel/clock.ts";

/**
 * Virtual time: it moves to the next waiting timer as soon as all other work is done. The clocks and `setTimeout` follow it
 * while `run` lasts.
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

  /** Resolves after `ms` milliseconds of virtual time. */
  after(ms: number): Promise<void> {
    return new Promise((resolve) => this.#schedule(ms, resolve));
  }

  #schedule(ms: number, wake: () => void): void {
    const instant = this.#now + Math.max(1, Math.ceil(ms));
    const callbacks = this.#due.get(instant);
    if (callbacks) callbacks.push(wake);
    else this.#due.set(instant, [wake]);
  }

  /** Runs the work in virtual time, which advances until the work is done. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const real = globalThis.setTimeout;
    const timer = { unref: () => timer };
    globalThis.setTimeout = ((wake: () => void, ms = 0) => {
      this.#schedule(ms, wake);
      return timer;
    }) as typeof setTimeout;
    Clock.set(() => this.#now);
    const machineTime = Date.now;
    Date.now = () => this.#now;
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
      Date.now = machineTime;
      Clock.set();
    }
  }

  /** Advances to the next time for which a timer waits. */
  #advance(): void {
    let woken: (() => void)[] | undefined;
    while (!woken) woken = this.#due.get(++this.#now);
    this.#due.delete(this.#now);
    for (const wake of woken) wake();
  }
}

/** Resolves once all other work that can run has run. */
const waitForImmediate = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
