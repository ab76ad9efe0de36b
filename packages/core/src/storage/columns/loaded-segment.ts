import { Column, type ColumnRequest } from "./column.ts";
import { openSegment, type StoredSegment } from "./column-set.ts";
import { findRow, type Segment } from "./segment.ts";
import type { SegmentFile } from "./segment-file.ts";
import { arrangementSize } from "./segment-order.ts";
import type { TextList } from "./text-list.ts";

/** A segment in the memory of a process. Its columns are read when a list first needs them. */
export class LoadedSegment implements Segment {
  readonly stored: StoredSegment;
  readonly ids: TextList;
  readonly columns: Map<string, Column>;
  readonly #file: SegmentFile;
  #replaced: Uint8Array | undefined;

  private constructor(stored: StoredSegment, file: SegmentFile, ids: TextList, columns = new Map<string, Column>()) {
    this.stored = stored;
    this.#file = file;
    this.ids = ids;
    this.columns = columns;
  }

  /** Loads the ids of a segment; undefined if its object is lost. */
  static async open(kind: string, stored: StoredSegment): Promise<LoadedSegment | undefined> {
    const file = await openSegment(kind, stored.name);
    return file && new LoadedSegment(stored, file, await file.readIds());
  }

  /** The same segment for another set, in which other rows are replaced. Both share the columns in memory. */
  copy(): LoadedSegment {
    return new LoadedSegment(this.stored, this.#file, this.ids, this.columns);
  }

  get replaced(): Uint8Array | undefined {
    return this.#replaced;
  }

  get gone(): readonly string[] {
    return this.#file.directory.gone;
  }

  /** Marks the row of an id as replaced by a newer one. */
  replace(id: string): void {
    const row = findRow(this, id);
    if (row === undefined) return;
    this.#replaced ??= new Uint8Array(this.ids.length);
    this.#replaced[row] = 1;
  }

  readColumn(name: string): Promise<Column | undefined> {
    return this.#file.readColumn(name);
  }

  get columnNames(): readonly string[] {
    return Object.keys(this.#file.directory.columns);
  }

  /** Loads columns that a list needs. Returns false if the segment was written without one of them. */
  async load(requests: Iterable<ColumnRequest>): Promise<boolean> {
    const read = await Promise.all([...requests].map((request) => this.#loadColumn(request)));
    return read.every((column) => column !== undefined);
  }

  async #loadColumn(request: ColumnRequest): Promise<Column | undefined> {
    const name = typeof request === "string" ? request : request.type.name;
    const known = this.columns.get(name);
    if (known) return known;
    const source = await this.#file.readColumn(typeof request === "string" ? request : request.source);
    const column = typeof request === "string" ? source : Column.derive(request, source, this.ids.length);
    if (column) this.columns.set(name, column);
    return column;
  }

  /** Bytes in memory. */
  get size(): number {
    const others = this.ids.size + (this.#replaced?.length ?? 0) + arrangementSize(this);
    return [...this.columns.values()].reduce((sum, { size }) => sum + size, others);
  }
}
