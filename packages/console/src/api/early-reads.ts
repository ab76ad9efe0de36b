import type { ReadAnswer } from "./read-batcher.ts";

/**
 * Reads that are sent before the code of the page asks for them: while it loads, together with what every page needs. The first who asks for such an
 * address gets its answer; later reads of it are new ones.
 */

interface EarlyReads {
  /** Sends the reads for the page at this place. */
  start(addresses: readonly string[], place: string): void;
  /** Returns the answer to an early read of the page at this place. Undefined: there is none. */
  take(address: string, place: string): Promise<ReadAnswer> | undefined;
  /** Forgets all answers, because they are those of a session that has ended. */
  clear(): void;
}

export function createEarlyReads(readAddress: (address: string) => Promise<ReadAnswer>): EarlyReads {
  const waiting = new Map<string, Promise<ReadAnswer>>();
  let startedAt = "";
  return {
    start: (addresses, place) => {
      waiting.clear();
      startedAt = place;
      for (const address of addresses) {
        const answer = readAddress(address);
        // Who takes the answer sees the error.
        answer.catch(() => undefined);
        waiting.set(address, answer);
      }
    },
    take: (address, place) => {
      // On another page the answers may be old.
      if (place !== startedAt) waiting.clear();
      const answer = waiting.get(address);
      waiting.delete(address);
      return answer;
    },
    clear: () => waiting.clear(),
  };
}
