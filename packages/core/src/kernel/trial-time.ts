import { AsyncLocalStorage } from "node:async_hooks";
import { Clock } from "./clock.ts";

/** The time of trials, which decide in memory what would have been done at another time. */
const storage = new AsyncLocalStorage<number>();

Clock.pretend(() => storage.getStore());

/** Runs work for which it is another time. Only for work that writes nothing. */
export const runAtTime = <T>(instant: string, work: () => Promise<T>): Promise<T> => storage.run(Date.parse(instant), work);
