import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { useActor, useActorId, useSettings } from "../kernel/context.ts";
import { invalid } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import type { Page } from "../kernel/page.ts";
import { filled, text } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { keysBehind, merged } from "../storage/read/scan.ts";
import { momentsOf } from "../storage/read/timeline.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Numbers } from "../storage/table/number.ts";
import { Records } from "../storage/write/records.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import { User } from "../user/user.ts";
import { Activities, type ActivityRecord, fields, Stored } from "./activity.entity.ts";
import { ACTIVITY_TYPES } from "./activity.masters.ts";
import { happensAt, instantOf } from "./activity.rules.ts";

/** Activities: what staff plan and do (seed 001), each about one record of another kind. */

export const Info = Stored;
export const Row = rowOf(Stored, Activities.definition.row);
export const Fields = z.strictObject(fields);

export const Query = listSchema(Activities, {});

export const get = fn(z.strictObject({ id: text(64) }), ({ id }) => Records.read(Activities, id));

/** What a list of activities below a record is asked for. */
export const asked = async (parent: string, input: z.output<typeof Query>): Promise<ListQuery> => ({
  ...queryOf(Activities, await Master.resolveAll(Query.shape, input, input)),
  parent,
});

/** Activities below a record that the caller has been shown. */
export const listOf = async (parent: string, input: z.output<typeof Query>): Promise<Page<ActivityRecord>> =>
  listRecords(Activities, await asked(parent, input));

/** What an activity is about. */
export interface Related {
  type: ActivityRecord["related_to_type"];
  id: string;
}

/** The fields that say so of an activity. */
export type About = Pick<ActivityRecord, "related_to_type" | "related_to_id">;

/** A new activity of a record, in the collection of its person where it has one; not yet written. */
export async function prepare(
  input: z.output<typeof Fields>,
  related: Related & { owner: string | null },
): Promise<ActivityRecord> {
  const [activity_number = ""] = await Numbers.lease("A");
  const stored = await Master.resolveAll(fields, filled(fields, input), undefined, { own: ["assigned_to_id"] });
  const { start_datetime, end_datetime } = stored;
  if (start_datetime && end_datetime && end_datetime < start_datetime) throw invalid("end_datetime", "Before start_datetime");
  const is_completed = stored.status === "COMPLETED";
  const duration_minutes = await durationOf(stored);
  const due_at = instantOf(stored, useSettings().timezone);
  const completed_datetime = is_completed ? Clock.now() : null;
  return Records.born(
    Activities,
    {
      ...stored,
      duration_minutes,
      activity_number,
      personal_key_id: related.owner,
      assigned_to_id: await assignee(input.assigned_to_id),
      related_to_type: related.type,
      related_to_id: related.id,
      due_at,
      happens_at: happensAt({ ...stored, due_at, completed_datetime, created_at: Clock.now() }),
      is_completed,
      completed_datetime,
      completed_by_id: is_completed ? useActorId() : null,
    },
    related.owner === null ? {} : { owner: related.owner },
  );
}

export const add = (tx: Transaction, activity: ActivityRecord): Transaction => tx.create(Activities, activity);

/** So many go into one transaction, with room for what else belongs to it. */
const MOST_MOVED = 50;

/**
 * Lets the next activities about `from`, behind `after` in the order of their ids, be about `to`: adds their next versions to
 * the transaction, and gives the id behind which to go on, or undefined at the end. What is about `to` already, or about
 * something else by now, stays as it is: so it may be done again. They are found by an index, which may lag a write by
 * moments: what is about `from` still, a later turn from the beginning finds.
 */
export async function move(
  tx: Transaction,
  from: Related,
  to: Related,
  { after, most = MOST_MOVED }: { after?: string | undefined; most?: number } = {},
): Promise<string | undefined> {
  const partition = { index: "by_related" as const, facets: { related_to_id: from.id } };
  const ids = await keysBehind(Activities, [partition], { order: "asc", after, most });
  for (const activity of await Records.loadMany(Activities, ids, { live: true })) {
    if (activity?.related_to_type !== from.type || activity.related_to_id !== from.id) continue;
    const moved = { ...activity, related_to_type: to.type, related_to_id: to.id };
    tx.replace(Activities, activity, Records.nextVersion(activity, moved));
  }
  return ids.length === most ? ids.at(-1) : undefined;
}

/** What a timeline shows of an activity. */
export const moments = momentsOf(Activities, {
  index: "by_date",
  title: (activity) => activity.subject,
  by: (activity) => activity.assigned_to_id ?? activity.created_by,
});

/** What is still to be done for a person under all of their ids: first what is due first, then what has no date. */
export async function* openOf(persons: readonly string[], chunk: number): AsyncGenerator<ActivityRecord> {
  const partitions = persons.map((person) => ({ index: "by_rank" as const, facets: { personal_key_id: person } }));
  for await (const row of merged(Activities, partitions, { order: "asc", after: undefined, chunk }))
    yield Activities.fromRow(row);
}

/** How long it took: as it is said, or from its beginning to its end; what is done of a type that requires it must tell. */
async function durationOf(
  activity: Pick<ActivityRecord, "activity_type_id" | "status" | "duration_minutes" | "start_datetime" | "end_datetime">,
): Promise<number | null> {
  const { start_datetime: from, end_datetime: to, status } = activity;
  const told = activity.duration_minutes ?? (from && to ? Math.round((Date.parse(to) - Date.parse(from)) / 60_000) : null);
  if (status !== "COMPLETED") return activity.duration_minutes;
  if (told !== null) return told;
  const type = await Master.find(ACTIVITY_TYPES, activity.activity_type_id);
  if (type?.requires_duration)
    throw invalid(
      "duration_minutes",
      `Required: a completed ${type.name.toLowerCase()} says how long it took, or when it began and ended`,
    );
  return null;
}

async function assignee(given: string | undefined): Promise<string | null> {
  const actor = useActor();
  if (given === undefined) return actor.type === "user" ? actor.id : null;
  await User.requireOwner(given, "assigned_to_id");
  return given;
}

export * as Activity from "./activity.ts";
