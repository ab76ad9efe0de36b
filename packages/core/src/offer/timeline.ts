import { Activity } from "../activity/activity.ts";
import { today } from "../kernel/day.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import { Directory } from "../user/directory.ts";
import type { About } from "./offered.ts";

/** What happened between the house and the customer, as activities of what was sent: each is written with what it tells of. */

interface Entry {
  subject: string;
  description?: string | null;
  /** Somebody has still to do something; otherwise it has happened. */
  isDue?: boolean;
  owner_id: string | null;
}

/** Writes between both go by mail; a tenant may have taken that type out of use since. */
const type = { activity_type_id: "email" };

export async function tell(
  tx: Transaction,
  { record_kind, record_id }: About,
  { owner_id, isDue, ...said }: Entry,
): Promise<void> {
  const owner = owner_id ? await Directory.active(owner_id) : undefined;
  const activity = await Activity.prepare(
    {
      subject: said.subject.slice(0, 255),
      description: said.description ?? null,
      ...type,
      ...(isDue ? { due_date: today() } : { status: "COMPLETED" }),
      ...(owner ? { assigned_to_id: owner.id } : {}),
    },
    { type: record_kind, id: record_id, owner: null },
    type,
  );
  Activity.add(tx, activity);
}
