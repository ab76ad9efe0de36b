import { usePorts } from "../../kernel/context.ts";
import { mergeRuns, readRun, writeRun } from "../../storage/scheduler/external-sort.ts";
import { pad } from "../../storage/table/collection.ts";
import { objectKey } from "../../storage/table/object-key.ts";
import type { SortableRow } from "./report.rules.ts";
import type { RunRecord } from "./report-run.entity.ts";
import { MAX_HELD_ENTRIES, PART_ROWS, resultKey } from "./run-object.ts";

/** What the last slice of a run writes: the rows of its result, sorted, in parts. */

/** Digits of the numbers in the keys of objects. */
export const KEY_DIGITS = 6;

/** Sorts the rows of a result, in the object store if there are many. */
export class RowSorter {
  readonly #record: RunRecord;
  readonly #worker: string;
  readonly #compare: (a: SortableRow, b: SortableRow) => number;
  #rows: SortableRow[] = [];
  readonly #keys: string[] = [];

  constructor(record: RunRecord, worker: string, compare: (a: SortableRow, b: SortableRow) => number) {
    this.#record = record;
    this.#worker = worker;
    this.#compare = compare;
  }

  async add(row: SortableRow): Promise<void> {
    if (this.#rows.push(row) < MAX_HELD_ENTRIES) return;
    const key = objectKey(
      "exports",
      this.#record.id,
      `run${this.#record.number}`,
      this.#worker,
      "order",
      pad(this.#keys.length, KEY_DIGITS),
    );
    await writeRun(key, this.#rows.sort(this.#compare));
    this.#keys.push(key);
    this.#rows = [];
  }

  async *sorted(): AsyncGenerator<SortableRow> {
    const rest = this.#rows.sort(this.#compare);
    async function* held(): AsyncGenerator<SortableRow> {
      yield* rest;
    }
    yield* mergeRuns([...this.#keys.map((key) => readRun<SortableRow>(key)), held()], this.#compare);
  }
}

/** Writes the rows of a result as objects of `PART_ROWS` rows, up to the limit of the report. */
export class PartWriter {
  readonly #record: RunRecord;
  readonly #worker: string;
  readonly #limit: number;
  #rows: string[] = [];
  count = 0;
  parts = 0;

  constructor(record: RunRecord, worker: string, limit: number = Number.POSITIVE_INFINITY) {
    this.#record = record;
    this.#worker = worker;
    this.#limit = limit;
  }

  async add(row: object): Promise<void> {
    if (this.count++ >= this.#limit) return;
    if (this.#rows.push(JSON.stringify(row)) >= PART_ROWS) await this.#write();
  }

  async close(): Promise<void> {
    if (this.#rows.length > 0) await this.#write();
  }

  async #write(): Promise<void> {
    await usePorts().objects.write(resultKey(this.#record, this.#worker, this.parts), Buffer.from(`[${this.#rows.join(",\n")}]`));
    this.parts++;
    this.#rows = [];
  }
}
