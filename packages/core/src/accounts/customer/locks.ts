import { isDeepStrictEqual } from "node:util";
import { useTenant } from "../../kernel/context.ts";
import { conflict } from "../../kernel/error.ts";
import { Person } from "../../people/person/person.ts";
import { acquireUnique, readUnique, releaseUnique, type UniqueLock } from "../../people/person/unique-per-person.ts";
import { readItem, readItems } from "../../storage/table/database.ts";
import { hashTexts, type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import type { CustomerRecord } from "./customer.entity.ts";
import { CUSTOMER } from "./customer.kind.ts";
import { companyKey, taxKey } from "./customer.rules.ts";

/**
 * Locks of customers: a tax id belongs to one customer, a person has one individual customer, and for each company name it is known which
 * businesses have it. Each lock is an item that is written in the customer's own transaction, so concurrent writes for the same value
 * conflict.
 */

/** The lock of a company name: the businesses that have it. */
export interface NameLock {
  /** Ids of live customers: the first ten that took the name. */
  ids: readonly string[];
  /** Number of live customers with the name. */
  count: number;
  key: Key;
  /** Rises with each write; 0 if the name was never taken. */
  revision: number;
}

const MAX_LISTED = 10;

/** Another customer took or left the name between the read and the write, so the caller must read again. */
class NameConflict extends WriteConflict {
  override name = "NameMoved";
}

/** Reads the businesses whose company name is equal apart from letter case, punctuation and legal form. Strongly consistent. */
export const readNameLock = async (name: string): Promise<NameLock> => ((await readNameLocks([name])) as [NameLock])[0];

async function readNameLocks(names: readonly string[]): Promise<NameLock[]> {
  const keys = names.map((name) => ({ pk: tenantKey(useTenant(), "NAME", hashTexts(companyKey(name))), sk: "name" }));
  const items = await readItems(keys);
  return keys.map((key, index) => ({
    key,
    ids: (items[index]?.customer_ids as string[] | undefined) ?? [],
    count: Number(items[index]?.count ?? 0),
    revision: Number(items[index]?.revision ?? 0),
  }));
}

function writeNameLock(tx: Transaction, { key, revision }: NameLock, { ids, count }: Pick<NameLock, "ids" | "count">): void {
  const item = { ...key, customer_ids: ids.slice(0, MAX_LISTED), count, revision: revision + 1 };
  const buildConflict = () => new NameConflict("The customers with this name were changed concurrently");
  if (revision === 0) tx.put(item, { condition: "attribute_not_exists(pk)", rejection: buildConflict });
  else tx.put(item, { condition: "revision = :read", values: { ":read": revision }, rejection: buildConflict });
}

/**
 * Finds the individual customer of a person. `persons` holds all ids of the person, the surviving one first. The result has no id, one id,
 * or several after a merge of persons who each had a customer: the survivor's first.
 */
export const findByPerson = (persons: readonly string[]): Promise<UniqueLock> => readUnique("PERSONCUSTOMER", persons);

/** Locks as they were read before the decision to write. Missing ones are read now. */
export interface LockReads {
  nameLock?: NameLock;
  person?: UniqueLock;
}

/**
 * Adds the changes of the locks to the customer's transaction. `before` is null if the customer is created or restored, `after` is null if
 * it is deleted.
 */
export async function moveLocks(
  tx: Transaction,
  before: CustomerRecord | null,
  after: CustomerRecord | null,
  lockReads: LockReads = {},
): Promise<void> {
  const customer = (after ?? before) as CustomerRecord;
  moveTaxId(tx, customer.id, before?.tax_id ?? null, after?.tax_id ?? null);
  if (customer.customer_type === "business") await moveName(tx, customer.id, before?.name, after?.name, lockReads.nameLock);
  else if (!before) await takePerson(tx, customer, lockReads.person);
  else if (!after) releaseUnique(tx, "PERSONCUSTOMER", toPersonId(customer));
}

async function moveName(
  tx: Transaction,
  id: string,
  before: string | undefined,
  after: string | undefined,
  knownLock: NameLock | undefined,
): Promise<void> {
  const [oldKey, newKey] = [before, after].map((name) => (name === undefined ? undefined : companyKey(name)));
  if (oldKey === newKey) return;
  const names = [before, after].filter((name) => name !== undefined);
  const locks = knownLock && before === undefined ? [knownLock] : await readNameLocks(names);
  const [leaving, nextLock] = before === undefined ? [undefined, locks[0]] : locks;
  if (leaving) writeNameLock(tx, leaving, { ids: leaving.ids.filter((listedId) => listedId !== id), count: leaving.count - 1 });
  if (nextLock) writeNameLock(tx, nextLock, { ids: [...nextLock.ids, id], count: nextLock.count + 1 });
}

/** Does the same as `moveLocks` for a merge of two customers or its undo: a lock that both sides need is written once. */
export async function rearrangeLocks(
  tx: Transaction,
  before: readonly CustomerRecord[],
  after: readonly CustomerRecord[],
): Promise<void> {
  await rearrangeNames(tx, before, after);
  const taxes = (customers: readonly CustomerRecord[]) =>
    new Map(customers.flatMap(({ id, tax_id }) => (tax_id === null ? [] : [[taxKey(tax_id), id] as const])));
  const [previousTaxIds, nextTaxIds] = [taxes(before), taxes(after)];
  for (const [tax, id] of previousTaxIds) {
    const next = nextTaxIds.get(tax);
    if (next === undefined) tx.delete(taxIdKey(tax));
    else if (next !== id) takeTaxId(tx, tax, next, id);
  }
  for (const [tax, id] of nextTaxIds) if (!previousTaxIds.has(tax)) takeTaxId(tx, tax, id);
  const isIncluded = (customer: CustomerRecord, among: readonly CustomerRecord[]) => among.some(({ id }) => id === customer.id);
  for (const customer of before)
    if (customer.personal_key_id && !isIncluded(customer, after)) releaseUnique(tx, "PERSONCUSTOMER", customer.personal_key_id);
  for (const customer of after)
    if (customer.personal_key_id && !isIncluded(customer, before)) await takePerson(tx, customer, undefined);
}

async function rearrangeNames(
  tx: Transaction,
  before: readonly CustomerRecord[],
  after: readonly CustomerRecord[],
): Promise<void> {
  const bearing = (customers: readonly CustomerRecord[]) =>
    Map.groupBy(
      customers.filter(({ customer_type }) => customer_type === "business"),
      ({ name }) => companyKey(name),
    );
  const [customersBefore, customersAfter] = [bearing(before), bearing(after)];
  const bearers = new Map([...customersBefore, ...customersAfter]);
  const locks = await readNameLocks([...bearers.values()].flatMap(([customer]) => customer?.name ?? []));
  for (const [index, key] of [...bearers.keys()].entries()) {
    const [idsBefore, idsAfter] = [customersBefore.get(key) ?? [], customersAfter.get(key) ?? []].map((customers) =>
      customers.map(({ id }) => id),
    );
    const lock = locks[index];
    if (!lock || !idsBefore || !idsAfter || isDeepStrictEqual(idsBefore, idsAfter)) continue;
    const otherIds = lock.ids.filter((id) => !idsBefore.includes(id));
    writeNameLock(tx, lock, { ids: [...otherIds, ...idsAfter], count: lock.count - idsBefore.length + idsAfter.length });
  }
}

const taxIdKey = (tax: string): Key => ({ pk: tenantKey(useTenant(), "TAXID", hashTexts(tax)), sk: "customer" });

/** Finds the id of the customer that has a tax id. */
export async function findByTaxId(tax_id: string): Promise<string | undefined> {
  const lock = await readItem(taxIdKey(taxKey(tax_id)));
  return lock && String(lock.customer_id);
}

function moveTaxId(tx: Transaction, id: string, before: string | null, after: string | null): void {
  const [oldKey, newKey] = [before, after].map((tax_id) => (tax_id === null ? undefined : taxKey(tax_id)));
  if (oldKey === newKey) return;
  if (oldKey !== undefined) tx.delete(taxIdKey(oldKey));
  if (newKey !== undefined) takeTaxId(tx, newKey, id);
}

/** Gives the tax id to a customer. `holder` is the customer that has it now; without it, the tax id must be free. */
function takeTaxId(tx: Transaction, tax: string, id: string, holder?: string): void {
  const holderCondition = { condition: "customer_id = :holder", values: { ":holder": holder } };
  tx.put(
    { ...taxIdKey(tax), customer_id: id },
    {
      ...(holder === undefined ? { condition: "attribute_not_exists(pk)" } : holderCondition),
      rejection: () => conflict("Another customer already has this tax id", [{ field: "tax_id", message: "Taken" }]),
    },
  );
}

async function takePerson(tx: Transaction, customer: CustomerRecord, knownLock: UniqueLock | undefined): Promise<void> {
  const person = toPersonId(customer);
  const living = knownLock ? undefined : await Person.resolveMerged(person);
  const single = knownLock ?? (await findByPerson(living ? Person.listIds(living) : [person]));
  const [holder] = single.ids;
  if (holder !== undefined) {
    const message = (await Records.isVisible(CUSTOMER, holder))
      ? `The person already has the customer ${holder}`
      : "The person already has one";
    throw conflict("A person can have only one individual customer", [{ field: "personal_key_id", message }]);
  }
  acquireUnique(tx, single, person, customer.id);
}

const toPersonId = ({ personal_key_id }: CustomerRecord): string => personal_key_id as string;
