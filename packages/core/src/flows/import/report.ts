import { type ImportRecord, Imports } from "../../import/import.ts";
import type { Progress } from "../../import/journal.ts";
import { usePorts } from "../../kernel/context.ts";
import { Job } from "../../storage/job.ts";
import { objectKey } from "../../storage/object.ts";
import { Records } from "../../storage/records.ts";
import type { Refusal } from "./part.ts";
import { errorsKey, listIn, ownColumns, reportColumns } from "./stage.ts";

/** Refused rows as a file: as they came, with the field and the reason of each, to be corrected and brought in again. */
export async function report(record: ImportRecord | undefined): Promise<void> {
  if (!record) return;
  const { writeCsv } = await import("../../sheet/write.ts");
  const { part = 0, parts = 0 } = (await Job.progress<Progress>(record.id)) ?? {};
  const own = ownColumns(record.header);
  const places = own.map((column) => record.header.indexOf(column));
  const last = Math.min(part, parts);
  async function* rows(): AsyncIterable<string[]> {
    for (let at = 1; at <= last; at++) {
      for (const { number, cells, wrong } of await listIn<Refusal>(errorsKey(record?.id ?? "", at))) {
        const values = places.map((place) => {
          const cell = cells[place] ?? "";
          return typeof cell === "string" ? cell : cell[1];
        });
        yield [...values, String(number), namesOf(wrong), wrong.map(({ message }) => message).join("; ")];
      }
    }
  }
  await usePorts().objects.write(reportKey(record.id), writeCsv([...own, ...reportColumns], rows()));
}

const namesOf = (wrong: Refusal["wrong"]): string => [...new Set(wrong.map(({ field }) => field))].filter(Boolean).join(", ");

export const reportKey = (id: string): string => objectKey("imports", id, "errors.csv");

/** The file of refused rows, as far as the import is; undefined where none was refused. */
export async function errors(id: string): Promise<{ key: string; file_name: string; content_type: string } | undefined> {
  const record = await Records.read(Imports, id);
  if (record.finished_at === null) await report(record);
  const key = reportKey(id);
  const name = record.file_name.replace(/\.[^.]*$/, "");
  return (
    (await usePorts().objects.open(key)) && { key, file_name: `${name} refused.csv`, content_type: "text/csv; charset=utf-8" }
  );
}
