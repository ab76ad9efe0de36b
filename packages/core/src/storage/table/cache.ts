import { Clock } from "../../kernel/clock.ts";
import { usePorts } from "../../kernel/context.ts";
import { useBatch } from "./transaction-batch.ts";

interface CacheEntry<T> {
  value: Promise<T>;
  expiresAt: number;
}

/**
 * Values kept for a while in this process, one load at a time for each key, apart for each database. What a process
 * writes it forgets at once; others follow within the time to live, which is never more than the contract's minute.
 */
export class Cache<T> {
  readonly #seconds: number;
  readonly #most: number;
  readonly #clock: () => number;
  readonly #databases = new WeakMap<object, Map<string, CacheEntry<T>>>();

  /** Seconds of the clock that everything goes by, or of another one, where what is kept has its time from elsewhere. */
  constructor(seconds: number, most = 1000, clock = Clock.ms) {
    this.#seconds = seconds;
    this.#most = most;
    this.#clock = clock;
  }

  get(key: string, load: () => Promise<T>): Promise<T> {
    const kept = this.#kept();
    const found = kept.get(key);
    const now = this.#clock();
    const latest = now + this.#seconds * 1000;
    if (found && found.expiresAt > now && found.expiresAt <= latest) return found.value;
    const value = load();
    kept.delete(key);
    kept.set(key, { value, expiresAt: latest });
    value.catch(() => this.invalidate(key));
    if (kept.size > this.#most) kept.delete(kept.keys().next().value as string);
    return value;
  }

  /** Whether there is a value for the key, without loading one. */
  has(key: string): boolean {
    return (this.#kept().get(key)?.expiresAt ?? 0) > this.#clock();
  }

  /** Several at once: those that are not kept are loaded together. */
  getAll(keys: readonly string[], load: (missing: readonly string[]) => Promise<readonly T[]>): Promise<T[]> {
    let loaded: Promise<ReadonlyMap<string, T>> | undefined;
    const missing: string[] = [];
    const together = (): Promise<ReadonlyMap<string, T>> => {
      loaded ??= Promise.resolve().then(async () => {
        const values = await load(missing);
        return new Map(missing.map((key, at) => [key, values[at] as T]));
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
    // What a verb of a batch wrote is there once the batch was sent: until then it may be read as it was.
    useBatch()?.onSent(() => this.#kept().delete(key));
  }

  clear(): void {
    this.#kept().clear();
  }

  #kept(): Map<string, CacheEntry<T>> {
    const { database } = usePorts();
    const kept = this.#databases.get(database) ?? new Map<string, CacheEntry<T>>();
    this.#databases.set(database, kept);
    return kept;
  }
}
