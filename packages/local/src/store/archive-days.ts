import { INVALID_ARCHIVE_MESSAGE, parseArchiveDays } from "@crm/core/storage/table/archive-retention.ts";
import { Refusal } from "./state.ts";

/** Reads the setting `CRM_ARCHIVE_DAYS`, or refuses. */
export function readArchiveDays(): number {
  const days = parseArchiveDays(process.env.CRM_ARCHIVE_DAYS);
  if (days === undefined) throw new Refusal(INVALID_ARCHIVE_MESSAGE);
  return days;
}
