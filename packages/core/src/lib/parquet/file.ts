import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { DECIMAL_PRECISION, DECIMAL_SCALE, type ParquetCell, type ParquetColumn, type ParquetType } from "./cell.rules.ts";

/** Writes Parquet files row group by row group, so that memory does not grow with the rows. */

export type ParquetRow = readonly ParquetCell[];

/** Rows of a row group. Readers skip row groups by the smallest and the largest value of their columns. */
const ROW_GROUP_ROWS = 10_000;
/** A row group ends earlier if its texts have this many characters. */
const MAX_ROW_GROUP_CHARACTERS = 16_000_000;

type WriterOptions = ConstructorParameters<typeof ParquetWriter>[0];
type SchemaElement = WriterOptions["schema"][number];

const elements = {
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  integer: { type: "INT64" },
  number: { type: "DOUBLE" },
  decimal: {
    ...{ type: "FIXED_LEN_BYTE_ARRAY", type_length: 16, converted_type: "DECIMAL" },
    ...{ precision: DECIMAL_PRECISION, scale: DECIMAL_SCALE },
  },
  date: { type: "INT32", converted_type: "DATE" },
  instant: { type: "INT64", converted_type: "TIMESTAMP_MILLIS" },
  boolean: { type: "BOOLEAN" },
} as const satisfies Record<ParquetType, Omit<SchemaElement, "name">>;

const buildElements = ({ name, type, isList }: ParquetColumn): SchemaElement[] =>
  isList
    ? [
        { name, repetition_type: "OPTIONAL", num_children: 1, converted_type: "LIST" },
        { name: "list", repetition_type: "REPEATED", num_children: 1 },
        { name: "element", repetition_type: "OPTIONAL", ...elements[type] },
      ]
    : [{ name, repetition_type: "OPTIONAL", ...elements[type] }];

/** Yields the bytes of a file with these columns. A file without rows is valid too. */
export async function* writeParquet(
  columns: readonly ParquetColumn[],
  rows: AsyncIterable<ParquetRow>,
): AsyncGenerator<Uint8Array> {
  const bytes = new ByteWriter();
  const schema = [{ name: "root", num_children: columns.length }, ...columns.flatMap(buildElements)];
  const file = new ParquetWriter({ writer: bytes, schema, createdBy: "crm" });
  let group: ParquetRow[] = [];
  let characters = 0;
  for await (const row of rows) {
    group.push(row);
    characters += row.reduce<number>((sum, cell) => sum + (typeof cell === "string" ? cell.length : 0), 0);
    if (group.length < ROW_GROUP_ROWS && characters < MAX_ROW_GROUP_CHARACTERS) continue;
    await writeGroup(file, columns, group);
    yield takeBytes(bytes);
    group = [];
    characters = 0;
  }
  if (group.length > 0) await writeGroup(file, columns, group);
  await file.finish();
  yield takeBytes(bytes);
}

async function writeGroup(file: ParquetWriter, columns: readonly ParquetColumn[], rows: readonly ParquetRow[]): Promise<void> {
  const columnData = columns.map(({ name }, index) => ({ name, data: rows.map((row) => row[index]) }));
  await file.write({ columnData, rowGroupSize: rows.length });
}

/** Returns the bytes that were written since the last call. The writer goes on counting the offset of the file. */
function takeBytes(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}
