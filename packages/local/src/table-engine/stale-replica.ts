import type { TableDefinition } from "./definition.ts";
import { MemoryStorage } from "./memory-storage.ts";
import type { Change, TableStorage } from "./storage.ts";

/** A copy of the table that lags behind, for eventually consistent reads. It never goes back in time. */
export class StaleReplica {
  readonly #storage: MemoryStorage;
  readonly #random: () => number;
  /** Changes that the copy lacks, in order. */
  readonly #waiting: (readonly Change[])[] = [];

  constructor({ indexes, timeToLive }: TableDefinition, random: () => number) {
    this.#storage = new MemoryStorage(indexes, timeToLive);
    this.#random = random;
  }

  enqueue(changes: readonly Change[]): void {
    this.#waiting.push(changes);
  }

  /** Returns the copy at a time between its last state and now; half of the time it is up to date. */
  storage(): TableStorage {
    const isCurrent = this.#random() < 0.5;
    const count = isCurrent ? this.#waiting.length : Math.floor(this.#random() * this.#waiting.length);
    for (const changes of this.#waiting.splice(0, count))
      this.#storage.commit(
        changes.map((change) => ({ ...change, isStreamed: false })),
        { now: 0 },
      );
    return this.#storage;
  }
}
