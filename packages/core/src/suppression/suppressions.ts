import { isDeepStrictEqual } from "node:util";
import { Clock } from "../kernel/clock.ts";
import { readLocks } from "../person/identity.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { type Address, addressOf } from "./addresses.ts";
import { keyOf, type Place, placeOf } from "./place.ts";
import type { Suppression } from "./reasons.rules.ts";
import { SuppressedAddresses, type SuppressionRecord } from "./suppression.entity.ts";
import { type Channel, type Entry, type Lifter, lift as lifted, set, standingOf } from "./suppression.rules.ts";

/** Which addresses are not written to, for whoever sends or hears what is said of them (docs/suppression.md). */

/** What `gate.rules.ts` asks for: why the address is suppressed, and nothing where it is not. */
export { reasonsOf as of } from "./place.ts";

/** The record of an address, whether anything stands or not. */
export async function recordOf(channel: Channel, address: string): Promise<SuppressionRecord | undefined> {
  const { id } = await placeOf(channel, (await addressOf(channel, address)).hash);
  return id === null ? undefined : Records.load(SuppressedAddresses, id);
}

export interface Told {
  channel: Channel;
  address: string;
}

export interface Added extends Told {
  reason: Suppression;
  /** By which message, person or file it is known. */
  source?: string | null | undefined;
  /** When it was said; without it now, behind all that is known of the address. */
  at?: string | undefined;
}

/** Adds to a transaction what puts an address on the list; nothing where that is known. Gives the record after it. */
export async function adding(
  tx: Transaction,
  { channel, address, reason, source = null, at }: Added,
): Promise<SuppressionRecord | undefined> {
  return written(tx, await addressOf(channel, address), (entries) => set(entries, { reason, source, at, now: Clock.now() }));
}

/** The same by itself. */
export const add = (added: Added): Promise<SuppressionRecord | undefined> => alone((tx) => adding(tx, added));

export interface Lifted extends Told {
  reasons: readonly Suppression[];
  by: Lifter;
  at?: string | undefined;
}

/** Adds to a transaction what lifts these reasons, and no other; undefined where the address was never on the list. */
export async function lifting(
  tx: Transaction,
  { channel, address, reasons, by, at }: Lifted,
): Promise<SuppressionRecord | undefined> {
  return written(tx, await addressOf(channel, address), (entries) => liftedAll(entries, { reasons, by, at }));
}

export const liftedAll = (
  entries: readonly Entry[],
  { reasons, by, at }: Pick<Lifted, "reasons" | "by" | "at">,
): readonly Entry[] => reasons.reduce((known, reason) => lifted(known, { reason, at, by, now: Clock.now() }), entries);

/** The same by itself: START lifts STOP, and nothing else. */
export const lift = (wanted: Lifted): Promise<SuppressionRecord | undefined> => alone((tx) => lifting(tx, wanted));

const alone = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
  retryOnConflict(async () => {
    const tx = transaction();
    return tx.commit(await work(tx));
  });

const meanwhile = (): Error => new Moved("Something else was said of this address meanwhile");

async function written(
  tx: Transaction,
  { channel, point, hash }: Address,
  edit: (entries: readonly Entry[]) => readonly Entry[],
): Promise<SuppressionRecord | undefined> {
  const [place, [lock]] = await Promise.all([placeOf(channel, hash), readLocks([point])]);
  const before = place.id === null ? undefined : await Records.load(SuppressedAddresses, place.id);
  const known = before?.entries ?? place.entries;
  const entries = [...edit(known)];
  if (isDeepStrictEqual(entries, known)) return before;
  const holders = [...new Set([...(lock?.holders ?? []), ...(before?.holders ?? [])])].slice(0, MOST_HOLDERS);
  const after = before ? next(before, entries, holders) : born(channel, hash, entries, holders);
  placed(tx, { channel, address_hash: hash }, place, after, entries);
  if (!after) return undefined;
  return before ? replaced(tx, before, after) : created(tx, after);
}

/** Persons who are told of what was said of an address; a switchboard has many. */
const MOST_HOLDERS = 50;

function created(tx: Transaction, record: SuppressionRecord): SuppressionRecord {
  tx.create(SuppressedAddresses, record, meanwhile);
  return record;
}

function replaced(tx: Transaction, before: SuppressionRecord, after: SuppressionRecord): SuppressionRecord {
  tx.replace(SuppressedAddresses, before, after);
  return after;
}

/** A new record; none as long as nothing stands. */
function born(channel: Channel, address_hash: string, entries: Entry[], holders: string[]): SuppressionRecord | undefined {
  const reasons = standingOf(entries);
  const [reason] = reasons;
  if (reason === undefined) return undefined;
  return Records.born(SuppressedAddresses, { channel, reason, reasons, refuses: [], entries, address_hash, holders });
}

/** The record with these entries: deleted while nothing stands. */
const next = (before: SuppressionRecord, entries: Entry[], holders: string[]): SuppressionRecord =>
  SuppressedAddresses.computed(Records.nextVersion(before, { ...withEntries(before, entries), holders }));

export function withEntries(before: SuppressionRecord, entries: Entry[]): SuppressionRecord {
  const reasons = standingOf(entries);
  const reason = reasons[0] ?? null;
  const deleted_at = reason === null ? (before.deleted_at ?? Clock.now()) : null;
  return { ...before, entries, reasons, reason, deleted_at };
}

/** What `of` reads is written with the record. */
function placed(
  tx: Transaction,
  { channel, address_hash }: Pick<SuppressionRecord, "channel" | "address_hash">,
  { revision }: Place,
  after: SuppressionRecord | undefined,
  entries: readonly Entry[],
): void {
  const item = {
    ...keyOf(channel, address_hash),
    ...(after ? { id: after.id } : { entries }),
    reasons: after?.reasons ?? [],
    revision: revision + 1,
  };
  if (revision === 0) tx.put(item, { condition: "attribute_not_exists(pk)", refused: meanwhile });
  else tx.put(item, { condition: "revision = :read", values: { ":read": revision }, refused: meanwhile });
}

/** As `lifting`, of the address of a record. */
export async function liftingOf(
  tx: Transaction,
  before: SuppressionRecord,
  reasons: readonly Suppression[],
): Promise<SuppressionRecord> {
  const entries = [...liftedAll(before.entries, { reasons, by: "OTHERS" })];
  const after = withEntries(before, entries);
  placed(tx, before, await placeOf(before.channel, before.address_hash), after, entries);
  return after;
}

export * as Suppressions from "./suppressions.ts";
