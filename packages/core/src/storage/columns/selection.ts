import { textSortKey } from "../../kernel/text.ts";
import type { Column } from "./column.ts";

/** A condition on the values of one column. */
export interface ColumnCondition {
  readonly column: string;
  /** Identifies the condition among those of the column. */
  readonly name: string;
  readonly test: (value: unknown) => boolean;
  /** The same as an operator and a value as it is encoded for comparison, if the order of the values may answer it. */
  readonly filter?: ColumnFilter;
}

interface ColumnFilter {
  readonly operator: string;
  readonly value: string | readonly string[];
}

export type ColumnExpression =
  | { readonly and: readonly ColumnExpression[] }
  | { readonly or: readonly ColumnExpression[] }
  | ColumnCondition;

export type RowTest = (row: number) => boolean;

/** The rows of a segment that fulfil a condition: by the codes of its column. */
interface Selection {
  readonly column: Column;
  /** The codes, if they follow each other. */
  readonly range: readonly [from: number, to: number] | undefined;
  /** A flag for each code, otherwise. */
  readonly flags: Uint8Array | undefined;
  /** The codes one by one, if they are few. */
  readonly codes: readonly number[] | undefined;
}

/** Codes that are enumerated one by one, at most. */
const MAX_CODES = 4096;

const ofRange = (column: Column, from: number, to: number): Selection => ({
  ...{ column, range: [from, Math.max(from, to)], flags: undefined, codes: undefined },
});

function ofCodes(column: Column, codes: readonly number[]): Selection {
  const [first = 0] = codes;
  if (codes.length <= 1) return ofRange(column, first, first + codes.length);
  const flags = new Uint8Array(column.empty + 1);
  for (const code of codes) flags[code] = 1;
  return { column, range: undefined, flags, codes: codes.length <= MAX_CODES ? codes : undefined };
}

/** Selects all rows but those of some codes. */
function ofOtherCodes(column: Column, codes: readonly number[]): Selection {
  const flags = new Uint8Array(column.empty + 1).fill(1);
  for (const code of codes) flags[code] = 0;
  return ofFlags(column, flags);
}

function ofFlags(column: Column, flags: Uint8Array): Selection {
  const codes: number[] = [];
  if (flags.length <= MAX_CODES) for (let code = 0; code < flags.length; code++) if (flags[code] === 1) codes.push(code);
  return { column, range: undefined, flags, codes: flags.length <= MAX_CODES ? codes : undefined };
}

export const select = (column: Column, condition: ColumnCondition): Selection =>
  (condition.filter && selectByOrder(column, condition.filter, condition.test)) ??
  ofFlags(column, column.flagsOf(condition.name, condition.test));

/** Selects by the order of the values; undefined if the order does not help. */
function selectByOrder(column: Column, filter: ColumnFilter, test: (value: unknown) => boolean): Selection | undefined {
  const { operator, value } = filter;
  const { empty } = column;
  if (operator === "is_null") return value === "true" ? ofRange(column, empty, empty + 1) : ofRange(column, 0, empty);
  if (operator === "prefix") {
    const codes = column.codesOfPrefix(String(value));
    return codes && ofCodes(column, [...codes]);
  }
  if (operator === "contains" || operator === "not_contains") {
    const codes = column.codesOfPart(String(value));
    return codes && (operator === "contains" ? ofCodes(column, codes) : ofOtherCodes(column, codes));
  }
  if (["has", "not_has", "ne", "not_in"].includes(operator)) return undefined;
  if (operator === "eq" || operator === "in") {
    const codes = [value].flat().flatMap((operand) => listCodes(column, operand, test));
    return ofCodes(column, [...new Set(codes)]);
  }
  if (column.type.isText) return undefined;
  const bound = String(value);
  if (operator === "gte") return ofRange(column, column.lowerBound(bound), empty);
  if (operator === "lt") return ofRange(column, 0, column.lowerBound(bound));
  const [, after] = column.codesOfKey(bound);
  return operator === "gt" ? ofRange(column, after, empty) : ofRange(column, 0, after);
}

/** Lists the codes whose values equal an operand as it is encoded for comparison. */
function listCodes(column: Column, operand: string, test: (value: unknown) => boolean): number[] {
  const key = column.type.isText ? textSortKey(operand) : operand;
  const [from, to] = column.codesOfKey(key);
  const codes: number[] = [];
  for (let code = from; code < to; code++) if (test(column.valueAt(code))) codes.push(code);
  return codes;
}

/** Returns how many rows are selected; infinite if they cannot be enumerated. */
export function countRows({ column, range, codes }: Selection): number {
  const { starts } = column;
  if (range) return (starts[range[1]] ?? 0) - (starts[range[0]] ?? 0);
  return codes ? codes.reduce((sum, code) => sum + (starts[code + 1] ?? 0) - (starts[code] ?? 0), 0) : Number.POSITIVE_INFINITY;
}

/** Returns the selected rows in parts, each part in its order. */
export function listRows({ column, range, codes = [] }: Selection): Uint32Array[] {
  const { starts, rowsByCode } = column;
  if (range) return [rowsByCode.subarray(starts[range[0]], starts[range[1]])];
  return codes.map((code) => rowsByCode.subarray(starts[code], starts[code + 1]));
}

export function testRow({ column, range, flags }: Selection): RowTest {
  const { codes } = column;
  if (range) {
    const [from, to] = range;
    return (row) => {
      const code = codes[row] as number;
      return code >= from && code < to;
    };
  }
  const chosen = flags as Uint8Array;
  return (row) => chosen[codes[row] as number] === 1;
}
