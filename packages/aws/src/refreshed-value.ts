import { Clock } from "@crm/core/kernel/clock.ts";

/** How long a process uses what it has read. An operator who changes a secret waits longer than this before the next step. */
const CACHE_MS = 15 * 60 * 1000;

/** Returns a source that reads a value at its first use and then every 15 minutes. */
export function refreshedValue<T>(read: () => Promise<T>): () => Promise<T> {
  let last: { value: T } | undefined;
  let reading: Promise<T> | undefined;
  let until = 0;
  const readAgain = async (): Promise<T> => {
    try {
      last = { value: await read() };
    } catch (error) {
      // The next call reads again. Until then the last known value stays valid.
      until = 0;
      if (!last) throw error;
    }
    return last.value;
  };
  return () => {
    if (!reading || until <= Clock.ms()) {
      until = Clock.ms() + CACHE_MS;
      reading = readAgain();
    }
    return reading;
  };
}
