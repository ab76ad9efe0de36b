import { Cache } from "../../storage/table/cache.ts";

/** The form of each key is read at most once a minute, so a rotated key may work that long in other processes. */
const formCache = new Cache<unknown>(60, 10_000);

export const loadCached = <T>(key: string, load: () => Promise<T>): Promise<T> => formCache.get(key, load) as Promise<T>;

/** Clears the cache of this process after a write that changes the form of a key. */
export const clear = (): void => formCache.clear();

export * as FormCache from "./form-cache.ts";
