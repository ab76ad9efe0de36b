import { useTenant } from "../kernel/context.ts";
import { conflict, type Detail } from "../kernel/error.ts";
import { collectionNamed } from "../storage/table/collections.ts";
import { getAll } from "../storage/table/database.ts";
import type { Item } from "../storage/table/item.ts";
import { hashed, type Key, tenantKey } from "../storage/table/key.ts";
import type { Claiming, OwnChange } from "../storage/table/own-fields.ts";
import { Records } from "../storage/write/records.ts";
import { Moved } from "../storage/write/transaction.ts";
import type { CustomFieldRecord, Entity } from "./custom-field.entity.ts";
import { isEmpty, sameness, type Value, type Values } from "./custom-field.rules.ts";
import { definitionsBehind, definitionsOf, isInUse, sees } from "./definitions.ts";

/**
 * Values that no two records may have. Each is an item of its own that names its record and is written in the record's own
 * transaction, under a turn that changes with each writing: so of two who take a value at once, one is refused. Fields
 * that are hidden or deleted keep theirs, for the day on which they come back.
 */

/** A value found another holder between reading and writing: read again. */
class ValueTaken extends Moved {
  override name = "ValueTaken";
}

interface Lock {
  key: Key;
  holder: string | undefined;
  turn: string;
}

/** Whose values change: the record, under every id that it is known by. */
export interface Holder {
  entity: Entity;
  ids: readonly [string, ...string[]];
}

interface Claim {
  definition: CustomFieldRecord;
  /** In the form in which two are the same; undefined for none. */
  before: string | undefined;
  after: string | undefined;
}

async function claimsOf(entity: Entity, before: Values | null, after: Values | null): Promise<Claim[]> {
  const unique = (await definitionsBehind(entity, before, after)).filter(({ is_unique }) => is_unique);
  const said = (values: Values | null, { field_name, field_type }: CustomFieldRecord): string | undefined => {
    const value = values?.[field_name];
    return isEmpty(value) ? undefined : sameness(field_type, value as Value);
  };
  return unique
    .map((definition) => ({ definition, before: said(before, definition), after: said(after, definition) }))
    .filter((claim) => claim.before !== claim.after);
}

const lockKey = ({ id }: CustomFieldRecord, value: string): Key => ({
  pk: tenantKey(useTenant(), "CUSTOM", id, hashed(value)),
  sk: "value",
});

async function readLocks(keys: readonly Key[]): Promise<Lock[]> {
  const items: (Item | undefined)[] = keys.length > 0 ? await getAll(keys) : [];
  return keys.map((key, at) => ({
    key,
    holder: items[at]?.record_id as string | undefined,
    turn: String(items[at]?.turn ?? ""),
  }));
}

/** As `moveAll`, of one record. */
export const move = (tx: Claiming, { entity, ids }: Holder, before: Values | null, after: Values | null): Promise<void> =>
  moveAll(tx, entity, [{ ids, before, after }]);

/** Adds to a transaction what values of its records give free and take. A value that somebody else has is a conflict. */
export async function moveAll(tx: Claiming, entity: Entity, changes: readonly OwnChange[]): Promise<void> {
  const claims = (await Promise.all(changes.map((change) => claimsIn(entity, change)))).flat();
  if (claims.length === 0) return;
  const taking = claims.filter((claim) => claim.after !== undefined);
  const isTaken = (leaving: Claim): boolean =>
    taking.some(({ definition, after }) => definition.id === leaving.definition.id && after === leaving.before);
  await release(
    tx,
    claims.filter((claim) => !isTaken(claim)),
  );
  const locks = await readLocks(taking.map(({ definition, after }) => lockKey(definition, after as string)));
  const refused: Detail[] = [];
  for (const [at, lock] of locks.entries()) {
    const { ids, ...claim } = taking[at] as OfRecord;
    // One that gives the value free in the same transaction does not stand in its way.
    const leavers = claims.filter((each) => each.definition.id === claim.definition.id && each.before === claim.after);
    if (await isFree(lock, [...ids, ...leavers.flatMap((each) => each.ids)], claim, entity)) take(tx, lock, ids[0]);
    else refused.push(await taken(claim.definition, lock, entity));
  }
  if (refused.length > 0) throw conflict("Another record has this value already, and no two may", refused);
}

/** A claim, and whose it is. */
type OfRecord = Claim & Pick<OwnChange, "ids">;

const claimsIn = async (entity: Entity, { ids, before, after }: OwnChange): Promise<OfRecord[]> =>
  (await claimsOf(entity, before, after)).map((claim) => ({ ...claim, ids }));

/** The record that has a value of a field whose values are each one's own; undefined for none, and for any other field. */
export async function holderOf(entity: Entity, name: string, value: unknown): Promise<string | undefined> {
  const definition = (await definitionsOf(entity)).find((each) => each.field_name === name && each.is_unique);
  if (!definition || !isInUse(definition) || !sees(definition) || isEmpty(value)) return undefined;
  const same = sameness(definition.field_type, value as Value);
  const [lock] = await readLocks([lockKey(definition, same)]);
  const claim = { definition, before: undefined, after: same };
  return lock?.holder !== undefined && (await holds(lock.holder, claim, entity)) ? lock.holder : undefined;
}

async function release(tx: Claiming, claims: readonly OfRecord[]): Promise<void> {
  const leaving = claims.filter(({ before }) => before !== undefined);
  const locks = await readLocks(leaving.map(({ definition, before }) => lockKey(definition, before as string)));
  for (const [at, { key, holder, turn }] of locks.entries()) {
    if (holder !== undefined && leaving[at]?.ids.includes(holder))
      tx.delete(key, { condition: "turn = :turn", values: { ":turn": turn }, refused });
  }
}

const refused = (): Error => new ValueTaken("The value has another holder by now");

function take(tx: Claiming, { key, holder, turn }: Lock, id: string): void {
  const item = { ...key, record_id: id, turn: crypto.randomUUID() };
  if (holder === undefined) tx.put(item, { condition: "attribute_not_exists(pk)", refused });
  else tx.put(item, { condition: "turn = :turn", values: { ":turn": turn }, refused });
}

async function isFree({ holder }: Lock, ids: readonly string[], claim: Claim, entity: Entity): Promise<boolean> {
  return holder === undefined || ids.includes(holder) || !(await holds(holder, claim, entity));
}

/**
 * Whether a record that a lock names still has the value: as its own, or behind one that a merge shows. A lock that
 * outlived its value hinders nobody.
 */
async function holds(id: string, { definition: { field_name, field_type }, after }: Claim, entity: Entity): Promise<boolean> {
  const collection = await collectionNamed(entity);
  const record = (await Records.load(collection, id)) as Item | undefined;
  if (!record || (record.deleted_at && !record.merged_into)) return false;
  const own = (record.own as Values | null | undefined)?.[`custom_fields.${field_name}`];
  const values = [(record.custom_fields as Values | null | undefined)?.[field_name], own];
  return values.some((value) => !isEmpty(value) && sameness(field_type, value as Value) === after);
}

/** Says who has it, to whom both the field and the record are shown. */
async function taken(definition: CustomFieldRecord, { holder = "" }: Lock, entity: Entity): Promise<Detail> {
  if (!sees(definition)) return { field: "custom_fields", message: "A value that must be its own alone was taken meanwhile" };
  const message = (await Records.isShown((await collectionNamed(entity)).kind, holder))
    ? `The ${entity} ${holder} has it`
    : `Another ${entity} has it`;
  return { field: `custom_fields.${definition.field_name}`, message };
}

/**
 * Takes the values of a record that was away as part of another, which shows some of them no more; gives back those that
 * it may keep, and the names of those that others have by now.
 */
export async function retake(
  tx: Claiming,
  { entity, ids }: Holder,
  values: Values | null,
  survivor: { ids: readonly string[]; values: Values | null },
): Promise<{ values: Values | null; lost: string[] }> {
  const claims = await claimsOf(entity, null, values);
  const locks = await readLocks(claims.map(({ definition, after }) => lockKey(definition, after as string)));
  const lost: string[] = [];
  for (const [at, lock] of locks.entries()) {
    const { definition, after } = claims[at] as Claim;
    const { field_name, field_type } = definition;
    const theirs = survivor.values?.[field_name];
    const isTheirs = !isEmpty(theirs) && sameness(field_type, theirs as Value) === after;
    const free = isTheirs ? ids : [...ids, ...survivor.ids];
    if (!isTheirs && lock.holder !== undefined && ids.includes(lock.holder)) continue;
    if (!isTheirs && (await isFree(lock, free, claims[at] as Claim, entity))) take(tx, lock, ids[0]);
    else lost.push(field_name);
  }
  const kept = Object.entries(values ?? {}).filter(([name]) => !lost.includes(name));
  return { values: kept.length > 0 ? Object.fromEntries(kept) : null, lost };
}
