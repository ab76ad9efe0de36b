/** Rows in an order. A row is built only when it is needed. */
export interface OrderedRows<T> {
  readonly length: number;
  at(index: number): T;
}

/**
 * Returns rows of several sources in their common order, without the first `skip`. It compares few of the skipped rows: the source whose next
 * step of rows ends first can give this step, because no other source has as many rows before its end.
 */
export function mergeRows<T>(
  sources: readonly OrderedRows<T>[],
  { skip, limit }: { skip: number; limit: number },
  isBefore: (a: T, b: T) => boolean,
): T[] {
  const cursors = sources.map((rows) => ({ rows, next: 0 }));
  /** Returns the source whose row after so many more is first. */
  const findFirst = (step: number): { cursor: (typeof cursors)[number]; row: T } | undefined => {
    let first: { cursor: (typeof cursors)[number]; row: T } | undefined;
    for (const cursor of cursors) {
      if (cursor.next >= cursor.rows.length) continue;
      const row = cursor.rows.at(Math.min(cursor.next + step, cursor.rows.length) - 1);
      if (!first || isBefore(row, first.row)) first = { cursor, row };
    }
    return first;
  };
  for (let rest = skip; rest > 0; ) {
    const step = Math.max(1, Math.floor(rest / cursors.length));
    const first = findFirst(step);
    if (!first) return [];
    const { cursor } = first;
    const taken = Math.min(step, cursor.rows.length - cursor.next);
    cursor.next += taken;
    rest -= taken;
  }
  const merged: T[] = [];
  for (let first = findFirst(1); first && merged.length < limit; first = findFirst(1)) {
    merged.push(first.row);
    first.cursor.next++;
  }
  return merged;
}
