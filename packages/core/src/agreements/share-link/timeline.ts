import { today } from "../../kernel/day.ts";
import { Activity } from "../../people/activity/activity.ts";
import { Directory } from "../../platform/user/directory.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { TimelineSubject } from "./offerable.ts";

/** What happened between the house and the customer, as activities of what was sent: each is written with what it tells of. */

interface Entry {
  subject: string;
  description?: string | null;
  /** Somebody has still to do something; otherwise it has happened. */
  isDue?: boolean;
  owner_id: string | null;
}

/** Writes between both go by mail; a tenant may have taken that type out of use since. */
const emailActivity = { activity_type_id: "email" };

export async function recordActivity(
  tx: Transaction,
  { record_kind, record_id }: TimelineSubject,
  { owner_id, isDue, ...said }: Entry,
): Promise<void> {
  const owner = owner_id ? await Directory.findActive(owner_id) : undefined;
  const activity = await Activity.prepare(
    {
      subject: said.subject.slice(0, 255),
      description: said.description ?? null,
      ...emailActivity,
      ...(isDue ? { due_date: today() } : { status: "COMPLETED" }),
      ...(owner ? { assigned_to_id: owner.id } : {}),
    },
    { type: record_kind, id: record_id, owner: null },
    emailActivity,
  );
  Activity.add(tx, activity);
}
