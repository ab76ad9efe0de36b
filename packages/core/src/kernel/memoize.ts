/** Runs work once, at the first call, and returns the same promise from then on. */
export function memoize<T>(work: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined;
  return () => {
    value ??= work();
    return value;
  };
}

/** Caches a value that is derived from an immutable object, such as a schema. */
export function memoizeByObject<K extends object, V>(work: (key: K) => V): (key: K) => V {
  const cache = new WeakMap<K, { value: V }>();
  return (key) => {
    const entry = cache.get(key) ?? { value: work(key) };
    cache.set(key, entry);
    return entry.value;
  };
}
