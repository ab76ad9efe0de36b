import { useContext } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import { Person } from "../../people/person/person.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { createWorker } from "../../storage/scheduler/job-worker.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { loadCollection } from "../../storage/table/collection-registry.ts";
import { query } from "../../storage/table/database.ts";
import type { Key } from "../../storage/table/key.ts";
import { Job, type JobLease, jobKey } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { CONTACT } from "../contact/contact.kind.ts";
import { Contact } from "../contact/contact.ts";
import { CUSTOMER } from "../customer/customer.kind.ts";
import { Tree } from "../customer/tree.ts";
import { mergeableContacts } from "./contacts.ts";
import { mergeableCustomers } from "./customers.ts";
import { isOpen, type RecordMerge, RecordMerges } from "./merging.entity.ts";
import {
  finishMerge,
  initialProgress,
  joinRecords,
  type Progress,
  readMerge,
  resolveChoices,
  unmergeRecords,
} from "./merging.ts";
import {
  contactCustomerReference,
  customerReferences,
  isReferenceTo,
  listContactReferences,
  type ReferenceField,
  referencePartitions,
} from "./reference-fields.ts";

/**
 * Moves the references of a merged record to the survivor, and back if the merge is undone. Each part is one transaction with a log entry
 * of what moved, so a worker that is killed leaves no part half done and repeats none. References that an index did not show yet are moved
 * in a second pass once the indexes are up to date.
 */
const repointJob = createWorker<RecordMerge, Progress>({
  name: "merging",
  collection: RecordMerges,
  isOpen,
  sliceMs: 10_000,
  // The work runs as the system, not as the user who merged: it must finish even if that user loses access.
  contextFor: async () => useContext(),
  work: runSlice,
  onFailed: ({ id }): Promise<void> => repointJob.retryLater(id, initialProgress, Job.INDEX_LAG_SECONDS),
  onOver: repeatAll,
});
export const { run, scheduleRecovery, onContinueRequested } = repointJob;

async function runSlice(merge: RecordMerge, from: JobLease<Progress>, until: number): Promise<void> {
  let lease = from;
  for (let progress: Progress | undefined = lease.state ?? initialProgress; progress; ) {
    if (lease !== from && performance.now() >= until) return repointJob.requestNextSlice(merge.id);
    progress = await (merge.status === "UNDOING" ? moveBack(merge, lease) : moveForward(merge, progress, lease));
    if (progress) lease = await Job.saveProgress(merge.id, lease, progress);
  }
  await finishMerge(merge.id);
}

/** Repeats all steps once, and then closes the merge for good. A merge that was undone meanwhile is left alone. */
async function repeatAll(merge: RecordMerge): Promise<void> {
  let progress: Progress | undefined = merge.status === "MOVED" ? initialProgress : undefined;
  while (progress) progress = await moveForward(merge, progress);
  await Records.change(RecordMerges, merge.id, (current) => ({ ...current, attention_at: null }));
}

/** Returns the merged record, the survivor that replaces it now, and the reference fields to move. */
async function resolveEnds(merge: RecordMerge): Promise<{ from: string; to: string; namings: readonly ReferenceField[] }> {
  const [from, survivor] = [merge.merged_id, merge.survivor_id];
  if (merge.entity === "customer") {
    const to = await Records.resolveMerged(mergeableCustomers.collection, survivor);
    return { from, to: to?.id ?? survivor, namings: customerReferences };
  }
  const [to, merged] = await Promise.all([
    Records.resolveMerged(mergeableContacts.collection, survivor),
    Records.load(mergeableContacts.collection, from),
  ]);
  const customer = merged?.customer_id && (await Records.resolveMerged(mergeableCustomers.collection, merged.customer_id));
  return {
    from,
    to: to?.id ?? survivor,
    namings: listContactReferences({ customer_id: customer ? customer.id : null, lead_id: merged?.lead_id }),
  };
}

/** The most records, and the most writes, of one part. */
const [MAX_RECORDS, MAX_WRITES] = [20, 50];

/** Does one part of the work. Returns undefined at the end. */
async function moveForward(
  merge: RecordMerge,
  { step, after }: Progress,
  lease?: JobLease<Progress>,
): Promise<Progress | undefined> {
  const { from, to, namings } = await resolveEnds(merge);
  const naming = namings[step];
  if (!naming) return undefined;
  const ids = await listKeysAfter(await loadCollection(naming.kind), await referencePartitions(naming, from), {
    order: "asc",
    after,
    limit: MAX_RECORDS,
  });
  let last = ids.length === MAX_RECORDS ? ids.at(-1) : undefined;
  if (naming === contactCustomerReference) for (const id of ids) await moveContact(merge, id, { from, to }, lease);
  else {
    const examinedCount = await retryOnConflict(() => moveRecords(merge, naming, ids, { from, to }, lease));
    if (examinedCount < ids.length) last = ids[examinedCount - 1];
  }
  return last === undefined ? { step: step + 1 } : { step, after: last };
}

interface MergeEnds {
  from: string;
  to: string;
}

/** Moves as many records as fit into one transaction, and returns how many it examined. */
async function moveRecords(
  merge: RecordMerge,
  naming: ReferenceField,
  ids: readonly string[],
  { from, to }: MergeEnds,
  lease: JobLease<Progress> | undefined,
): Promise<number> {
  const collection = await loadCollection(naming.kind);
  const tx = beginTransaction(merge, lease);
  const movedIds: string[] = [];
  let examinedCount = 0;
  const above = await lockAncestors(tx, naming, from, to);
  for (const record of await Records.loadMany(collection, ids, { live: true })) {
    if (tx.size > MAX_WRITES) break;
    examinedCount += 1;
    if (!record || record.id === to || above.has(record.id) || !isReferenceTo(naming, record, from)) continue;
    tx.replace(collection, record, repointRecord(naming, record, to));
    movedIds.push(record.id);
  }
  if (movedIds.length === 0) return examinedCount;
  tx.requireLive(to, () => new WriteConflict(`${to} no longer exists`));
  tx.put({ ...entryKey(merge, movedIds[0] as string), kind: naming.kind.name, field: naming.field, ids: movedIds, to });
  await tx.commit(undefined);
  return examinedCount;
}

/** Locks the ancestors of the target until the transaction is written, and returns their ids, so that no customer is moved below itself. */
async function lockAncestors(tx: Transaction, { kind }: ReferenceField, from: string, to: string): Promise<ReadonlySet<string>> {
  const path = kind === CUSTOMER ? await Tree.lockPath(tx, [from], to) : [];
  return new Set(path.map(({ id }) => id));
}

const repointRecord = ({ field }: ReferenceField, record: BaseRecord, to: string): BaseRecord =>
  Records.nextVersion(record, { ...record, [field]: to } as BaseRecord);

const beginTransaction = (merge: RecordMerge, lease: JobLease<Progress> | undefined): Transaction =>
  lease ? transaction().addStep(Job.requireLeaseStep(merge.id, lease)) : transaction();

const ENTRY_PREFIX = "moved#";
const entryKey = (merge: RecordMerge, first: string): Key => jobKey(merge.id, ENTRY_PREFIX + first);

/** Moves a contact and its locks. If its person is already a contact of the survivor, the contact is merged into that one. */
const moveContact = (
  merge: RecordMerge,
  id: string,
  { from, to }: MergeEnds,
  lease: JobLease<Progress> | undefined,
): Promise<void> =>
  retryOnConflict(async () => {
    const contact = await Contact.load(id);
    if (contact?.customer_id !== from) return;
    const person = await Person.resolveMerged(contact.personal_key_id);
    const [existingId] = (await Contact.findAtPlace(person ? Person.listIds(person) : [contact.personal_key_id], to)).ids;
    const survivor = existingId === undefined ? undefined : await Contact.load(existingId);
    const tx = beginTransaction(merge, lease);
    const entry = { ...entryKey(merge, id), kind: CONTACT.name, field: contactCustomerReference.field, ids: [id], to };
    if (survivor) {
      const choices = await resolveChoices(mergeableContacts, survivor, contact, {});
      const child = await joinRecords(tx, mergeableContacts, [survivor, contact], {
        chosenFields: choices,
        reason: merge.reason,
        persons: null,
      });
      tx.put({ ...entry, child: child.id });
    } else {
      const is_primary = contact.is_primary && !(await Contact.hasPrimary(to));
      await Contact.changeCustomer(tx, contact, { customer_id: to, is_primary });
      tx.put({ ...entry, was_primary: contact.is_primary });
    }
    tx.requireLive(to, () => new WriteConflict(`${to} no longer exists`));
    await tx.commit(undefined);
  });

/** A log entry of what one part moved. */
interface MoveEntry extends Key {
  kind: string;
  field: string;
  ids: string[];
  to: string;
  was_primary?: boolean;
  child?: string;
}

/** Moves the records of one log entry back, unless they were moved elsewhere since. Returns undefined if no entry is left. */
async function moveBack(merge: RecordMerge, lease: JobLease<Progress>): Promise<Progress | undefined> {
  const { pk } = jobKey(merge.id, ENTRY_PREFIX);
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :pk and begins_with(sk, :entries)",
    ExpressionAttributeValues: { ":pk": pk, ":entries": ENTRY_PREFIX },
    ConsistentRead: true,
    Limit: 1,
  });
  const entry = Items[0] as MoveEntry | undefined;
  if (!entry) return undefined;
  if (entry.child !== undefined) await unmergeChild(entry.child);
  await retryOnConflict(async () => {
    const tx = beginTransaction(merge, lease).delete(entry);
    if (entry.child === undefined) await (entry.was_primary === undefined ? moveRecordsBack : moveContactBack)(tx, merge, entry);
    await tx.commit(undefined);
  });
  return initialProgress;
}

async function moveRecordsBack(tx: Transaction, merge: RecordMerge, { kind, field, ids, to }: MoveEntry): Promise<void> {
  const naming = (await resolveEnds(merge)).namings.find((each) => each.kind.name === kind && each.field === field);
  if (!naming) return;
  const collection = await loadCollection(naming.kind);
  const above = await lockAncestors(tx, naming, to, merge.merged_id);
  for (const record of await Records.loadMany(collection, ids))
    if (record && !above.has(record.id) && isReferenceTo(naming, record, to))
      tx.replace(collection, record, repointRecord(naming, record, merge.merged_id));
}

/** Moves a contact back. If its person has another contact at the restored customer by now, the contact stays. */
async function moveContactBack(
  tx: Transaction,
  merge: RecordMerge,
  { ids: [id = ""], to, was_primary }: MoveEntry,
): Promise<void> {
  const contact = await Contact.load(id);
  if (contact?.customer_id !== to) return;
  const is_primary = was_primary === true && !(await Contact.hasPrimary(merge.merged_id));
  const person = await Person.resolveMerged(contact.personal_key_id);
  const persons = person ? Person.listIds(person) : [contact.personal_key_id];
  if ((await Contact.findAtPlace(persons, merge.merged_id)).ids.length > 0) return;
  await Contact.changeCustomer(tx, contact, { customer_id: merge.merged_id, is_primary });
}

/** Undoes a merge of contacts that was part of a merge of customers, unless it was undone before. */
async function unmergeChild(id: string): Promise<void> {
  const child = await Records.load(RecordMerges, id);
  if (child?.status !== "MOVING" && child?.status !== "MOVED") return;
  try {
    await retryOnConflict(async () =>
      unmergeRecords(mergeableContacts, await readMerge(mergeableContacts, child.survivor_id, child.merged_id)),
    );
  } catch (error) {
    // The survivor was deleted or merged since, so its contact stays as it is.
    if (!isFailure(error, "NOT_FOUND")) throw error;
  }
}
