import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { isFailure } from "../../kernel/error.ts";
import type { Kind } from "../../kernel/id.ts";
import { selectProcessable } from "../../kernel/processing.ts";
import { addDays } from "../../kernel/time-zone.ts";
import { Activity } from "../../people/activity/activity.ts";
import { Master } from "../../platform/master-data/master.ts";
import type { ActiveRule, RuleKind } from "../../platform/rule/rule-kind.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { User } from "../../platform/user/user.ts";
import { LEAD } from "../../sales/lead/lead.kind.ts";
import { LEAD_STATUSES } from "../../sales/lead/lead.masters.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { runPartitionJob } from "../../storage/scheduler/partition-job.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { loadCollection } from "../../storage/table/collection-registry.ts";
import { WriteConflict } from "../../storage/table/conflict.ts";
import { readItem, splitIntoChunks } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { AutomaticFollowUp, type Definition, type FollowUp, watchedKinds } from "./follow-up.rule-kind.ts";

/**
 * Each night, and when a rule becomes active, finds records without activity for as long as the rule says and creates a task for their owners.
 * Such a task does not count as activity: it neither ends nor starts an inactive period.
 */

/** The fields of a watched record that the rule reads, over all kinds. */
type WatchedRecord = BaseRecord & {
  last_activity_date: string | null;
  owner_id: string | null;
  personal_key_id?: string | null;
  is_converted?: boolean;
  lead_status_id?: string;
  is_closed?: boolean;
  status?: string;
  contact_status?: string;
};

type WatchedKind = FollowUp["of"];
const kinds: Readonly<Record<WatchedKind, Kind>> = { lead: LEAD, opportunity: OPPORTUNITY, customer: CUSTOMER, contact: CONTACT };

/** Returns whether a record still needs work. */
const isOpen: Readonly<Record<WatchedKind, (record: WatchedRecord) => boolean | Promise<boolean>>> = {
  lead: async ({ is_converted, lead_status_id = null }) =>
    !is_converted && (await Master.find(LEAD_STATUSES, lead_status_id))?.is_final !== true,
  opportunity: ({ is_closed }) => !is_closed,
  customer: ({ status }) => status === "PROSPECT" || status === "ACTIVE",
  contact: ({ contact_status }) => contact_status === "ACTIVE",
};

const DAY_MS = 24 * 60 * 60 * 1000;

const findInactiveSince = ({ last_activity_date, created_at }: WatchedRecord): string => last_activity_date ?? created_at;

/**
 * Returns the follow-up that is due for an inactive record. If several are due, the one with the most days counts, because it covers the others.
 */
const findDueRule = (record: WatchedRecord, all: readonly FollowUp[]): FollowUp | undefined =>
  all
    .filter(({ after_days }) => Date.parse(findInactiveSince(record)) + after_days * DAY_MS <= Clock.ms())
    .toSorted((a, b) => b.after_days - a.after_days)[0];

/** The item that stores a record's last follow-up: the start of the inactive period, and the days of the rule that applied. */
const followUpKey = (id: string): Key => ({ pk: tenantKey(useTenant(), "FOLLOWUP", id), sk: "last" });

async function createFollowUp(watchedKind: WatchedKind, record: WatchedRecord, all: readonly FollowUp[]): Promise<void> {
  const due = findDueRule(record, all);
  if (!due || !(await isOpen[watchedKind](record))) return;
  const since = findInactiveSince(record);
  const last = await readItem(followUpKey(record.id));
  if (last?.since === since && Number(last.days) >= due.after_days) return;
  const owner = await User.findFirstOwner([record.owner_id]);
  const activity = await Activity.prepare(
    {
      subject: due.subject,
      activity_type_id: due.activity_type_id,
      due_date: addDays(today(), due.due_in_days),
      ...(due.priority_id ? { priority_id: due.priority_id } : {}),
      ...(owner ? { assigned_to_id: owner } : {}),
    },
    { type: watchedKind, id: record.id, owner: record.personal_key_id ?? null },
  );
  const tx = Activity.add(transaction(), activity).put(
    { ...followUpKey(record.id), since, days: due.after_days },
    {
      condition: "attribute_not_exists(pk) OR since <> :since OR days < :days",
      values: { ":since": since, ":days": due.after_days },
      rejection: () => new WriteConflict("Another process has already created the follow-up"),
    },
  );
  try {
    await tx.commit(undefined);
  } catch (error) {
    if (!(error instanceof WriteConflict) && !isFailure(error, "CONFLICT")) throw error;
  }
}

/** Works through the records that the rule watches for `seconds`. Returns whether all are done. */
async function runSlice(set: string, { id, definition }: ActiveRule<Definition>, seconds: number): Promise<boolean> {
  const until = Clock.ms() + seconds * 1000;
  for (const watchedKind of watchedKinds) {
    const all = definition.follow_ups.filter((followUp) => followUp.of === watchedKind);
    if (all.length === 0) continue;
    const collection = (await loadCollection(kinds[watchedKind])) as unknown as Collection<WatchedRecord>;
    const isThrough = await runPartitionJob(`${set} ${watchedKind}`, (until - Clock.ms()) / 1000, {
      collection,
      partitions: collection.allPartitions("live"),
      purpose: `${id} ${today()}`,
      batchSize: 100,
      async work(ids) {
        const records = (await Records.loadMany(collection, ids, { live: true })).filter((record) => record !== undefined);
        const processable = await selectProcessable(
          records.flatMap(({ personal_key_id }) => personal_key_id ?? []),
          "automate",
        );
        const watched = records.filter(({ personal_key_id }) => !personal_key_id || processable.has(personal_key_id));
        for (const chunk of splitIntoChunks(watched, 10))
          await Promise.all(chunk.map((record) => createFollowUp(watchedKind, record, all)));
      },
    });
    if (!isThrough) return false;
  }
  return true;
}

export const followUpRule: RuleKind<typeof AutomaticFollowUp.schema> = {
  ...AutomaticFollowUp,
  apply: (set, rule, seconds) => Tenant.runWithSettings(() => runSlice(set, rule, seconds)),
  isDaily: ({ follow_ups }) => follow_ups.length > 0,
};
