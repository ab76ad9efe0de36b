import type { Field, Kind, RecordData } from "../data/kind.ts";
import { readDay } from "../i18n/time.ts";

/** What a card says about time: how long the record has been in its column, and what is overdue. */

const DAY_MS = 24 * 60 * 60 * 1000;

/** Fields that tell when the board's field changed: `stage_changed_at` for `stage_id`. */
const changeFields = (field: string): string[] => [`${field.replace(/_id$/, "")}_changed_at`, "status_changed_at"];

/** Returns the whole days since the record came into its column. Undefined: the record does not say so. */
export function readAge({ board }: Pick<Kind, "board">, record: RecordData, now: string): number | undefined {
  const since = changeFields(board?.field ?? "")
    .map((name) => record[name])
    .find((value): value is string => typeof value === "string");
  return since === undefined ? undefined : Math.max(0, Math.floor((Date.parse(now) - Date.parse(since)) / DAY_MS));
}

/** Flags of records that are done: nothing in them is overdue. */
const DONE_FLAGS = ["is_closed", "is_completed", "is_resolved", "is_converted", "is_cancelled"];
/** Columns of records that are done, where no flag says so. */
const DONE_CODES = /^(?:closed|completed|cancelled|resolved|accepted|rejected|terminated|expired|paid|archived|retired|signed)$/i;

const isDone = (kind: Pick<Kind, "board" | "fields">, record: RecordData): boolean => {
  const value = record[kind.board?.field ?? ""];
  const code = kind.fields
    .find(({ name }) => name === kind.board?.field)
    ?.choices?.find(({ id, code: name }) => typeof value === "string" && (id === value || name === value))?.code;
  return DONE_FLAGS.some((flag) => record[flag] === true) || DONE_CODES.test(code ?? "");
};

/** Fields that say until when something is to be done. */
const DEADLINE =
  /^(?:due_date|due_at|next_due_at|close_date|expected_close_date|expiration_date|next_contact_date|next_step_date)$/;

/** Whether a date of a record that is not done is over. A date is over at the end of its day. */
export function isOverdue(
  kind: Pick<Kind, "board" | "fields">,
  record: RecordData,
  { name, type }: Pick<Field, "name" | "type">,
  { now, timeZone }: { readonly now: string; readonly timeZone: string },
): boolean {
  const value = record[name];
  if (typeof value !== "string" || !DEADLINE.test(name) || isDone(kind, record)) return false;
  return type === "date" ? value < readDay(now, timeZone) : type === "instant" && value < now;
}
