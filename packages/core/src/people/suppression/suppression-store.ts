import { isDeepStrictEqual } from "node:util";
import { Clock } from "../../kernel/clock.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { readPointLocks } from "../person/identity.ts";
import { type HashedAddress, resolveAddress } from "./address.ts";
import type { SuppressionReason } from "./reasons.rules.ts";
import { SuppressedAddresses, type SuppressionRecord } from "./suppression.entity.ts";
import {
  type Channel,
  type Entry,
  type Lifter,
  liftReason as lifted,
  listActiveReasons,
  listAddressReasons,
  listRefusedTypes,
  setReason,
} from "./suppression.rules.ts";
import { readSuppressionItem, type SuppressionItem, suppressionKey } from "./suppression-key.ts";

/** The suppressed addresses, for the code that sends messages or receives reports (docs/people/suppression.md). */

/** Exported for messaging, which checks the reasons before it sends. */
export { readReasons, readState } from "./suppression-key.ts";

/** Returns the record of an address, with or without active reasons. */
export async function findByAddress(channel: Channel, address: string): Promise<SuppressionRecord | undefined> {
  const { id } = await readSuppressionItem(channel, (await resolveAddress(channel, address)).hash);
  return id === null ? undefined : Records.load(SuppressedAddresses, id);
}

export interface AddressInput {
  channel: Channel;
  address: string;
}

export interface AddInput extends AddressInput {
  reason: SuppressionReason;
  /** The code of the subscription type that is refused; without it, all that the reason refuses. */
  type?: string | null | undefined;
  /** The message, person or file from which it is known. */
  source?: string | null | undefined;
  /** The time of the report. Without it: now, but after all that is known of the address. */
  at?: string | undefined;
}

/** Adds the writes that put an address on the list to a transaction; none if that is already known. Returns the record after it. */
export async function addInTransaction(
  tx: Transaction,
  { channel, address, reason, type, source = null, at }: AddInput,
): Promise<SuppressionRecord | undefined> {
  return writeEntries(tx, await resolveAddress(channel, address), (entries) =>
    setReason(entries, { reason, type, source, reportedAt: at, now: Clock.now() }),
  );
}

/** Puts an address on the list in a transaction of its own. */
export const add = (added: AddInput): Promise<SuppressionRecord | undefined> =>
  runInTransaction((tx) => addInTransaction(tx, added));

export interface LiftInput extends AddressInput {
  reasons: readonly SuppressionReason[];
  /** The subscription type for which they are lifted; without it, those that are set for no type. */
  type?: string | null | undefined;
  by: Lifter;
  at?: string | undefined;
}

/** Adds the writes that lift these reasons to a transaction. Returns undefined if the address was never on the list. */
export async function liftInTransaction(
  tx: Transaction,
  { channel, address, reasons, type, by, at }: LiftInput,
): Promise<SuppressionRecord | undefined> {
  return writeEntries(tx, await resolveAddress(channel, address), (entries) =>
    liftReasons(
      entries,
      reasons.map((reason) => ({ reason, type })),
      { by, at },
    ),
  );
}

const liftReasons = (
  entries: readonly Entry[],
  lifts: readonly Pick<Entry, "reason" | "type">[],
  { by, at }: Pick<LiftInput, "by" | "at">,
): readonly Entry[] =>
  lifts.reduce(
    (currentEntries, { reason, type }) => lifted(currentEntries, { reason, type, reportedAt: at, by, now: Clock.now() }),
    entries,
  );

/** Lifts reasons in a transaction of its own. START lifts only STOP. */
export const lift = (input: LiftInput): Promise<SuppressionRecord | undefined> =>
  runInTransaction((tx) => liftInTransaction(tx, input));

const runInTransaction = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
  retryOnConflict(async () => {
    const tx = transaction();
    return tx.commit(await work(tx));
  });

const addressConflict = (): Error => new WriteConflict("The address was changed concurrently");

async function writeEntries(
  tx: Transaction,
  { channel, point, hash }: HashedAddress,
  edit: (entries: readonly Entry[]) => readonly Entry[],
): Promise<SuppressionRecord | undefined> {
  const [place, [lock]] = await Promise.all([readSuppressionItem(channel, hash), readPointLocks([point])]);
  const before = place.id === null ? undefined : await Records.load(SuppressedAddresses, place.id);
  const storedEntries = before?.entries ?? place.entries;
  const entries = [...edit(storedEntries)];
  if (isDeepStrictEqual(entries, storedEntries)) return before;
  const holders = [...new Set([...(lock?.holders ?? []), ...(before?.holders ?? [])])].slice(0, MAX_HOLDERS);
  const after = before ? buildNextRecord(before, entries, holders) : buildRecord(channel, hash, entries, holders);
  writeItem(tx, { channel, address_hash: hash }, place, after, entries);
  if (!after) return undefined;
  return before ? replaceRecord(tx, before, after) : createRecord(tx, after);
}

/** Maximum number of persons whose preferences are updated for an address: a switchboard has many. */
const MAX_HOLDERS = 50;

function createRecord(tx: Transaction, record: SuppressionRecord): SuppressionRecord {
  tx.create(SuppressedAddresses, record, addressConflict);
  return record;
}

function replaceRecord(tx: Transaction, before: SuppressionRecord, after: SuppressionRecord): SuppressionRecord {
  tx.replace(SuppressedAddresses, before, after);
  return after;
}

/** Builds a new record; undefined without an active reason. */
function buildRecord(channel: Channel, address_hash: string, entries: Entry[], holders: string[]): SuppressionRecord | undefined {
  const state = summarize(entries);
  if (state.reason === null) return undefined;
  return Records.init(SuppressedAddresses, { channel, ...state, refuses: [], entries, address_hash, holders });
}

/** Returns what a record shows of its entries. `reason` is null if none is active. */
const summarize = (entries: readonly Entry[]) => ({
  reason: listActiveReasons(entries)[0] ?? null,
  reasons: listAddressReasons(entries),
  subscription_types: listRefusedTypes(entries),
});

/** Builds the next version with these entries. It is deleted if no reason is active. */
const buildNextRecord = (before: SuppressionRecord, entries: Entry[], holders: string[]): SuppressionRecord =>
  SuppressedAddresses.applyComputed(Records.nextVersion(before, { ...withEntries(before, entries), holders }));

function withEntries(before: SuppressionRecord, entries: Entry[]): SuppressionRecord {
  const state = summarize(entries);
  const deleted_at = state.reason === null ? (before.deleted_at ?? Clock.now()) : null;
  return { ...before, entries, ...state, deleted_at };
}

/** Writes the item that `readSuppressionItem` reads, in the transaction of the record. */
function writeItem(
  tx: Transaction,
  { channel, address_hash }: Pick<SuppressionRecord, "channel" | "address_hash">,
  { revision }: SuppressionItem,
  after: SuppressionRecord | undefined,
  entries: readonly Entry[],
): void {
  const item = {
    ...suppressionKey(channel, address_hash),
    ...(after ? { id: after.id } : { entries }),
    reasons: listAddressReasons(entries),
    types: listRefusedTypes(entries),
    revision: revision + 1,
  };
  if (revision === 0) tx.put(item, { condition: "attribute_not_exists(pk)", rejection: addressConflict });
  else tx.put(item, { condition: "revision = :read", values: { ":read": revision }, rejection: addressConflict });
}

/** Lifts reasons of a record, also for subscription types, and adds the write of its item to the transaction. The caller writes the returned record. */
export async function liftOnRecord(
  tx: Transaction,
  before: SuppressionRecord,
  reasons: readonly SuppressionReason[],
): Promise<SuppressionRecord> {
  const lifts = before.entries.filter(({ reason }) => reasons.includes(reason));
  const entries = [...liftReasons(before.entries, lifts, { by: "OTHERS" })];
  const after = withEntries(before, entries);
  writeItem(tx, before, await readSuppressionItem(before.channel, before.address_hash), after, entries);
  return after;
}

export * as Suppressions from "./suppression-store.ts";
