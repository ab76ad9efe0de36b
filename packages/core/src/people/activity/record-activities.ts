import { fn } from "../../kernel/fn.ts";
import { text } from "../../kernel/schema.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { Activity } from "./activity.ts";
import { RecurringActivities } from "./recurring-activity.ts";

/** Activities of the records of one kind. Users who see the record see them. Logging one also sets the record's last_activity_date. */

interface ActivityParent extends BaseRecord {
  last_activity_date: string | null;
  /** The person in whose item collection the activities are. Without a person, each activity has its own collection. */
  personal_key_id?: string | null;
  converted_opportunity_id?: string | null;
}

/** Activities of a converted record belong to its opportunity, like those from before the conversion. */
const resolveSubject = ({ converted_opportunity_id, id }: ActivityParent, type: string) =>
  (converted_opportunity_id ? { type: "opportunity", id: converted_opportunity_id } : { type, id }) as Activity.SubjectReference;

export const createRecordActivities = <R extends ActivityParent>(
  collection: Collection<R>,
  touch = (tx: Transaction, record: R, touchedAt: string): unknown => Records.touch(tx, collection, record, touchedAt),
) => ({
  list: fn(Activity.Query.extend({ id: text(64) }), async ({ id, ...query }) => {
    const record = await Records.read(collection, id);
    return Activity.listByRecord(record.id, query);
  }),
  log: fn(RecurringActivities.Fields.extend({ id: text(64) }), async ({ id, ...input }) =>
    retryOnConflict(async () => {
      const record = await Records.read(collection, id);
      const subject = { ...resolveSubject(record, collection.name), owner: record.personal_key_id ?? null };
      const prepared = await RecurringActivities.prepare(input, subject);
      const { activity } = prepared;
      const tx = await RecurringActivities.add(transaction(), prepared);
      touch(tx, record, activity.created_at);
      return tx.commit(activity);
    }),
  ),
});
