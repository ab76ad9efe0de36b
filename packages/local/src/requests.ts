import { AsyncLocalStorage } from "node:async_hooks";
import { atMost } from "@crm/core/kernel/pool.ts";
import type { Database } from "@crm/core/kernel/ports.ts";

/** Requests under way, and when the last was: what follows from writes lets them go first, as it has the same process and engine. */
export class Requests {
  readonly #answering = new AsyncLocalStorage<true>();
  #underWay = 0;
  #last = 0;
  readonly #waiting = new Set<() => void>();

  /** Answers one. */
  async answer<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay++;
    try {
      return await this.#answering.run(true, work);
    } finally {
      this.#underWay--;
      this.#last = Date.now();
      if (this.#underWay === 0) for (const go of this.#waiting) go();
    }
  }

  /** Whether what runs here is for no request, and one is under way. */
  get goFirst(): boolean {
    return this.areUnderWay && this.#answering.getStore() === undefined;
  }

  get areUnderWay(): boolean {
    return this.#underWay > 0;
  }

  /** Milliseconds since one was last under way. */
  quiet(): number {
    return this.areUnderWay ? 0 : Date.now() - this.#last;
  }

  /** Resolves once none is under way, after so many milliseconds at the latest. */
  async gap(most: number): Promise<void> {
    if (!this.areUnderWay) return;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        clearTimeout(late);
        this.#waiting.delete(go);
        resolve();
      };
      const late = setTimeout(go, most);
      this.#waiting.add(go);
    });
  }
}

/** Milliseconds that a command waits for a gap between requests: about as long as a create takes, so that work gets on under any load. */
const WAIT = 5;

/**
 * The database as work in the background has to use it. While requests come in, its commands go one by one and in the gaps between them: the
 * engine does one write after another, so a request stands behind one of them at most.
 */
export function yielding<D extends Database>(database: D, requests: Requests): D {
  const inTurn = atMost(1);
  const send: Database["send"] = (command, scope) =>
    requests.goFirst
      ? inTurn(async () => {
          await requests.gap(WAIT);
          return database.send(command, scope);
        })
      : database.send(command, scope);
  return { ...database, send };
}
