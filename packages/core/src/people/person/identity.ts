import { Clock } from "../../kernel/clock.ts";
import { useContext, useTenant } from "../../kernel/context.ts";
import { conflict, isFailure, notFound } from "../../kernel/error.ts";
import { idPrefix } from "../../kernel/id.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { ASSIGNMENT, LEAD_WAIT } from "../../sales/lead/lead.kind.ts";
import { SCORE } from "../../sales/scoring/score.kind.ts";
import { query, readItem, readItems } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { hashTexts, type Key, recordKey, tenantKey } from "../../storage/table/key.ts";
import { type Edit, Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import type { NormalizedPoint } from "./contact-point-parser.ts";
import { deriveFields, pointKey } from "./derived-fields.rules.ts";
import { type ContactPoint, People, type PersonRecord } from "./person.entity.ts";
import { type PersonView, presentMasked } from "./sensitive-values.ts";
import { listVisibleSources, redactSources } from "./source-redaction.ts";

/**
 * The identity of persons. A merged person stays where it is and refers to its survivor. So every id ever given leads to a person,
 * and locks and leads with an old id need no change.
 */

/** A contact point or an external key got another owner between the read and the write: read again. */
export class PointConflict extends WriteConflict {
  override name = "PointTaken";
}

/** Returns the person to which an id leads after merges, in any state; undefined if there is none. */
export async function resolveMerged(id: string): Promise<PersonRecord | undefined> {
  let person = await Records.load(People, id);
  while (person?.merged_into) person = await Records.load(People, person.merged_into);
  return person;
}

/** Does the same as `resolveMerged` for many ids. The result is by the requested id. */
export async function resolveAllMerged(ids: readonly string[]): Promise<Map<string, PersonRecord | undefined>> {
  const personById = new Map<string, PersonRecord | undefined>();
  let pendingIds = [...new Set(ids)];
  while (pendingIds.length > 0) {
    const persons = await Records.loadMany(People, pendingIds);
    for (const [index, id] of pendingIds.entries()) personById.set(id, persons[index]);
    pendingIds = [...new Set([...personById.values()].flatMap((person) => person?.merged_into ?? []))].filter(
      (id) => !personById.has(id),
    );
  }
  const end = (id: string): PersonRecord | undefined => {
    const person = personById.get(id);
    return person?.merged_into ? end(person.merged_into) : person;
  };
  return new Map(ids.map((id) => [id, end(id)]));
}

/** Reads the live person to which an id leads, if the caller sees the person. */
export async function read(id: string): Promise<PersonRecord> {
  const person = await find(id);
  if (!person) throw notFound();
  return person;
}

/** Does the same as `read`, but returns undefined if there is none. */
export async function find(id: string): Promise<PersonRecord | undefined> {
  const person = await resolveMerged(id);
  return person && !person.deleted_at && (await Records.canSee(People, person)) ? person : undefined;
}

/** Applies an If-Match that names the id in the path to the person to which that id leads. */
export function redirectPrecondition(id: string, person: PersonRecord): void {
  const { precondition } = useContext().request;
  if (precondition?.id === id) precondition.id = person.id;
}

/** Changes the person to which the id leads at the moment of the write, like Records.change. The answer is masked. */
export async function change(id: string, edit: Edit<PersonRecord>, options: { deleted?: boolean } = {}): Promise<PersonView> {
  const seen = await CustomFields.loadPresenter("person");
  for (;;) {
    const person = await resolveMerged(id);
    if (!person) throw notFound();
    const namers = await listVisibleSources(person);
    redirectPrecondition(id, person);
    try {
      return await Records.change(People, person.id, async (current, tx) => deriveFields(await edit(current, tx)), {
        ...options,
        answer: (savedPerson) => presentMasked(redactSources(savedPerson, namers), seen),
      });
    } catch (error) {
      const isMerged = isFailure(error) && error.code === "NOT_FOUND" && (await resolveMerged(id))?.id !== person.id;
      if (!isMerged) throw error;
    }
  }
}

/** Items in a person's collection that belong to a lead. They do not count once the lead is deleted. */
const leadItemPrefixes: ReadonlySet<string | undefined> = new Set([SCORE, ASSIGNMENT, LEAD_WAIT].map(({ prefix }) => prefix));

/** Tells whether the person's collection has no live records except the person itself and items of deleted leads. */
export async function isBare(id: string): Promise<boolean> {
  let start: Item | undefined;
  do {
    const page = await query({
      KeyConditionExpression: "pk = :pk",
      FilterExpression: "#life = :live",
      ProjectionExpression: "sk",
      ExpressionAttributeNames: { "#life": "life" },
      ExpressionAttributeValues: { ":pk": recordKey(useTenant(), id).pk, ":live": "live" },
      ConsistentRead: true,
      ExclusiveStartKey: start,
    });
    if (page.Items?.some(({ sk }) => sk !== id && !leadItemPrefixes.has(idPrefix(String(sk))))) return false;
    start = page.LastEvaluatedKey;
  } while (start);
  return true;
}

/** Returns all ids of a person. Records of the person were created under any of them. */
export const listIds = (person: PersonRecord): [string, ...string[]] => [person.id, ...person.merged_ids];

/** Limits the ids of a merged person, because a read by person takes one query for each. */
const MAX_IDS = 25;

/** Returns the ids of the person to which an id leads; empty for null. */
export async function resolveIds(id: string | null): Promise<string[]> {
  if (id === null) return [];
  const person = await resolveMerged(id);
  return (person ? listIds(person) : [id]).slice(0, MAX_IDS);
}

/** Returns the holder of unique custom field values: the person under any of its ids. */
export const customFieldHolder = (person: PersonRecord) => ({
  entity: "person" as const,
  ids: listIds(person),
});

const hasId = (person: PersonRecord, id: string): boolean => id === person.id || person.merged_ids.includes(id);

/** The lock item of a contact point: its holders, and the names that were typed with it (at most three). */
export interface PointLock {
  key: Key;
  point: NormalizedPoint;
  /** Ids of persons, possibly merged ones: one, or several if the point is shared (at most 50 are stored). */
  holders: readonly string[];
  is_shared: boolean;
  names: readonly string[];
  revision: number;
}

export const MAX_HOLDERS = 50;
/** Maximum number of contact points of a person: one transaction must be able to acquire or release them all. */
export const MAX_POINTS = 80;

export async function readPointLocks(points: readonly NormalizedPoint[]): Promise<PointLock[]> {
  const tenant = useTenant();
  const keys = points.map(({ type, normalized }) => ({
    pk: tenantKey(tenant, "POINT", hashTexts(type, normalized)),
    sk: "point",
  }));
  const items = points.length > 0 ? await readItems(keys) : [];
  return points.map((point, index) => {
    const item: Item = items[index] ?? {};
    return {
      key: keys[index] as Key,
      point,
      holders: (item.holders as string[] | undefined) ?? [],
      is_shared: item.is_shared === true,
      names: (item.names as string[] | undefined) ?? [],
      revision: Number(item.revision ?? 0),
    };
  });
}

export type PointLockState = Pick<PointLock, "holders" | "is_shared" | "names">;

export function writePointLock(tx: Transaction, lock: PointLock, next: PointLockState): void {
  const { holders, is_shared, names } = next;
  const item = { ...lock.key, holders: holders.slice(0, MAX_HOLDERS), is_shared, names, revision: lock.revision + 1 };
  const buildConflict = () => new PointConflict(`The ${lock.point.type} has another owner now`);
  if (lock.revision === 0) tx.put(item, { condition: "attribute_not_exists(pk)", rejection: buildConflict });
  else tx.put(item, { condition: "revision = :read", values: { ":read": lock.revision }, rejection: buildConflict });
}

export const isHeldBy = (lock: PointLock, person: PersonRecord): boolean => lock.holders.some((id) => hasId(person, id));
export const listOtherHolders = (lock: PointLock, person: PersonRecord): string[] =>
  lock.holders.filter((id) => !hasId(person, id));

/**
 * Acquires the contact points of a restored or separated person again. A point that another person holds by now is stored as typed,
 * without a lock. A survivor gives back those that it holds for the person and does not have itself.
 */
export async function reacquirePoints(tx: Transaction, person: PersonRecord, survivor?: PersonRecord): Promise<PersonRecord> {
  const owning = person.contact_points.filter((point) => point.normalized !== null);
  const locks = await readPointLocks(owning.map(toNormalizedPoint));
  const lostIds = new Set<string>();
  for (const [index, lock] of locks.entries()) {
    const point = owning[index] as ContactPoint;
    if (isHeldBy(lock, person)) continue;
    const hasSamePoint = survivor?.contact_points.some((survivorPoint) => pointKey(survivorPoint) === pointKey(point)) ?? false;
    const otherHolders = lock.holders.filter((id) => hasSamePoint || id !== survivor?.id);
    if (otherHolders.length > 0 && !lock.is_shared) lostIds.add(point.id);
    else writePointLock(tx, lock, { ...lock, holders: [...otherHolders, person.id] });
  }
  const points = person.contact_points.map((point) => (lostIds.has(point.id) ? { ...point, normalized: null } : point));
  return { ...person, contact_points: points };
}

/** Releases the locks of contact points that the person holds. */
export async function releasePoints(tx: Transaction, person: PersonRecord, points = person.contact_points): Promise<void> {
  const locks = await readPointLocks(points.filter((point) => point.normalized !== null).map(toNormalizedPoint));
  for (const lock of locks)
    if (isHeldBy(lock, person)) writePointLock(tx, lock, { ...lock, holders: listOtherHolders(lock, person) });
}

/** Marks points that are now shared on their previous holders. `sharedByHolder` is keyed by the id under which each is held. */
export async function markPointsShared(
  tx: Transaction,
  sharedByHolder: ReadonlyMap<string, readonly NormalizedPoint[]>,
  person: PersonRecord,
): Promise<void> {
  const holders = await resolveAllMerged([...sharedByHolder.keys()]);
  const points = new Map<PersonRecord, Set<string>>();
  for (const [id, shared] of sharedByHolder) {
    const holder = holders.get(id);
    if (!holder || holder.id === person.id) continue;
    const currentHolder = [...points.keys()].find((candidate) => candidate.id === holder.id) ?? holder;
    points.set(
      currentHolder,
      new Set([...(points.get(currentHolder) ?? []), ...shared.map(({ type, normalized }) => `${type}:${normalized}`)]),
    );
  }
  for (const [holder, shared] of points) {
    const contact_points = holder.contact_points.map((point) =>
      point.normalized !== null && shared.has(pointKey(point)) ? { ...point, is_shared: true } : point,
    );
    tx.replace(People, holder, Records.nextVersion(holder, { ...holder, contact_points }));
  }
}

export const toNormalizedPoint = ({ contact_type, contact_value, normalized }: ContactPoint): NormalizedPoint => ({
  type: contact_type,
  value: contact_value,
  normalized: normalized ?? "",
});

const externalKeyLock = (value: string): Key => ({ pk: tenantKey(useTenant(), "EXTERNAL", hashTexts(value)), sk: "person" });

/** Reads the holders of external keys at once, so that later single reads are fast. */
export const readKeyHolders = async (values: readonly string[]): Promise<string[]> =>
  (await readItems([...new Set(values)].map(externalKeyLock))).flatMap((lock) => (lock ? String(lock.person_id) : []));

/** Returns the id of the person who holds an external key. */
export async function findKeyHolder(value: string): Promise<string | undefined> {
  const lock = await readItem(externalKeyLock(value));
  return lock && String(lock.person_id);
}

/** Changes the lock of the person's external key. Either value may be null. */
export function moveExternalKey(tx: Transaction, person: string, before: string | null, after: string | null): void {
  if (before === after) return;
  if (before !== null) tx.delete(externalKeyLock(before));
  if (after === null) return;
  tx.put(
    { ...externalKeyLock(after), person_id: person, at: Clock.now() },
    {
      condition: "attribute_not_exists(pk)",
      rejection: () => conflict("The external key belongs to another person", [{ field: "external_key", message: "Taken" }]),
    },
  );
}

/**
 * Acquires the external key of a separated person again: if it is free, or the survivor holds but no longer shows it. Returns false
 * if another person has it.
 */
export async function reacquireExternalKey(
  tx: Transaction,
  key: string,
  person: PersonRecord,
  survivor: PersonRecord,
): Promise<boolean> {
  const holder = await findKeyHolder(key);
  if (holder !== undefined && hasId(person, holder)) return true;
  if (holder !== undefined && (holder !== survivor.id || survivor.external_key === key)) return false;
  tx.put(
    { ...externalKeyLock(key), person_id: person.id, at: Clock.now() },
    holder === undefined
      ? { condition: "attribute_not_exists(pk)", rejection: () => new PointConflict("The external key was taken") }
      : {
          condition: "person_id = :holder",
          values: { ":holder": holder },
          rejection: () => new PointConflict("The external key was moved"),
        },
  );
  return true;
}
