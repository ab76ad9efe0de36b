import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { addDays, startOfDay } from "../../kernel/time-zone.ts";
import { loadCollectionById } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { type Definition, toSeconds } from "./definition.ts";
import { Enrollments } from "./enrollment.entity.ts";
import { end } from "./enrollment-end.ts";
import { enroll } from "./enrollment-start.ts";
import { listRunning } from "./record-enrollments.ts";
import type { WorkflowRecord } from "./workflow.entity.ts";

/** Plans the enrollment of a record at a date of its own, and moves the plan when the date moves. */

/** Returns when a date of a record is due, with the offset of the trigger: for a yearly one the next time after `from`. */
export function computeDue(
  { offset, yearly }: Pick<Extract<Definition["trigger"], { on: "date" }>, "offset" | "yearly">,
  date: string,
  { zone, from }: { readonly zone: string; readonly from: string },
): string {
  const seconds = toSeconds(offset);
  const toDue = (value: string): string =>
    Clock.addSeconds(seconds, Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(value) ? startOfDay(zone, value) : value));
  if (!yearly) return toDue(date);
  const year = Number(from.slice(0, 4));
  for (const candidate of [year - 1, year, year + 1, year + 2]) {
    const due = toDue(inYear(date, candidate));
    if (due > from) return due;
  }
  return toDue(date);
}

/** Moves a date to a year. 29 February becomes 28 February where there is none. */
function inYear(date: string, year: number): string {
  const day = `${String(year).padStart(4, "0")}${date.slice(4)}`;
  return date.slice(5, 10) === "02-29" && new Date(Date.UTC(year, 1, 29)).getUTCMonth() !== 1
    ? addDays(`${year}-03-01`, -1) + date.slice(10)
    : day;
}

/** Plans, moves or drops the enrollment of a record. */
export async function planByDate(workflow: WorkflowRecord, { trigger }: Definition, recordId: string, at: string): Promise<void> {
  if (trigger.on !== "date") return;
  const collection = await loadCollectionById(recordId);
  const record = collection && (await Records.load(collection, recordId, { live: true }));
  const date = (record as Record<string, unknown> | undefined)?.[trigger.date_field];
  const [planned] = (await listRunning(recordId, workflow.id)).filter(({ status }) => status === "PLANNED");
  if (typeof date !== "string") {
    if (planned) await end(planned, "STOPPED", "The date was removed");
    return;
  }
  const due_at = computeDue(trigger, date, { zone: useSettings().timezone, from: Clock.now() });
  if (planned) return movePlan(planned.id, due_at);
  // A date that is over enrolls no record.
  if (due_at < (workflow.published_at ?? at) || due_at < at) return;
  await enroll(workflow, recordId, { name: `date ${date}`, at, due_at });
}

const movePlan = (id: string, due_at: string): Promise<void> =>
  retryOnConflict(async () => {
    const current = await Records.load(Enrollments, id, { live: true });
    if (current?.status !== "PLANNED" || current.step_due_at === due_at) return;
    const next = Records.nextVersion(current, { ...current, step_due_at: due_at });
    await transaction().replace(Enrollments, current, next).commit(undefined);
  });
