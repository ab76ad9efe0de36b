import { Column, type RecordColumn } from "./column.ts";
import { encodeSegment } from "./segment-file.ts";
import { TextList } from "./text-list.ts";

/** Rows of one segment, at most. One column of it is built in less than a tenth of a second. */
export const MAX_SEGMENT_ROWS = 65_536;

/** Lets other work of the process run between two columns. */
const yieldToOthers = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Returns the bytes of a segment of these records, which are in the order of their ids. */
export function buildSegment<R extends { id: string }>(
  columns: readonly RecordColumn<R>[],
  records: readonly R[],
  gone: readonly string[] = [],
): Promise<Buffer> {
  async function* buildColumns(): AsyncGenerator<Column> {
    for (const { type, read } of columns) {
      yield Column.build(type, records.map(read));
      await yieldToOthers();
    }
  }
  return encodeSegment({ ids: TextList.of(records.map(({ id }) => id)), gone, columns: buildColumns() });
}

/** A row of one of several segments. */
interface SourceRow {
  readonly segment: number;
  readonly row: number;
}

/** A segment as the source of another one: its ids, the rows that still count, and its columns. */
interface SegmentSource {
  readonly ids: TextList;
  readonly replaced: Uint8Array | undefined;
  readonly columnNames: readonly string[];
  readColumn(name: string): Promise<Column | undefined>;
}

/** Returns the rows of segments that still count, in the order of their ids. */
export function listSourceRows(sources: readonly SegmentSource[], isChosen: (id: string) => boolean): SourceRow[] {
  const rows = sources.flatMap(({ ids, replaced }, segment) =>
    Array.from({ length: ids.length }, (_, row) => ({ segment, row, id: ids.at(row) })).filter(
      ({ row, id }) => replaced?.[row] !== 1 && isChosen(id),
    ),
  );
  return rows.sort((a, b) => (a.id < b.id ? -1 : 1)).map(({ segment, row }) => ({ segment, row }));
}

/** Returns the bytes of a segment of rows of others, column by column, so that only one column is in memory as values. */
export function joinSegments(
  columns: readonly Pick<RecordColumn<never>, "type" | "isOptional">[],
  sources: readonly SegmentSource[],
  rows: readonly SourceRow[],
  gone: readonly string[] = [],
): Promise<Buffer> {
  async function* buildColumns(): AsyncGenerator<Column> {
    for (const { type, isOptional } of columns) {
      const read = await Promise.all(sources.map((source) => source.readColumn(type.name)));
      yield Column.build(
        type,
        rows.map(({ segment, row }) => {
          const column = read[segment];
          if (!column && !isOptional) throw new Error(`A segment has no column ${type.name}`);
          return column ? column.valueAt(column.codes[row] as number) : null;
        }),
      );
      await yieldToOthers();
    }
  }
  const ids = TextList.of(rows.map(({ segment, row }) => (sources[segment] as SegmentSource).ids.at(row)));
  return encodeSegment({ ids, gone, columns: buildColumns() });
}
