import { CONTACT } from "../contact/contact.domain.ts";
import { Contact } from "../contact/contact.ts";
import { CUSTOMER } from "../customer/customer.domain.ts";
import { Tree } from "../customer/tree.ts";
import { useContext } from "../kernel/context.ts";
import { isFailure } from "../kernel/error.ts";
import { Person } from "../person/person.ts";
import { worker } from "../storage/jobs/worker.ts";
import { keysBehind } from "../storage/read/scan.ts";
import type { BaseRecord } from "../storage/table/collection.ts";
import { collectionOf } from "../storage/table/collections.ts";
import { query } from "../storage/table/database.ts";
import type { Key } from "../storage/table/key.ts";
import { Job, type JobLease, jobKey } from "../storage/write/job.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { contacts } from "./contacts.ts";
import { customers } from "./customers.ts";
import { isOpen, type RecordMerge, RecordMerges } from "./merging.entity.ts";
import { beginning, choiceOf, end, join, joined, type Progress, separate } from "./merging.ts";
import { contactsOf, type Naming, names, ofContact, ofCustomer, partitionsOf } from "./naming.ts";

/**
 * What names a record that was joined to another follows it, in parts; and goes back, where the merge is taken back. Each part is one
 * transaction with an entry that says what moved, so a worker that is killed leaves nothing behind and nothing done twice. What
 * an index did not show yet is looked for once more when none lags any longer.
 */
const mover = worker<RecordMerge, Progress>({
  name: "merging",
  collection: RecordMerges,
  isOpen,
  longest: 10_000,
  // Nobody's deed: it follows from the merge, whatever its author may do by now.
  acting: async () => useContext(),
  work,
  failed: ({ id }): Promise<void> => mover.tryLater(id, beginning, Job.LAGGED),
  over: once,
});
export const { run, lookAfter, onContinueRequested } = mover;

async function work(merge: RecordMerge, from: JobLease<Progress>, until: number): Promise<void> {
  let lease = from;
  for (let progress: Progress | undefined = lease.state ?? beginning; progress; ) {
    if (lease !== from && performance.now() >= until) return mover.resumeLater(merge.id);
    progress = await (merge.status === "UNDOING" ? back(merge, lease) : forth(merge, progress, lease));
    if (progress) lease = await Job.advance(merge.id, lease, progress);
  }
  await end(merge.id);
}

/** All of it once more, and then no more; not of what was taken back meanwhile. */
async function once(merge: RecordMerge): Promise<void> {
  let progress: Progress | undefined = merge.status === "MOVED" ? beginning : undefined;
  while (progress) progress = await forth(merge, progress);
  await Records.change(RecordMerges, merge.id, (current) => ({ ...current, attention_at: null }));
}

/** The one that goes, and the one that now stands for it. */
async function endsOf(merge: RecordMerge): Promise<{ from: string; to: string; namings: readonly Naming[] }> {
  const [from, survivor] = [merge.merged_id, merge.survivor_id];
  if (merge.entity === "customer") {
    const to = await Records.leadingTo(customers.collection, survivor);
    return { from, to: to?.id ?? survivor, namings: ofCustomer };
  }
  const [to, merged] = await Promise.all([
    Records.leadingTo(contacts.collection, survivor),
    Records.load(contacts.collection, from),
  ]);
  const at = merged?.customer_id && (await Records.leadingTo(customers.collection, merged.customer_id));
  return { from, to: to?.id ?? survivor, namings: ofContact({ customer_id: at ? at.id : null, lead_id: merged?.lead_id }) };
}

/** So many records, and writes, in one part. */
const [MOST, MOST_WRITTEN] = [20, 50];

/** One part of the work; undefined when there is no more. */
async function forth(merge: RecordMerge, { step, after }: Progress, lease?: JobLease<Progress>): Promise<Progress | undefined> {
  const { from, to, namings } = await endsOf(merge);
  const naming = namings[step];
  if (!naming) return undefined;
  const ids = await keysBehind(await collectionOf(naming.kind), await partitionsOf(naming, from), {
    order: "asc",
    after,
    most: MOST,
  });
  let last = ids.length === MOST ? ids.at(-1) : undefined;
  if (naming === contactsOf) for (const id of ids) await contactForth(merge, id, { from, to }, lease);
  else {
    const moved = await retryOnConflict(() => recordsForth(merge, naming, ids, { from, to }, lease));
    if (moved < ids.length) last = ids[moved - 1];
  }
  return last === undefined ? { step: step + 1 } : { step, after: last };
}

interface Ends {
  from: string;
  to: string;
}

/** Moves what fits into one transaction; gives how many were looked at. */
async function recordsForth(
  merge: RecordMerge,
  naming: Naming,
  ids: readonly string[],
  { from, to }: Ends,
  lease: JobLease<Progress> | undefined,
): Promise<number> {
  const collection = await collectionOf(naming.kind);
  const tx = begun(merge, lease);
  const moved: string[] = [];
  let looked = 0;
  const above = await aboveOf(tx, naming, from, to);
  for (const record of await Records.loadMany(collection, ids, { live: true })) {
    if (tx.size > MOST_WRITTEN) break;
    looked += 1;
    if (!record || record.id === to || above.has(record.id) || !names(naming, record, from)) continue;
    tx.replace(collection, record, turned(naming, record, to));
    moved.push(record.id);
  }
  if (moved.length === 0) return looked;
  tx.alive(to, () => new Moved(`${to} is gone by now`));
  tx.put({ ...entryKey(merge, moved[0] as string), kind: naming.kind.name, field: naming.field, ids: moved, to });
  await tx.commit(undefined);
  return looked;
}

/** Who stands above where customers are put, until the transaction is written: nobody is put below themselves. */
async function aboveOf(tx: Transaction, { kind }: Naming, from: string, to: string): Promise<ReadonlySet<string>> {
  const way = kind === CUSTOMER ? await Tree.held(tx, [from], to) : [];
  return new Set(way.map(({ id }) => id));
}

const turned = ({ field }: Naming, record: BaseRecord, to: string): BaseRecord =>
  Records.nextVersion(record, { ...record, [field]: to } as BaseRecord);

const begun = (merge: RecordMerge, lease: JobLease<Progress> | undefined): Transaction =>
  lease ? transaction().step(Job.fence(merge.id, lease)) : transaction();

const ENTRIES = "moved#";
const entryKey = (merge: RecordMerge, first: string): Key => jobKey(merge.id, ENTRIES + first);

/** A contact takes its locks along. One whose person is a contact at the survivor already is joined to that. */
const contactForth = (merge: RecordMerge, id: string, { from, to }: Ends, lease: JobLease<Progress> | undefined): Promise<void> =>
  retryOnConflict(async () => {
    const contact = await Contact.load(id);
    if (contact?.customer_id !== from) return;
    const person = await Person.living(contact.personal_key_id);
    const [there] = (await Contact.find(person ? Person.idsOf(person) : [contact.personal_key_id], to)).ids;
    const survivor = there === undefined ? undefined : await Contact.load(there);
    const tx = begun(merge, lease);
    const entry = { ...entryKey(merge, id), kind: CONTACT.name, field: contactsOf.field, ids: [id], to };
    if (survivor) {
      const shown = await choiceOf(contacts, survivor, contact, {});
      const child = await join(tx, contacts, [survivor, contact], { shown, reason: merge.reason, persons: null });
      tx.put({ ...entry, child: child.id });
    } else {
      const is_primary = contact.is_primary && !(await Contact.hasPrimary(to));
      await Contact.rehome(tx, contact, { customer_id: to, is_primary });
      tx.put({ ...entry, was_primary: contact.is_primary });
    }
    tx.alive(to, () => new Moved(`${to} is gone by now`));
    await tx.commit(undefined);
  });

/** What an entry says that moved. */
interface Entry extends Key {
  kind: string;
  field: string;
  ids: string[];
  to: string;
  was_primary?: boolean;
  child?: string;
}

/** One entry goes back, as far as nobody has moved it on; undefined when there is none. */
async function back(merge: RecordMerge, lease: JobLease<Progress>): Promise<Progress | undefined> {
  const { pk } = jobKey(merge.id, ENTRIES);
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :pk and begins_with(sk, :entries)",
    ExpressionAttributeValues: { ":pk": pk, ":entries": ENTRIES },
    ConsistentRead: true,
    Limit: 1,
  });
  const entry = Items[0] as Entry | undefined;
  if (!entry) return undefined;
  if (entry.child !== undefined) await childBack(entry.child);
  await retryOnConflict(async () => {
    const tx = begun(merge, lease).delete(entry);
    if (entry.child === undefined) await (entry.was_primary === undefined ? recordsBack : contactBack)(tx, merge, entry);
    await tx.commit(undefined);
  });
  return beginning;
}

async function recordsBack(tx: Transaction, merge: RecordMerge, { kind, field, ids, to }: Entry): Promise<void> {
  const naming = (await endsOf(merge)).namings.find((each) => each.kind.name === kind && each.field === field);
  if (!naming) return;
  const collection = await collectionOf(naming.kind);
  const above = await aboveOf(tx, naming, to, merge.merged_id);
  for (const record of await Records.loadMany(collection, ids))
    if (record && !above.has(record.id) && names(naming, record, to))
      tx.replace(collection, record, turned(naming, record, merge.merged_id));
}

/** Where its person is a contact of the other again by now, it stays. */
async function contactBack(tx: Transaction, merge: RecordMerge, { ids: [id = ""], to, was_primary }: Entry): Promise<void> {
  const contact = await Contact.load(id);
  if (contact?.customer_id !== to) return;
  const is_primary = was_primary === true && !(await Contact.hasPrimary(merge.merged_id));
  const person = await Person.living(contact.personal_key_id);
  const persons = person ? Person.idsOf(person) : [contact.personal_key_id];
  if ((await Contact.find(persons, merge.merged_id)).ids.length > 0) return;
  await Contact.rehome(tx, contact, { customer_id: merge.merged_id, is_primary });
}

/** A merge of contacts that came of one of customers, unless somebody took it back before. */
async function childBack(id: string): Promise<void> {
  const child = await Records.load(RecordMerges, id);
  if (child?.status !== "MOVING" && child?.status !== "MOVED") return;
  try {
    await retryOnConflict(async () => separate(contacts, await joined(contacts, child.survivor_id, child.merged_id)));
  } catch (error) {
    // The survivor was deleted or joined to another since: its contact stays what it has become.
    if (!isFailure(error, "NOT_FOUND")) throw error;
  }
}
