import { Cache } from "../../storage/table/cache.ts";

/** Who sends a credential is read at most once a minute for each: so a logout or a changed role holds within that time. */
const cache = new Cache<unknown>(60, 10_000);

export const resolve = <T>(credential: string, load: () => Promise<T>): Promise<T> => cache.get(credential, load) as Promise<T>;

/** After a write that changes who somebody is or what they may do, in this process at once. */
export const forget = (): void => cache.clear();

export * as CredentialCache from "./credential-cache.ts";
