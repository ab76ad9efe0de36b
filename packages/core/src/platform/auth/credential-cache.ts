import { Cache } from "../../storage/table/cache.ts";

/** Caches the principal of each credential for a minute. A logout or a changed role therefore takes effect within a minute. */
const cache = new Cache<unknown>(60, 10_000);

export const resolve = <T>(credential: string, load: () => Promise<T>): Promise<T> => cache.get(credential, load) as Promise<T>;

/** Clears the cache of this process. Called after a write that changes a user's identity or permissions. */
export const forget = (): void => cache.clear();

export * as CredentialCache from "./credential-cache.ts";
