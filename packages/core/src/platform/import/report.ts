import { Clock } from "../../kernel/clock.ts";
import { hasRole, useActorId } from "../../kernel/context.ts";
import { forbidden, ruleViolation } from "../../kernel/error.ts";
import { Job } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { type ImportRecord, Imports, KEEP_SECONDS } from "./import.ts";
import type { RejectedRow } from "./part.ts";
import { type Progress, toCounts } from "./row-log.ts";
import { readList } from "./sealed-text.ts";
import { errorsPath, listOwnColumns, reportColumns } from "./staging.ts";

/**
 * Refused rows as a file: as they came, with the field and the reason of each, to be corrected and brought in again. It is
 * written anew for who asks and lies nowhere: whatever stands in the rows, nobody has asked yet whether it is sealed elsewhere.
 */
async function* streamRows({ id, status, header }: ImportRecord): AsyncGenerator<string[]> {
  const { part = 0, parts = 0 } = (await Job.readProgress<Progress>(id)) ?? {};
  const places = listOwnColumns(header).map((column) => header.indexOf(column));
  const last = status === "reverting" || status === "reverted" ? parts : Math.min(part, parts);
  for (let at = 1; at <= last; at++) {
    for (const { number, cells, wrong } of await readList<RejectedRow>(id, errorsPath(at))) {
      const values = places.map((place) => {
        const cell = cells[place] ?? "";
        return typeof cell === "string" ? cell : cell[1];
      });
      yield [...values, String(number), formatFieldNames(wrong), distinctTexts(wrong.map(({ message }) => message)).join("; ")];
    }
  }
}

const distinctTexts = (texts: readonly string[]): string[] => [...new Set(texts)].filter(Boolean);

const formatFieldNames = (wrong: RejectedRow["wrong"]): string => distinctTexts(wrong.map(({ field }) => field)).join(", ");

/** A report, as it is written for who reads it. */
export interface Report {
  file_name: string;
  content_type: string;
  bytes: AsyncIterable<Uint8Array>;
}

/**
 * The file of refused rows, as far as the import is; undefined where none was refused. For who brought them in, and
 * administrators: rows hold what the caller would be shown of no record.
 */
export async function buildReport(id: string): Promise<Report | undefined> {
  const record = await Records.read(Imports, id);
  if (record.owner_id !== useActorId() && !hasRole("ADMIN"))
    throw forbidden("Refused rows are read by who brought the file in, and by administrators");
  const isGrowing = record.status === "queued" || record.status === "running";
  const { failed } = isGrowing ? toCounts(await Job.readProgress<Progress>(id)) : record;
  if (failed === 0) return undefined;
  if (record.finished_at !== null && Clock.addSeconds(KEEP_SECONDS, Date.parse(record.finished_at)) <= Clock.now())
    throw ruleViolation("The refused rows have gone: they are kept for seven days, bring the file in again");
  const { writeCsv } = await import("../../lib/spreadsheet/table-writer.ts");
  const header = [...listOwnColumns(record.header), ...reportColumns];
  const name = record.file_name.replace(/\.[^.]*$/, "");
  return {
    file_name: `${name} refused.csv`,
    content_type: "text/csv; charset=utf-8",
    bytes: writeCsv(header, streamRows(record)),
  };
}
