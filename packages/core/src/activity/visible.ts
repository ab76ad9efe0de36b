import * as z from "zod";
import { type Detail, gathered, invalid, invalidAll } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { nameOf } from "../kernel/names.ts";
import type { Page } from "../kernel/page.ts";
import { text } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { askedBelow, requireSubject } from "../person/subject.ts";
import { list as listRecords } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { Visible } from "../storage/read/visibility.ts";
import type { BaseRecord, Collection } from "../storage/table/collection.ts";
import { collectionOf, kindOf } from "../storage/table/collections.ts";
import { Records } from "../storage/write/records.ts";
import { retryOnConflict, transaction } from "../storage/write/transaction.ts";
import { shownAmong } from "./about.ts";
import { type ActivityRecord, Activities as Collected } from "./activity.entity.ts";
import { Activity } from "./activity.ts";
import { Recurring } from "./recurring.ts";

/** Activities of whatever they are about. */

const about = {
  related_to_type: nameOf("activities").nullish().describe("The kind of the record; its id tells it too"),
  related_to_id: text(64).nullish().describe("What it is about; nothing but itself unless told otherwise"),
};

export const Create = z.strictObject({ ...Recurring.Fields.shape, ...about });

/** Of anything that the caller sees, whose last activity it then is, or of nothing. */
export const create = fn(
  Create,
  ({ related_to_type: type, related_to_id: id, ...input }) =>
    retryOnConflict(async () => {
      const details: Detail[] = [];
      const above = await gathered(details, recordAbove(type, id), undefined);
      const prepared = await gathered(details, Recurring.prepare(input, above ?? null), undefined);
      if (details.length > 0 || !prepared) throw invalidAll(details);
      const { activity } = prepared;
      const tx = await Recurring.add(transaction(), prepared);
      if (above?.touched) Records.touch(tx, above.touched.collection, above.touched.record, activity.created_at);
      return tx.commit(activity);
    }),
  async ({ related_to_type, related_to_id }, unread) => {
    if (!unread.has("related_to_id") && !unread.has("related_to_type")) await recordAbove(related_to_type, related_to_id);
  },
);

type Touchable = BaseRecord & { last_activity_date: string | null };

interface Above extends Activity.Related {
  owner: string | null;
  touched?: { collection: Collection<Touchable>; record: Touchable };
}

/** The record that an activity is to be about: one of a kind that has activities, and that the caller sees. */
async function recordAbove(type: string | null | undefined, id: string | null | undefined): Promise<Above | undefined> {
  if (!id) {
    if (type) throw invalid("related_to_id", "Required, with related_to_type");
    return undefined;
  }
  const subject = await requireSubject("activities", { related_to_type: type, related_to_id: id });
  const record: BaseRecord & Partial<Touchable> & Became = subject.record;
  // What is done with a lead that was converted belongs to its opportunity, as what was done before does.
  if (record.converted_opportunity_id) return recordAbove(undefined, record.converted_opportunity_id);
  const kind = kindOf(subject.id);
  if (!kind || !("last_activity_date" in record)) return subject;
  const collection = (await collectionOf(kind)) as unknown as Collection<Touchable>;
  return { ...subject, touched: { collection, record: record as Touchable } };
}

interface Became {
  converted_opportunity_id?: string | null;
}

/** Those that are assigned to somebody whose records the caller sees; or all about a record that the caller sees. */
export const asked = async (input: z.output<typeof Activity.Query>): Promise<ListQuery> =>
  askedBelow(Collected, await Master.resolveAll(Activity.Query.shape, input, input));

export const list = fn(
  Activity.Query,
  async (input): Promise<Page<ActivityRecord>> => listRecords(Collected, await asked(input)),
);

/**
 * Those of a person's activities that the caller may see. `leads` are those of the person that the caller sees; any other records
 * that some are about are read together.
 */
export async function seenOf(
  activities: readonly ActivityRecord[],
  leads: Promise<readonly { id: string }[]>,
): Promise<ActivityRecord[]> {
  const open = activities.filter((activity) => Visible.isOpen(Collected, activity));
  const others = open.filter(({ related_to_type: type }) => type !== "person" && type !== "lead");
  const known = new Set((await leads).map(({ id }) => id));
  const shown = new Set(await shownAmong(others));
  // Who asks for a person's activities sees the person.
  return open.filter(
    (activity) => activity.related_to_type === "person" || known.has(activity.related_to_id ?? "") || shown.has(activity),
  );
}

export * as Activities from "./visible.ts";
