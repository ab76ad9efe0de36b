import { type ImportRecord, Imports } from "../../import/import.ts";
import { countsOf, type Progress } from "../../import/journal.ts";
import { usePorts } from "../../kernel/context.ts";
import { Job } from "../../storage/jobs/job.ts";
import { objectKey } from "../../storage/table/object.ts";
import { Records } from "../../storage/write/records.ts";
import type { Refusal } from "./part.ts";
import { errorsKey, listIn, ownColumns, reportColumns } from "./stage.ts";

/** Refused rows as a file: as they came, with the field and the reason of each, to be corrected and brought in again. */
export async function report({ id, status, header }: ImportRecord): Promise<void> {
  const { writeCsv } = await import("../../sheet/write.ts");
  const { part = 0, parts = 0 } = (await Job.progress<Progress>(id)) ?? {};
  const own = ownColumns(header);
  const places = own.map((column) => header.indexOf(column));
  const last = status === "reverting" || status === "reverted" ? parts : Math.min(part, parts);
  async function* rows(): AsyncIterable<string[]> {
    for (let at = 1; at <= last; at++) {
      for (const { number, cells, wrong } of await listIn<Refusal>(errorsKey(id, at))) {
        const values = places.map((place) => {
          const cell = cells[place] ?? "";
          return typeof cell === "string" ? cell : cell[1];
        });
        yield [...values, String(number), namesOf(wrong), distinct(wrong.map(({ message }) => message)).join("; ")];
      }
    }
  }
  await usePorts().objects.write(reportKey(id), writeCsv([...own, ...reportColumns], rows()));
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].filter(Boolean);

const namesOf = (wrong: Refusal["wrong"]): string => distinct(wrong.map(({ field }) => field)).join(", ");

const reportKey = (id: string): string => objectKey("imports", id, "errors.csv");

/**
 * The file of refused rows, as far as the import is; undefined where none was refused. While rows come in, it is made each
 * time; once they do not, it is made if nobody has, as of an import that was cancelled.
 */
export async function errors(id: string): Promise<{ key: string; file_name: string; content_type: string } | undefined> {
  const record = await Records.read(Imports, id);
  const isGrowing = record.status === "queued" || record.status === "running";
  const { failed } = isGrowing ? countsOf(await Job.progress<Progress>(id)) : record;
  if (failed === 0) return undefined;
  const key = reportKey(id);
  if (isGrowing || !(await usePorts().objects.open(key))) await report(record);
  const name = record.file_name.replace(/\.[^.]*$/, "");
  return { key, file_name: `${name} refused.csv`, content_type: "text/csv; charset=utf-8" };
}
