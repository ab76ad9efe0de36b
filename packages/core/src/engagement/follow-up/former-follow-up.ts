import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { useTenant } from "../../kernel/context.ts";
import type { Kind } from "../../kernel/id.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { forEachId, runPartitionJob } from "../../storage/scheduler/partition-job.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { loadCollection } from "../../storage/table/collection-registry.ts";
import { readItems } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Job } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { AlreadyEnrolled, addLock, hashValue } from "../workflow/enrollment-lock.ts";
import { buildManagedId } from "../workflow/managed-workflow.ts";
import { AutomaticFollowUp, buildFollowUpKey, type FollowUp, watchedKinds } from "./follow-up.rule-kind.ts";

/**
 * Releases before workflows stored beside each record the silence in which it got its last follow-up. Before the workflows of a rule enroll records,
 * such items become locks of enrollments, so that no record gets the same follow-up again.
 */

type WatchedRecord = BaseRecord & { last_activity_date: string | null };

const kinds: Readonly<Record<FollowUp["of"], Kind>> = {
  lead: LEAD,
  opportunity: OPPORTUNITY,
  customer: CUSTOMER,
  contact: CONTACT,
};

/** The item that held the start of the silence, and the days of the follow-up. */
export const formerKey = (id: string): Key => ({ pk: tenantKey(useTenant(), "FOLLOWUP", id), sk: "last" });

/** The purpose of a job that is through: it is not repeated. */
const DONE = "former follow-ups are locks";

/** Works through the records that a rule watches for some seconds. Returns whether all are done. */
export async function carryOver(set: string, all: readonly FollowUp[], seconds: number): Promise<boolean> {
  for (const watchedKind of watchedKinds) {
    const followUps = all.filter((followUp) => followUp.of === watchedKind);
    if (followUps.length === 0) continue;
    const job = `${set} ${watchedKind}`;
    if ((await Job.readProgress<{ purpose: string }>(job))?.purpose === DONE) continue;
    const collection = (await loadCollection(kinds[watchedKind])) as Collection<WatchedRecord>;
    const isThrough = await runPartitionJob(job, seconds, {
      collection,
      partitions: collection.allPartitions("live"),
      purpose: "former follow-ups",
      batchSize: 100,
      async work(ids) {
        const items = await readItems(ids.map(formerKey));
        const former = new Map(ids.flatMap((id, index) => (items[index] ? [[id, items[index]] as const] : [])));
        await forEachId(async (id) => {
          const { since, days } = former.get(id) ?? {};
          await carryOverItem(collection, id, {
            since: String(since),
            followUps: followUps.filter(({ after_days }) => after_days <= Number(days)),
          });
        })([...former.keys()]);
      },
    });
    if (!isThrough) return false;
    await Job.saveProgress(job, await Job.claim(job), { purpose: DONE });
  }
  return true;
}

/** Locks a record for the follow-ups that its item covers, and removes the item. */
async function carryOverItem(
  collection: Collection<WatchedRecord>,
  id: string,
  { since, followUps }: { readonly since: string; readonly followUps: readonly FollowUp[] },
): Promise<void> {
  const record = await Records.load(collection, id, { live: true });
  const silentSince = record && (record.last_activity_date ?? record.created_at);
  for (const followUp of silentSince === since ? followUps : []) {
    const workflow = buildManagedId(AutomaticFollowUp.name, buildFollowUpKey(followUp));
    const lock = { workflow, record: id, enrollment: "", per: hashValue(record?.last_activity_date) };
    try {
      await addLock(transaction(), lock).commit(undefined);
    } catch (error) {
      if (!(error instanceof AlreadyEnrolled)) throw error;
    }
  }
  await transaction().delete(formerKey(id)).commit(undefined);
}
