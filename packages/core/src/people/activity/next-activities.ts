import { presentAnswer } from "../../storage/read/answer-presenter.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { Activities, type ActivityRecord } from "./activity.entity.ts";
import { isOpen, resolveStart } from "./activity.rules.ts";

/** What is planned next for records, as lists of these records show it. */

/** So many of a record's newest activities are read: open ones are seldom older. */
const MAX_ACTIVITIES = 100;

export interface NextActivity extends Pick<ActivityRecord, "id" | "subject"> {
  /** When it begins or is due; null without a date. */
  happens_at: string | null;
}

/**
 * Returns the open activity of each record that begins or is due first: `null` if the record has none. Activities without a date come last, the
 * oldest of them first. A record is missing if it is not known, because none of its newest activities is open, and it has more. One query for
 * each record. The caller must see the records; activities that are private to others are left out.
 */
export async function findNextActivities(ids: readonly string[]): Promise<ReadonlyMap<string, NextActivity | null>> {
  const found = await Promise.all([...new Set(ids)].map(async (id) => ({ id, next: await findNext(id) })));
  const known = found.flatMap(({ id, next }) => (next === undefined ? [] : [{ id, next }]));
  const rows = await presentAnswer(known.map(({ next }) => next));
  return new Map(known.map(({ id }, index) => [id, toNextActivity(rows[index] as ActivityRecord | null)]));
}

async function findNext(subjectId: string): Promise<ActivityRecord | null | undefined> {
  let first: ActivityRecord | null = null;
  let count = 0;
  const partitions = Activities.childPartitions(subjectId);
  for await (const row of queryPartitions(Activities, partitions, {
    order: "desc",
    after: undefined,
    chunk: MAX_ACTIVITIES,
    // Activities that are open are not archived.
    isTableOnly: true,
  })) {
    const activity = Activities.fromRow(row);
    const isNext = isOpen(activity) && (first === null || !startsAfter(activity, first));
    if (isNext && Visibility.isOpenToActor(Activities, activity)) first = activity;
    if (++count === MAX_ACTIVITIES) return first ?? undefined;
  }
  return first;
}

/** Whether an activity begins or is due after another. One without a date comes after all others. */
function startsAfter(activity: ActivityRecord, other: ActivityRecord): boolean {
  const [start, otherStart] = [resolveStart(activity), resolveStart(other)];
  return otherStart !== null && (start === null || start > otherStart);
}

const toNextActivity = (activity: ActivityRecord | null): NextActivity | null =>
  activity && { id: activity.id, subject: activity.subject, happens_at: resolveStart(activity) };
