import { useTenant } from "../../kernel/context.ts";
import { conflict, type ErrorDetail } from "../../kernel/error.ts";
import { loadCollectionByName } from "../../storage/table/collection-registry.ts";
import type { ClaimTransaction, CustomFieldChange } from "../../storage/table/custom-field-values.ts";
import { readItems } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { hashTexts, type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { WriteConflict } from "../../storage/write/transaction.ts";
import type { CustomFieldRecord, Entity } from "./custom-field.entity.ts";
import { isEmpty, toUniqueForm, type Value, type Values } from "./custom-field.rules.ts";
import { canSeeField, isInUse, listDefinitions, listFreshDefinitions } from "./definitions.ts";

/**
 * Unique values of custom fields. Each value has a lock item that names its record. The record's own transaction writes the lock, on condition of the
 * revision (attribute `turn`) that was read: of two records that take a value at once, one is refused. Hidden or deleted fields keep their locks, so
 * that they can be restored. Versions of one record share a value: its lock names each of them, and other records are refused until no version has
 * the value.
 */

/** The lock changed between reading and writing: read it again. */
class ValueTaken extends WriteConflict {
  override name = "ValueTaken";
}

interface Lock {
  key: Key;
  /** One record, or several versions of one, the newest last; empty if the value is free. */
  holders: readonly string[];
  turn: string;
}

/** The record whose values change, with all its ids. */
interface Holder {
  entity: Entity;
  ids: readonly [string, ...string[]];
}

interface Claim {
  definition: CustomFieldRecord;
  /** The normalised value, equal for values that count as the same; undefined if there is none. */
  before: string | undefined;
  after: string | undefined;
}

async function findClaims(entity: Entity, before: Values | null, after: Values | null): Promise<Claim[]> {
  const unique = (await listFreshDefinitions(entity, before, after)).filter(({ is_unique }) => is_unique);
  const readUniqueForm = (values: Values | null, { field_name, field_type }: CustomFieldRecord): string | undefined => {
    const value = values?.[field_name];
    return isEmpty(value) ? undefined : toUniqueForm(field_type, value as Value);
  };
  return unique
    .map((definition) => ({ definition, before: readUniqueForm(before, definition), after: readUniqueForm(after, definition) }))
    .filter((claim) => claim.before !== claim.after);
}

const lockKey = ({ id }: CustomFieldRecord, value: string): Key => ({
  pk: tenantKey(useTenant(), "CUSTOM", id, hashTexts(value)),
  sk: "value",
});

async function readLocks(keys: readonly Key[]): Promise<Lock[]> {
  const items: (Item | undefined)[] = keys.length > 0 ? await readItems(keys) : [];
  return keys.map((key, index) => ({ key, holders: readHolders(items[index]), turn: String(items[index]?.turn ?? "") }));
}

function readHolders(item: Item | undefined): readonly string[] {
  if (!item) return [];
  return (item.versions as string[] | undefined) ?? [String(item.record_id)];
}

/** Does `moveAll` for one record. */
export const move = (tx: ClaimTransaction, { entity, ids }: Holder, before: Values | null, after: Values | null): Promise<void> =>
  moveAll(tx, entity, [{ ids, before, after }]);

/** Adds the release of old unique values and the claim of new ones to a transaction. Throws CONFLICT if another record has a value. */
export async function moveAll(tx: ClaimTransaction, entity: Entity, changes: readonly CustomFieldChange[]): Promise<void> {
  const claims = (await Promise.all(changes.map((change) => findRecordClaims(entity, change)))).flat();
  if (claims.length === 0) return;
  const newClaims = claims.filter((claim) => claim.after !== undefined);
  const isTaken = (leaving: Claim): boolean =>
    newClaims.some(({ definition, after }) => definition.id === leaving.definition.id && after === leaving.before);
  await release(
    tx,
    claims.filter((claim) => !isTaken(claim)),
  );
  const locks = await readLocks(newClaims.map(({ definition, after }) => lockKey(definition, after as string)));
  const rejections: ErrorDetail[] = [];
  for (const [index, lock] of locks.entries()) {
    const claim = newClaims[index] as RecordClaim;
    // A record that releases the value in the same transaction is no obstacle.
    const leavers = claims.filter(
      (otherClaim) => otherClaim.definition.id === claim.definition.id && otherClaim.before === claim.after,
    );
    const otherIds = excludeIds(lock, [...claim.ids, ...leavers.flatMap((leaver) => leaver.ids)]);
    const otherHolders = await findOtherHolders(otherIds, claim, entity);
    if (otherHolders.stranger === undefined) writeHolders(tx, lock, [...otherHolders.versions, claim.ids[0]]);
    else rejections.push(await describeTaken(claim.definition, otherHolders.stranger, entity));
  }
  if (rejections.length > 0) throw conflict("Another record already has this value, which must be unique", rejections);
}

/** A claim, with the record that makes it. */
type RecordClaim = Claim & Pick<CustomFieldChange, "ids" | "series">;

const findRecordClaims = async (entity: Entity, { ids, series, before, after }: CustomFieldChange): Promise<RecordClaim[]> =>
  (await findClaims(entity, before, after)).map((claim) => ({ ...claim, ids, series }));

/** Returns the record that has a value of a unique field, or the newest of its versions; undefined if there is none or the field is not unique. */
export async function findHolder(entity: Entity, name: string, value: unknown): Promise<string | undefined> {
  const definition = (await listDefinitions(entity)).find((each) => each.field_name === name && each.is_unique);
  if (!definition || !isInUse(definition) || !canSeeField(definition) || isEmpty(value)) return undefined;
  const uniqueForm = toUniqueForm(definition.field_type, value as Value);
  const [lock] = await readLocks([lockKey(definition, uniqueForm)]);
  const claim = { definition, before: undefined, after: uniqueForm };
  return lock && (await findOtherHolders(lock.holders, claim, entity)).stranger;
}

async function release(tx: ClaimTransaction, claims: readonly RecordClaim[]): Promise<void> {
  const leaving = claims.filter(({ before }) => before !== undefined);
  const locks = await readLocks(leaving.map(({ definition, before }) => lockKey(definition, before as string)));
  for (const [index, lock] of locks.entries()) {
    const remainingIds = excludeIds(lock, leaving[index]?.ids ?? []);
    if (remainingIds.length < lock.holders.length) writeHolders(tx, lock, remainingIds);
  }
}

const excludeIds = ({ holders }: Lock, ids: readonly string[]): string[] => holders.filter((id) => !ids.includes(id));

const holderConflict = (): Error => new ValueTaken("The value was claimed by another record meanwhile");

/** Writes the lock of a value with these records; deletes it if there are none. */
function writeHolders(tx: ClaimTransaction, { key, holders: storedHolders, turn }: Lock, ids: readonly string[]): void {
  // Ids sort by their creation time.
  const holders = [...ids].sort();
  const guarded = { condition: "turn = :turn", values: { ":turn": turn }, rejection: holderConflict };
  if (holders.length === 0) {
    tx.delete(key, guarded);
    return;
  }
  const versions = holders.length > 1 ? { versions: holders } : {};
  const item = { ...key, record_id: holders.at(-1), ...versions, turn: crypto.randomUUID() };
  tx.put(item, storedHolders.length === 0 ? { condition: "attribute_not_exists(pk)", rejection: holderConflict } : guarded);
}

/**
 * Returns which of the records named by a lock still have the value: versions of the same record, or a stranger. A lock that outlived its value
 * blocks no record. One read suffices, unless the newest record no longer has the value.
 */
async function findOtherHolders(
  holders: readonly string[],
  { series, ...claim }: Claim & Pick<CustomFieldChange, "series">,
  entity: Entity,
): Promise<{ versions: readonly string[]; stranger?: string }> {
  const collection = await loadCollectionByName(entity);
  for (const id of holders.toReversed()) {
    const record = await Records.load(collection, id);
    if (series !== undefined && record && collection.seriesId(record) === series) return { versions: holders };
    if (record && hasValue({ ...record }, claim)) return { versions: [], stranger: id };
  }
  return { versions: [] };
}

/** Whether a record still has the value: as shown, or hidden behind a merge. */
function hasValue(record: Item, { definition: { field_name, field_type }, after }: Claim): boolean {
  if (record.deleted_at && !record.merged_into) return false;
  const ownValue = (record.own as Values | null | undefined)?.[`custom_fields.${field_name}`];
  const values = [(record.custom_fields as Values | null | undefined)?.[field_name], ownValue];
  return values.some((value) => !isEmpty(value) && toUniqueForm(field_type, value as Value) === after);
}

/** Describes the holder of the value, as far as the caller may see the field and the record. */
async function describeTaken(definition: CustomFieldRecord, holder: string, entity: Entity): Promise<ErrorDetail> {
  if (!canSeeField(definition))
    return { field: "custom_fields", message: "A unique value was claimed by another record meanwhile" };
  const message = (await Records.isVisible((await loadCollectionByName(entity)).kind, holder))
    ? `The ${entity} ${holder} has this value`
    : `Another ${entity} has this value`;
  return { field: `custom_fields.${definition.field_name}`, message };
}

/**
 * Claims the values of a record that was merged into another and is split off again. Returns the values that it may keep, and the names of the fields
 * whose values other records have claimed since.
 */
export async function retake(
  tx: ClaimTransaction,
  { entity, ids }: Holder,
  values: Values | null,
  survivor: { ids: readonly string[]; values: Values | null },
): Promise<{ values: Values | null; lost: string[] }> {
  const claims = await findClaims(entity, null, values);
  const locks = await readLocks(claims.map(({ definition, after }) => lockKey(definition, after as string)));
  const lostFields: string[] = [];
  for (const [index, lock] of locks.entries()) {
    const claim = claims[index] as Claim;
    const { field_name, field_type } = claim.definition;
    const survivorValue = survivor.values?.[field_name];
    const isTheirs = !isEmpty(survivorValue) && toUniqueForm(field_type, survivorValue as Value) === claim.after;
    const otherIds = excludeIds(lock, ids);
    if (!isTheirs && otherIds.length < lock.holders.length) continue;
    const strangers = otherIds.filter((id) => !survivor.ids.includes(id));
    if (!isTheirs && (await findOtherHolders(strangers, claim, entity)).stranger === undefined) writeHolders(tx, lock, [ids[0]]);
    else lostFields.push(field_name);
  }
  const remainingEntries = Object.entries(values ?? {}).filter(([name]) => !lostFields.includes(name));
  return { values: remainingEntries.length > 0 ? Object.fromEntries(remainingEntries) : null, lost: lostFields };
}
