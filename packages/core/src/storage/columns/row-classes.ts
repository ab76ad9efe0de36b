import type { Column } from "./column.ts";
import type { Segment } from "./segment.ts";

/** The values of a row in some columns, by their names. */
type RowValues = Readonly<Record<string, unknown>>;

/** Returns what was computed for the values of a row. */
type RowReader<T> = (row: number) => T;

/**
 * Returns a reader of what is computed from the values of a row in some columns. Rows with the same values share one result, which is computed once. With
 * `isMonotone`, results of equal identity enclose only results that equal them, such as the months of sorted days.
 */
export function classifyRows<T extends object>(
  segment: Segment,
  names: readonly string[],
  compute: (values: RowValues) => T,
  isMonotone = false,
): RowReader<T> {
  const columns = names.map((name): Column => {
    const column = segment.columns.get(name);
    if (!column) throw new Error(`There is no column ${name}`);
    return column;
  });
  const [first] = columns;
  if (!first) {
    const only = compute({});
    return () => only;
  }
  if (columns.length > 1) return classifyByCodes(columns, compute);
  const { name } = first.type;
  const computeCode = (code: number): T => compute({ [name]: first.valueAt(code) });
  return isMonotone ? classifyRanges(first, computeCode) : classifyByCode(first, computeCode);
}

function classifyByCode<T extends object>({ codes, empty }: Column, compute: (code: number) => T): RowReader<T> {
  const results: (T | undefined)[] = new Array(empty + 1);
  return (row) => {
    const code = codes[row] as number;
    const known = results[code];
    if (known !== undefined) return known;
    const computed = compute(code);
    results[code] = computed;
    return computed;
  };
}

/** Computes the ends of ranges of codes, and halves the ranges whose ends differ. */
function classifyRanges<T extends object>({ codes, empty }: Column, compute: (code: number) => T): RowReader<T> {
  const results: T[] = new Array(empty + 1);
  const fill = (from: number, to: number): void => {
    if (to - from < 2) return;
    if (results[from] === results[to]) {
      results.fill(results[from] as T, from, to);
      return;
    }
    const middle = (from + to) >>> 1;
    results[middle] = compute(middle);
    fill(from, middle);
    fill(middle, to);
  };
  if (empty > 0) {
    results[0] = compute(0);
    results[empty - 1] = compute(empty - 1);
    fill(0, empty - 1);
  }
  results[empty] = compute(empty);
  return (row) => results[codes[row] as number] as T;
}

/** Rows with the same codes in several columns share a number: that of the first column times the sizes of the others, and so on. */
function classifyByCodes<T extends object>(columns: readonly Column[], compute: (values: RowValues) => T): RowReader<T> {
  const results = new Map<number | string, T>();
  const isNumber = columns.reduce((product, { empty }) => product * (empty + 1), 1) <= Number.MAX_SAFE_INTEGER;
  const readKey = isNumber
    ? (row: number) => columns.reduce((key, { codes, empty }) => key * (empty + 1) + (codes[row] as number), 0)
    : (row: number) => columns.map(({ codes }) => codes[row]).join(" ");
  return (row) => {
    const key = readKey(row);
    const known = results.get(key);
    if (known !== undefined) return known;
    const computed = compute(
      Object.fromEntries(columns.map((column) => [column.type.name, column.valueAt(column.codes[row] as number)])),
    );
    results.set(key, computed);
    return computed;
  };
}
