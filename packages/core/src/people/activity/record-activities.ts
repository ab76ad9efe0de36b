import { fn } from "../../kernel/fn.ts";
import { text } from "../../kernel/schema.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { Activity } from "./activity.ts";
import { RecurringActivities } from "./recurring-activity.ts";

/** Activities of the records of one kind. Users who see the record see them. Logging one also sets the record's last_activity_date. */

interface ActivityParent<R> {
  type: Activity.SubjectReference["type"];
  read(id: string): Promise<R>;
  touch(tx: Transaction, record: R, at: string): void;
  /** Returns the related record of a new activity if it is not the record itself any more. */
  resolveSubject?(record: R): Activity.SubjectReference | undefined;
}

export const createRecordActivities = <R extends { id: string; personal_key_id: string | null }>({
  type,
  read,
  touch,
  resolveSubject: about,
}: ActivityParent<R>) => ({
  list: fn(Activity.Query.extend({ id: text(64) }), async ({ id, ...query }) => {
    const record = await read(id);
    return Activity.listByRecord(record.id, query);
  }),
  log: fn(RecurringActivities.Fields.extend({ id: text(64) }), async ({ id, ...input }) =>
    retryOnConflict(async () => {
      const record = await read(id);
      const related = about?.(record) ?? { type, id: record.id };
      const prepared = await RecurringActivities.prepare(input, { ...related, owner: record.personal_key_id });
      const { activity } = prepared;
      const tx = await RecurringActivities.add(transaction(), prepared);
      touch(tx, record, activity.created_at);
      return tx.commit(activity);
    }),
  ),
});
