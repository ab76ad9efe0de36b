interface PlacedValue {
  readonly sequence: number;
}

interface EndMarks {
  readonly is_closed?: unknown;
  readonly is_final?: unknown;
}

/** Whether records with the value are over, such as those of a closed stage. */
const isEnd = (value: object): boolean => {
  const { is_closed, is_final }: EndMarks = value;
  return is_closed === true || is_final === true;
};

/**
 * Returns the place of a new value whose records are open: after the last open value, and before the first one whose records are over. Undefined if
 * nothing follows from the others.
 */
export function findOpenPlace(value: object, others: readonly PlacedValue[]): number | undefined {
  const ends = others.filter(isEnd).map(({ sequence }) => sequence);
  if (ends.length === 0 || isEnd(value)) return undefined;
  const firstEnd = Math.min(...ends);
  const before = others.filter((other) => !isEnd(other) && other.sequence < firstEnd).map(({ sequence }) => sequence);
  // Values with the same place are in the order of their names.
  return Math.min(Math.max(0, ...before) + 1, Math.max(0, firstEnd - 1));
}
