/** Runs work once, at the first call, and returns the same promise from then on. */
export function memoize<T>(work: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined;
  return () => {
    value ??= work();
    return value;
  };
}

/** Caches a value that is derived from an immutable object, such as a schema. */
export function memoizeByObject<K extends object, V>(work: (of: K) => V): (of: K) => V {
  const known = new WeakMap<K, { value: V }>();
  return (of) => {
    const found = known.get(of) ?? { value: work(of) };
    known.set(of, found);
    return found.value;
  };
}
