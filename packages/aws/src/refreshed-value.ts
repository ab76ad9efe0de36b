import { Clock } from "@crm/core/kernel/clock.ts";

/** How long a process uses what it has read. An operator who changes a secret waits longer than this before the next step. */
const CACHE_MS = 15 * 60 * 1000;
/** After a failed read, a process uses the last value for this long. So it does not wait for a service that is down at each request. */
const RETRY_MS = 60 * 1000;

/** Returns a source that reads a value at its first use and then every 15 minutes. A failed read keeps the last value, if there is one. */
export function refreshedValue<T>(read: (isFirst: boolean) => Promise<T>): () => Promise<T> {
  let last: { value: T } | undefined;
  let reading: Promise<T> | undefined;
  let until = 0;
  const readAgain = async (): Promise<T> => {
    try {
      last = { value: await read(last === undefined) };
    } catch (error) {
      until = last ? Clock.ms() + RETRY_MS : 0;
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
