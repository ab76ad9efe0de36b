/** Requests under way, and when the last was: what follows from writes lets them go first, as it has the same process and table. */
export class RequestActivity {
  #activeCount = 0;
  #lastEndedAt = 0;

  /** Answers one. */
  async track<T>(work: () => Promise<T>): Promise<T> {
    this.#activeCount++;
    try {
      return await work();
    } finally {
      this.#activeCount--;
      this.#lastEndedAt = Date.now();
    }
  }

  get isActive(): boolean {
    return this.#activeCount > 0;
  }

  /** Milliseconds since one was last under way. */
  idleMs(): number {
    return this.isActive ? 0 : Date.now() - this.#lastEndedAt;
  }
}
