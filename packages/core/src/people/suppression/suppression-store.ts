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
  setReason,
} from "./suppression.rules.ts";
import { readItem, type SuppressionItem, suppressionKey } from "./suppression-key.ts";

/** Which addresses are not written to, for whoever sends or hears what is said of them (docs/people/suppression.md). */

/** What `gate.rules.ts` asks for: why the address is suppressed, and nothing where it is not. */
export { readReasons } from "./suppression-key.ts";

/** The record of an address, whether anything stands or not. */
export async function findByAddress(channel: Channel, address: string): Promise<SuppressionRecord | undefined> {
  const { id } = await readItem(channel, (await resolveAddress(channel, address)).hash);
  return id === null ? undefined : Records.load(SuppressedAddresses, id);
}

export interface AddressInput {
  channel: Channel;
  address: string;
}

export interface AddInput extends AddressInput {
  reason: SuppressionReason;
  /** By which message, person or file it is known. */
  source?: string | null | undefined;
  /** When it was said; without it now, behind all that is known of the address. */
  at?: string | undefined;
}

/** Adds to a transaction what puts an address on the list; nothing where that is known. Gives the record after it. */
export async function addInTransaction(
  tx: Transaction,
  { channel, address, reason, source = null, at }: AddInput,
): Promise<SuppressionRecord | undefined> {
  return writeEntries(tx, await resolveAddress(channel, address), (entries) =>
    setReason(entries, { reason, source, at, now: Clock.now() }),
  );
}

/** The same by itself. */
export const add = (added: AddInput): Promise<SuppressionRecord | undefined> =>
  runInTransaction((tx) => addInTransaction(tx, added));

export interface LiftInput extends AddressInput {
  reasons: readonly SuppressionReason[];
  by: Lifter;
  at?: string | undefined;
}

/** Adds to a transaction what lifts these reasons, and no other; undefined where the address was never on the list. */
export async function liftInTransaction(
  tx: Transaction,
  { channel, address, reasons, by, at }: LiftInput,
): Promise<SuppressionRecord | undefined> {
  return writeEntries(tx, await resolveAddress(channel, address), (entries) => liftReasons(entries, { reasons, by, at }));
}

export const liftReasons = (
  entries: readonly Entry[],
  { reasons, by, at }: Pick<LiftInput, "reasons" | "by" | "at">,
): readonly Entry[] => reasons.reduce((known, reason) => lifted(known, { reason, at, by, now: Clock.now() }), entries);

/** The same by itself: START lifts STOP, and nothing else. */
export const lift = (wanted: LiftInput): Promise<SuppressionRecord | undefined> =>
  runInTransaction((tx) => liftInTransaction(tx, wanted));

const runInTransaction = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
  retryOnConflict(async () => {
    const tx = transaction();
    return tx.commit(await work(tx));
  });

const addressConflict = (): Error => new WriteConflict("Something else was said of this address meanwhile");

async function writeEntries(
  tx: Transaction,
  { channel, point, hash }: HashedAddress,
  edit: (entries: readonly Entry[]) => readonly Entry[],
): Promise<SuppressionRecord | undefined> {
  const [place, [lock]] = await Promise.all([readItem(channel, hash), readPointLocks([point])]);
  const before = place.id === null ? undefined : await Records.load(SuppressedAddresses, place.id);
  const known = before?.entries ?? place.entries;
  const entries = [...edit(known)];
  if (isDeepStrictEqual(entries, known)) return before;
  const holders = [...new Set([...(lock?.holders ?? []), ...(before?.holders ?? [])])].slice(0, MAX_HOLDERS);
  const after = before ? buildNextRecord(before, entries, holders) : buildRecord(channel, hash, entries, holders);
  writeItem(tx, { channel, address_hash: hash }, place, after, entries);
  if (!after) return undefined;
  return before ? replaceRecord(tx, before, after) : createRecord(tx, after);
}

/** Persons who are told of what was said of an address; a switchboard has many. */
const MAX_HOLDERS = 50;

function createRecord(tx: Transaction, record: SuppressionRecord): SuppressionRecord {
  tx.create(SuppressedAddresses, record, addressConflict);
  return record;
}

function replaceRecord(tx: Transaction, before: SuppressionRecord, after: SuppressionRecord): SuppressionRecord {
  tx.replace(SuppressedAddresses, before, after);
  return after;
}

/** A new record; none as long as nothing stands. */
function buildRecord(channel: Channel, address_hash: string, entries: Entry[], holders: string[]): SuppressionRecord | undefined {
  const reasons = listActiveReasons(entries);
  const [reason] = reasons;
  if (reason === undefined) return undefined;
  return Records.init(SuppressedAddresses, { channel, reason, reasons, refuses: [], entries, address_hash, holders });
}

/** The record with these entries: deleted while nothing stands. */
const buildNextRecord = (before: SuppressionRecord, entries: Entry[], holders: string[]): SuppressionRecord =>
  SuppressedAddresses.applyComputed(Records.nextVersion(before, { ...withEntries(before, entries), holders }));

export function withEntries(before: SuppressionRecord, entries: Entry[]): SuppressionRecord {
  const reasons = listActiveReasons(entries);
  const reason = reasons[0] ?? null;
  const deleted_at = reason === null ? (before.deleted_at ?? Clock.now()) : null;
  return { ...before, entries, reasons, reason, deleted_at };
}

/** What `of` reads is written with the record. */
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
    reasons: after?.reasons ?? [],
    revision: revision + 1,
  };
  if (revision === 0) tx.put(item, { condition: "attribute_not_exists(pk)", rejection: addressConflict });
  else tx.put(item, { condition: "revision = :read", values: { ":read": revision }, rejection: addressConflict });
}

/** As `lifting`, of the address of a record. */
export async function liftOnRecord(
  tx: Transaction,
  before: SuppressionRecord,
  reasons: readonly SuppressionReason[],
): Promise<SuppressionRecord> {
  const entries = [...liftReasons(before.entries, { reasons, by: "OTHERS" })];
  const after = withEntries(before, entries);
  writeItem(tx, before, await readItem(before.channel, before.address_hash), after, entries);
  return after;
}

export * as Suppressions from "./suppression-store.ts";
