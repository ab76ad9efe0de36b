import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { query as parameter, text } from "../../kernel/schema.ts";
import * as Cursor from "../../storage/read/cursor.ts";
import { Job } from "../../storage/write/job.ts";
import { cellText } from "./cell-text.ts";
import type { ImportRecord } from "./import.ts";
import type { RejectedRow } from "./part.ts";
import { readReported } from "./report.ts";
import type { Progress } from "./row-log.ts";
import { readList } from "./sealed-text.ts";
import { errorsPath, listOwnColumns } from "./staging.ts";

/** The refused rows of an import one by one, each with its errors at the columns that they are about. */

const RejectedRowInfo = z.object({
  row: z.number().int().describe("Number of the row in the file, as spreadsheets count"),
  cells: z.record(z.string(), z.string()).describe("Column → cell as in the file"),
  errors: z.array(
    z.object({
      column: z.string().nullable().describe("null: the error is about the whole row, or about a field without a column"),
      field: z.string(),
      message: z.string(),
    }),
  ),
});
type RejectedRowInfo = z.output<typeof RejectedRowInfo>;

export const Info = z
  .object({
    rows: z.array(RejectedRowInfo.meta({ id: "RowRejection" })),
    total: z.number().int().describe("Rejected rows so far, on all pages"),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: "RejectedRows" });

const Query = z.strictObject({
  id: text(64),
  limit: parameter.int(1, 500).optional().describe("Defaults to 100"),
  cursor: text(1000).optional().describe("The next_cursor of the previous page"),
});

/** Where a page begins: the part of the file, and how many of its refused rows come before. */
const Position = z.tuple([z.number().int(), z.number().int()]);

/** Lists the refused rows in the order of the file. For the user who started the import and administrators, as the file of them is. */
export const list = fn(Query, async ({ id, limit = 100, cursor }): Promise<z.output<typeof Info>> => {
  const { record, failed } = await readReported(id);
  const opened = cursor === undefined ? undefined : await Cursor.open(cursor, id);
  const [firstPart, skipped] = opened?.after === undefined ? [1, 0] : Position.parse(JSON.parse(opened.after));
  const rows: RejectedRowInfo[] = [];
  let next: readonly [number, number] | undefined;
  const last = await countParts(record);
  for (let part = firstPart; part <= last && next === undefined; part++) {
    const found = await readList<RejectedRow>(record.id, errorsPath(part));
    const start = part === firstPart ? skipped : 0;
    const end = Math.min(found.length, start + limit - rows.length);
    rows.push(...found.slice(start, end).map((row) => present(row, record)));
    if (rows.length === limit && (end < found.length || part < last)) next = end < found.length ? [part, end] : [part + 1, 0];
  }
  const next_cursor =
    next === undefined ? null : await Cursor.seal({ after: JSON.stringify(next), total: failed, isLowerBound: false }, id);
  return { rows, total: failed, next_cursor };
});

/** Returns how many parts may have refused rows. A revert counts its own parts in `part`. */
async function countParts({ id, status }: ImportRecord): Promise<number> {
  const { part = 0, parts = 0 } = (await Job.readProgress<Progress>(id)) ?? {};
  return status === "reverting" || status === "reverted" ? parts : Math.min(part, parts);
}

function present({ number, cells, wrong }: RejectedRow, { header, mapping }: ImportRecord): RejectedRowInfo {
  const own = listOwnColumns(header);
  const columnByField = new Map(Object.entries(mapping).map(([column, field]) => [field, column]));
  return {
    row: number,
    cells: Object.fromEntries(own.map((column) => [column, cellText(cells[header.indexOf(column)] ?? "")])),
    errors: wrong.map(({ field, message }) => ({ column: findColumn(field, columnByField), field, message })),
  };
}

/** Returns the column of an error: that of the field, or of an object that contains it (`address.city`). */
function findColumn(field: string, columnByField: ReadonlyMap<string, string>): string | null {
  const steps = field.split(".");
  for (let length = steps.length; length > 0; length--) {
    const column = columnByField.get(steps.slice(0, length).join("."));
    if (column !== undefined) return column;
  }
  return null;
}

export * as RejectedRows from "./rejected-rows.ts";
