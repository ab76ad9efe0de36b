import { collectBytes } from "../../kernel/bytes.ts";
import { usePorts } from "../../kernel/context.ts";
import { pad } from "../../storage/table/collection.ts";
import { objectKey } from "../../storage/table/object-key.ts";
import type { ResultRow } from "./report.rules.ts";
import type { RunRecord } from "./report-run.entity.ts";

/** The objects of a run's result. */

/** Rows of one object. */
export const PART_ROWS = 1000;
/** Entries, rows or ids that a worker holds in memory. */
export const MAX_HELD_ENTRIES = 25_000;

const PART_DIGITS = 6;

export const resultKey = ({ id, number }: Pick<RunRecord, "id" | "number">, worker: string, part: number): string =>
  objectKey("exports", id, `run${number}`, worker, "result", pad(part, PART_DIGITS));

/** Reads rows of a result from `offset`. */
export async function readResultRows(run: RunRecord, offset: number, count: number): Promise<ResultRow[]> {
  const rows: ResultRow[] = [];
  for (let part = Math.floor(offset / PART_ROWS); part < run.parts && part * PART_ROWS < offset + count; part++) {
    const object = await usePorts().objects.open(resultKey(run, run.worker ?? "", part));
    if (!object) throw new Error(`Part ${part} of ${run.id} no longer exists`);
    const all = JSON.parse((await collectBytes(object.read())).toString()) as ResultRow[];
    const first = part * PART_ROWS;
    rows.push(...all.slice(Math.max(0, offset - first), offset + count - first));
  }
  return rows;
}

/** Yields all rows of a result, with one object in memory at a time. */
export async function* readAllRows(run: RunRecord): AsyncGenerator<ResultRow> {
  for (let part = 0; part < run.parts; part++) yield* await readResultRows(run, part * PART_ROWS, PART_ROWS);
}

/** The file of a run. */
export const fileKey = ({ id, number }: Pick<RunRecord, "id" | "number">, worker: string): string =>
  objectKey("exports", id, `run${number}`, worker, "file");
