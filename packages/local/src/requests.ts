/** Requests under way, and when the last was: what follows from writes lets them go first, as it has the same process and table. */
export class Requests {
  #underWay = 0;
  #last = 0;

  /** Answers one. */
  async answer<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay++;
    try {
      return await work();
    } finally {
      this.#underWay--;
      this.#last = Date.now();
    }
  }

  get areUnderWay(): boolean {
    return this.#underWay > 0;
  }

  /** Milliseconds since one was last under way. */
  quiet(): number {
    return this.areUnderWay ? 0 : Date.now() - this.#last;
  }
}
