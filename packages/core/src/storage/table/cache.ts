import { Clock } from "../../kernel/clock.ts";
import { usePorts } from "../../kernel/context.ts";
import { useBatch } from "./transaction-batch.ts";

interface CacheEntry<T> {
  value: Promise<T>;
  expiresAt: number;
}

/**
 * Caches values in this process, for each database, with one load at a time for each key. A process drops the values that it writes at once;
 * other processes follow when the time to live ends, which is never more than a minute.
 */
export class Cache<T> {
  readonly #seconds: number;
  readonly #most: number;
  readonly #clock: () => number;
  readonly #databases = new WeakMap<object, Map<string, CacheEntry<T>>>();

  /** The time to live is measured by the test clock (`Clock.ms`), or by another clock if the values carry times of that clock. */
  constructor(seconds: number, maxEntries = 1000, clock = Clock.ms) {
    this.#seconds = seconds;
    this.#most = maxEntries;
    this.#clock = clock;
  }

  get(key: string, load: () => Promise<T>): Promise<T> {
    const entries = this.#kept();
    const entry = entries.get(key);
    const now = this.#clock();
    const latest = now + this.#seconds * 1000;
    if (entry && entry.expiresAt > now && entry.expiresAt <= latest) return entry.value;
    const value = load();
    entries.delete(key);
    entries.set(key, { value, expiresAt: latest });
    value.catch(() => this.invalidate(key));
    if (entries.size > this.#most) entries.delete(entries.keys().next().value as string);
    return value;
  }

  /** Returns whether there is a value for the key, without loading it. */
  has(key: string): boolean {
    return (this.#kept().get(key)?.expiresAt ?? 0) > this.#clock();
  }

  /** Gets several values; those that are not cached are loaded together. */
  getAll(keys: readonly string[], load: (missing: readonly string[]) => Promise<readonly T[]>): Promise<T[]> {
    let loaded: Promise<ReadonlyMap<string, T>> | undefined;
    const missing: string[] = [];
    const together = (): Promise<ReadonlyMap<string, T>> => {
      loaded ??= Promise.resolve().then(async () => {
        const values = await load(missing);
        return new Map(missing.map((key, index) => [key, values[index] as T]));
      });
      return loaded;
    };
    return Promise.all(
      keys.map((key) =>
        this.get(key, async () => {
          missing.push(key);
          return (await together()).get(key) as T;
        }),
      ),
    );
  }

  invalidate(key: string): void {
    this.#kept().delete(key);
    // Writes of a batch reach the table only when the batch is sent; until then a read may cache the old value again.
    useBatch()?.onSent(() => this.#kept().delete(key));
  }

  clear(): void {
    this.#kept().clear();
  }

  #kept(): Map<string, CacheEntry<T>> {
    const { database } = usePorts();
    const entries = this.#databases.get(database) ?? new Map<string, CacheEntry<T>>();
    this.#databases.set(database, entries);
    return entries;
  }
}
