import type { FieldType } from "../../kernel/field.ts";
import { isEmpty, toSortKey } from "../../kernel/sort-key.ts";
import { fold, textSortKey } from "../../kernel/text.ts";
import { TextList } from "./text-list.ts";

/** How the values of a column are compared: as its type, or as texts without letter case and accents. */
export interface ColumnType {
  readonly name: string;
  readonly type: FieldType;
  readonly isText: boolean;
}

/** A column of a kind: its type, and its value in a record. */
export interface RecordColumn<R> {
  readonly type: ColumnType;
  /** Only segments with a value in some row have it. */
  readonly isOptional?: true;
  readonly read: (record: R) => unknown;
}

/** A column that a process computes from another one of a segment. */
export interface DerivedColumn {
  readonly type: ColumnType;
  /** The name of the other column. A segment without it has no value in any row. */
  readonly source: string;
  readonly convert: (value: unknown) => unknown;
}

/** A column that a list needs: by its name, or computed. */
export type ColumnRequest = string | DerivedColumn;

export type Codes = Uint8Array | Uint16Array | Uint32Array;

/** Returns the sort key of a value that is not empty. */
const valueSortKey = ({ type, isText }: ColumnType, value: unknown): string =>
  isText ? textSortKey(String(value)) : toSortKey(type, value);

export const allocateCodes = (rows: number, values: number): Codes =>
  values <= 0x100 ? new Uint8Array(rows) : values <= 0x10000 ? new Uint16Array(rows) : new Uint32Array(rows);

/**
 * The values of one field in the rows of a part. Distinct values are numbered in their order; `codes` has the number of each row. A row
 * without a value has the number after the last one.
 */
export class Column {
  readonly type: ColumnType;
  readonly codes: Codes;
  /** The distinct values: texts as they are, or all of them as JSON. */
  readonly values: TextList;
  readonly isJson: boolean;
  /** The codes whose value has the same sort key as the one before it. */
  readonly ties: Uint32Array;
  /** The codes in the order of their folded texts, for beginnings of texts. */
  readonly folded: Uint32Array | undefined;
  #ranks: Uint32Array | undefined;
  #starts: Uint32Array | undefined;
  #rowsByCode: Uint32Array | undefined;
  #foldedTexts: TextList | undefined;
  readonly #flags = new Map<string, Uint8Array>();

  constructor(parts: Pick<Column, "type" | "codes" | "values" | "isJson" | "ties" | "folded">) {
    this.type = parts.type;
    this.codes = parts.codes;
    this.values = parts.values;
    this.isJson = parts.isJson;
    this.ties = parts.ties;
    this.folded = parts.folded;
  }

  static build(type: ColumnType, values: readonly unknown[]): Column {
    const isJson = values.some((value) => !isEmpty(value) && typeof value !== "string");
    const toText = (value: unknown): string => (isJson ? JSON.stringify(value) : (value as string));
    const distinct = new Map<string, { key: string; text: string; code: number }>();
    for (const value of values) {
      if (isEmpty(value)) continue;
      const text = toText(value);
      if (!distinct.has(text)) distinct.set(text, { key: valueSortKey(type, value), text, code: 0 });
    }
    const sorted = [...distinct.values()].sort((a, b) => (a.key < b.key || (a.key === b.key && a.text < b.text) ? -1 : 1));
    const ties: number[] = [];
    for (const [code, entry] of sorted.entries()) {
      entry.code = code;
      if (sorted[code - 1]?.key === entry.key) ties.push(code);
    }
    const codes = allocateCodes(values.length, sorted.length + 1);
    for (const [row, value] of values.entries())
      codes[row] = isEmpty(value) ? sorted.length : (distinct.get(toText(value))?.code ?? 0);
    const texts = sorted.map(({ text }) => text);
    const folded = type.isText && !isJson ? sortFolded(texts) : undefined;
    return new Column({ type, codes, values: TextList.of(texts), isJson, ties: Uint32Array.from(ties), folded });
  }

  /** Returns the column of the converted values. */
  static derive({ type, convert }: DerivedColumn, source: Column | undefined, rows: number): Column {
    if (!source) return Column.build(type, new Array<null>(rows).fill(null));
    const values = Array.from({ length: source.empty + 1 }, (_, code) => convert(source.valueAt(code)));
    return Column.build(
      type,
      Array.from(source.codes, (code) => values[code]),
    );
  }

  get rows(): number {
    return this.codes.length;
  }

  /** The number of distinct values, and the code of the empty one. */
  get empty(): number {
    return this.values.length;
  }

  /** The rank of each code; codes whose values have the same sort key share one. The last entry is the rank of the empty value. */
  get ranks(): Uint32Array {
    if (this.#ranks) return this.#ranks;
    const ranks = new Uint32Array(this.empty + 1);
    let tie = 0;
    for (let code = 1; code <= this.empty; code++) {
      const isTie = this.ties[tie] === code;
      if (isTie) tie++;
      ranks[code] = (ranks[code - 1] as number) + (isTie ? 0 : 1);
    }
    this.#ranks = ranks;
    return ranks;
  }

  /** Bytes in memory, with what was made on demand. */
  get size(): number {
    const arrays = [this.codes, this.ties, this.folded, this.#ranks, this.#starts, this.#rowsByCode, ...this.#flags.values()];
    const bytes = arrays.reduce((sum, array) => sum + (array?.byteLength ?? 0), 0);
    return bytes + this.values.size + (this.#foldedTexts?.size ?? 0);
  }

  valueAt(code: number): unknown {
    if (code === this.empty) return null;
    const text = this.values.at(code);
    return this.isJson ? JSON.parse(text) : text;
  }

  /** Returns the sort key of a code that is not the empty one. */
  keyAt(code: number): string {
    return valueSortKey(this.type, this.valueAt(code));
  }

  /** Returns the first code whose sort key is not before the bound. */
  lowerBound(bound: string): number {
    return TextList.lowerBound(this.empty, bound, (code) => this.keyAt(code));
  }

  /** Returns the codes with exactly this sort key. */
  codesOfKey(key: string): readonly [from: number, to: number] {
    const from = this.lowerBound(key);
    let to = from;
    while (to < this.empty && this.keyAt(to) === key) to++;
    return [from, to];
  }

  /** Returns the codes whose folded texts begin with the prefix. */
  codesOfPrefix(prefix: string): Uint32Array | undefined {
    const { folded } = this;
    if (!folded) return undefined;
    const readKey = (index: number) => fold(this.values.at(folded[index] ?? 0));
    const from = TextList.lowerBound(folded.length, prefix, readKey);
    const to = TextList.lowerBound(folded.length, `${prefix}\uffff\uffff`, readKey);
    return folded.subarray(from, to);
  }

  /** Returns the codes whose folded texts contain a part, in ascending order: one pass over a block of bytes. */
  codesOfPart(part: string): number[] | undefined {
    if (!this.folded) return undefined;
    this.#foldedTexts ??= TextList.of(Array.from({ length: this.empty }, (_, code) => fold(this.values.at(code))));
    return this.#foldedTexts.findPart(part);
  }

  /** Returns a flag for each code, from a test of its value; kept for the next requests with the same test. */
  flagsOf(name: string, test: (value: unknown) => boolean): Uint8Array {
    const known = this.#flags.get(name);
    if (known) return known;
    const flags = new Uint8Array(this.empty + 1);
    for (let code = 0; code <= this.empty; code++) flags[code] = test(this.valueAt(code)) ? 1 : 0;
    if (this.#flags.size >= MAX_FLAGS) this.#flags.delete(this.#flags.keys().next().value as string);
    this.#flags.set(name, flags);
    return flags;
  }

  /** Where the rows of each code begin in `rowsByCode`. */
  get starts(): Uint32Array {
    if (this.#starts) return this.#starts;
    const starts = new Uint32Array(this.empty + 2);
    for (const code of this.codes) starts[code + 1] = (starts[code + 1] ?? 0) + 1;
    for (let code = 0; code <= this.empty; code++) starts[code + 1] = (starts[code + 1] ?? 0) + (starts[code] ?? 0);
    this.#starts = starts;
    return starts;
  }

  /** The rows by their codes, and those of one code in their order. */
  get rowsByCode(): Uint32Array {
    if (this.#rowsByCode) return this.#rowsByCode;
    const next = this.starts.slice();
    const rows = new Uint32Array(this.codes.length);
    for (let row = 0; row < this.codes.length; row++) {
      const code = this.codes[row] as number;
      rows[next[code] as number] = row;
      next[code] = (next[code] as number) + 1;
    }
    this.#rowsByCode = rows;
    return rows;
  }
}

/** Tests of dictionaries that a column keeps. */
const MAX_FLAGS = 8;

function sortFolded(texts: readonly string[]): Uint32Array {
  const keys = texts.map(fold);
  const order = Uint32Array.from(keys.keys());
  return order.sort((a, b) => ((keys[a] as string) < (keys[b] as string) ? -1 : 1));
}
