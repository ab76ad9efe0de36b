import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";
import { retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { Activity } from "./activity.ts";
import { Recurring } from "./recurring.ts";

/** Activities of the records of a kind: shown to whom the record is shown, and logged together with its last_activity_date. */

interface Above<R> {
  type: Activity.Related["type"];
  read(id: string): Promise<R>;
  touch(tx: Transaction, record: R, at: string): void;
  /** What a new activity is about, where that is not the record any more. */
  about?(record: R): Activity.Related | undefined;
}

export const activitiesOf = <R extends { id: string; personal_key_id: string | null }>({
  type,
  read,
  touch,
  about,
}: Above<R>) => ({
  list: fn(Activity.Query.extend({ id: text(64) }), async ({ id, ...query }) => {
    const record = await read(id);
    return Activity.listOf(record.id, query);
  }),
  log: fn(Recurring.Fields.extend({ id: text(64) }), async ({ id, ...input }) =>
    retryOnConflict(async () => {
      const record = await read(id);
      const related = about?.(record) ?? { type, id: record.id };
      const prepared = await Recurring.prepare(input, { ...related, owner: record.personal_key_id });
      const { activity } = prepared;
      const tx = await Recurring.add(transaction(), prepared);
      touch(tx, record, activity.created_at);
      return tx.commit(activity);
    }),
  ),
});
