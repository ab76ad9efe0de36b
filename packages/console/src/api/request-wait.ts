/** Until when the client waits after a 429. It repeats the request by itself; the page says so if the wait is longer than people notice. */

/** A shorter wait needs no words. */
const MIN_SECONDS = 2;
/** After a longer one the client does not repeat the request, and the page shows its error. */
const MAX_SECONDS = 60;

/** Returns when the wait ends, in milliseconds since the epoch; 0: the client does not wait. */
export function computeWaitEnd({ status, headers }: Pick<Response, "status" | "headers">, now: number): number {
  const seconds = status === 429 ? Number(headers.get("retry-after") ?? 0) : 0;
  return seconds > MIN_SECONDS && seconds <= MAX_SECONDS ? now + seconds * 1000 : 0;
}

let waitEnd = 0;
const listeners = new Set<() => void>();

/** Notes an answer of the server. One that is no 429 ends the wait. */
export function noteAnswer(response: Response): void {
  const next = computeWaitEnd(response, Date.now());
  if (next === waitEnd) return;
  waitEnd = next;
  for (const listener of listeners) listener();
}

export const readWaitEnd = (): number => waitEnd;

export function subscribeToWait(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
