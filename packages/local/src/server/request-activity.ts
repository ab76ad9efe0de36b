/** Tracks active requests and when the last one ended. The stream's consumer shares process and table with requests, and lets them go first. */
export class RequestActivity {
  #activeCount = 0;
  #lastEndedAt = 0;

  /** Counts a request while it runs. */
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

  /** Milliseconds since the last request ended; 0 during a request. */
  idleMs(): number {
    return this.isActive ? 0 : Date.now() - this.#lastEndedAt;
  }
}
