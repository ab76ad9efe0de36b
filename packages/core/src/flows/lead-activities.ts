import { Activity } from "../activity/activity.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";
import { Lead } from "../lead/lead.ts";
import { paging } from "../storage/list.ts";
import { settled, transaction } from "../storage/transaction.ts";

/** Activities of a lead: shown to whom the lead is shown, and logged together with the lead's last_activity_date. */

export const list = fn(Activity.Query.extend({ id: text(64) }), async ({ id, ...query }) => {
  const lead = await Lead.read(id);
  return Activity.listOf(lead.id, { ...paging(query), filters: {}, ranges: {} });
});

export const log = fn(Activity.Fields.extend({ id: text(64) }), async ({ id, ...input }) =>
  settled(async () => {
    const lead = await Lead.read(id);
    const activity = await Activity.prepare(input, { type: "lead", id: lead.id, owner: lead.personal_key_id });
    const tx = Activity.add(transaction(), activity);
    Lead.touch(tx, lead, activity.created_at);
    return tx.commit(activity);
  }),
);

export * as LeadActivities from "./lead-activities.ts";
