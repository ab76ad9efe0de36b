import type { Field, Kind, RecordData } from "../../api/kind.ts";
import { listTitleFields } from "../../api/title.ts";
import { readDay } from "../../ui/i18n/time.ts";

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

const OWNER = /^(?:owner_id|assigned_to(?:_id)?)$/;

/** Whether a field says who works on the record. Cards show it as a picture at the end. */
export const isOwner = ({ name }: Pick<Field, "name">): boolean => OWNER.test(name);

export const isTime = ({ type }: Pick<Field, "type">): boolean => type === "date" || type === "instant";

/** Amounts and times. */
export const isFigure = (field: Pick<Field, "type">): boolean => isTime(field) || field.type === "money";

/** Whether figures have a row of their own. Without an amount, a time stands beside the one text of the card. */
export function hasFigureRow({ board, fields, layout, title }: Pick<Kind, "board" | "fields" | "layout" | "title">): boolean {
  const titleFields = listTitleFields(title);
  const facts = fields.filter(
    (field) =>
      layout.card.includes(field.name) && !titleFields.includes(field.name) && field.name !== board?.field && !isOwner(field),
  );
  return facts.some(({ type }) => type === "money") || facts.filter((field) => !isFigure(field)).length > 1;
}
