/** Work that is done once, when it is first asked for. */
export function memoize<T>(work: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined;
  return () => {
    value ??= work();
    return value;
  };
}

/** What follows from something that never changes, such as a schema: worked out once for each. */
export function memoizeByObject<K extends object, V>(work: (of: K) => V): (of: K) => V {
  const known = new WeakMap<K, { value: V }>();
  return (of) => {
    const found = known.get(of) ?? { value: work(of) };
    known.set(of, found);
    return found.value;
  };
}
