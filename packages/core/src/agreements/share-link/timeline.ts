import { today } from "../../kernel/day.ts";
import { toSingleLine } from "../../kernel/text-content.ts";
import { Activity } from "../../people/activity/activity.ts";
import { Directory } from "../../platform/user/directory.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { TimelineSubject } from "./offerable.ts";

/** Timeline entries about offers: activities of the record that was sent, written in the transaction of what they describe. */

interface Entry {
  subject: string;
  description?: string | null;
  /** An open task for the owner; otherwise the activity is completed. */
  isDue?: boolean;
  owner_id: string | null;
}

/** The activity type. It is valid even if the tenant has since retired it. */
const emailActivity = { activity_type_id: "email" };

export async function recordActivity(
  tx: Transaction,
  { record_kind, record_id }: TimelineSubject,
  { owner_id, isDue, ...entry }: Entry,
): Promise<void> {
  const owner = owner_id ? await Directory.findActive(owner_id) : undefined;
  const activity = await Activity.prepare(
    {
      subject: toSingleLine(entry.subject, 255),
      description: entry.description ?? null,
      ...emailActivity,
      ...(isDue ? { due_date: today() } : { status: "COMPLETED" }),
      ...(owner ? { assigned_to_id: owner.id } : {}),
    },
    { type: record_kind, id: record_id, owner: null },
    emailActivity,
  );
  Activity.add(tx, activity);
}
