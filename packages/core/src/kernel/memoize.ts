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

/** Texts whose values are kept. */
const MAX_TEXTS = 5000;

/** Caches a value that is computed from a text. Begins again when many texts are cached, so that memory stays bounded. */
export function memoizeByText<V>(work: (text: string) => V): (text: string) => V {
  const cache = new Map<string, { value: V }>();
  return (text) => {
    const known = cache.get(text);
    if (known) return known.value;
    const entry = { value: work(text) };
    if (cache.size >= MAX_TEXTS) cache.clear();
    cache.set(text, entry);
    return entry.value;
  };
}
