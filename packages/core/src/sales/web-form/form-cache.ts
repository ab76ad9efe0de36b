import { Cache } from "../../storage/table/cache.ts";

/** Which form a key names is read at most once a minute for each: a rotated key is good for that long elsewhere. */
const formCache = new Cache<unknown>(60, 10_000);

export const loadCached = <T>(key: string, load: () => Promise<T>): Promise<T> => formCache.get(key, load) as Promise<T>;

/** After a write that changes what a key stands for, in this process at once. */
export const clear = (): void => formCache.clear();

export * as FormCache from "./form-cache.ts";
