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
 * Yields the refused rows: their cells as they came, with the fields and reasons, so that they can be corrected and imported again. The report is
 * generated for each download and never stored, because its cells may contain values that are sealed elsewhere.
 */
async function* streamRows({ id, status, header }: ImportRecord): AsyncGenerator<string[]> {
  const { part = 0, parts = 0 } = (await Job.readProgress<Progress>(id)) ?? {};
  const places = listOwnColumns(header).map((column) => header.indexOf(column));
  const last = status === "reverting" || status === "reverted" ? parts : Math.min(part, parts);
  for (let partNumber = 1; partNumber <= last; partNumber++) {
    for (const { number, cells, wrong: details } of await readList<RejectedRow>(id, errorsPath(partNumber))) {
      const values = places.map((place) => {
        const cell = cells[place] ?? "";
        return typeof cell === "string" ? cell : cell[1];
      });
      yield [
        ...values,
        String(number),
        formatFieldNames(details),
        distinctTexts(details.map(({ message }) => message)).join("; "),
      ];
    }
  }
}

const distinctTexts = (texts: readonly string[]): string[] => [...new Set(texts)].filter(Boolean);

const formatFieldNames = (details: RejectedRow["wrong"]): string => distinctTexts(details.map(({ field }) => field)).join(", ");

/** A report, as a stream of bytes. */
interface Report {
  file_name: string;
  content_type: string;
  bytes: AsyncIterable<Uint8Array>;
}

/**
 * Returns the file of refused rows so far; undefined if no row was refused. Only the user who started the import and administrators may read it: rows
 * may contain data that other users cannot see in any record.
 */
export async function buildReport(id: string): Promise<Report | undefined> {
  const { record, failed } = await readReported(id);
  if (failed === 0) return undefined;
  const { writeCsv } = await import("../../lib/spreadsheet/table-writer.ts");
  const header = [...listOwnColumns(record.header), ...reportColumns];
  const name = record.file_name.replace(/\.[^.]*$/, "");
  return {
    file_name: `${name} refused.csv`,
    content_type: "text/csv; charset=utf-8",
    bytes: writeCsv(header, streamRows(record)),
  };
}

/**
 * Reads an import whose refused rows the caller may read, and counts them so far. Throws a 403 for other callers, and a rule violation once the rows are
 * no longer stored.
 */
export async function readReported(id: string): Promise<{ record: ImportRecord; failed: number }> {
  const record = await Records.read(Imports, id);
  if (record.owner_id !== useActorId() && !hasRole("ADMIN"))
    throw forbidden("Only the user who started the import and administrators can read rejected rows");
  const isGrowing = record.status === "queued" || record.status === "running";
  const { failed } = isGrowing ? toCounts(await Job.readProgress<Progress>(id)) : record;
  if (failed > 0 && record.finished_at !== null && Clock.addSeconds(KEEP_SECONDS, Date.parse(record.finished_at)) <= Clock.now())
    throw ruleViolation("The rejected rows are no longer available after seven days: import the file again");
  return { record, failed };
}
