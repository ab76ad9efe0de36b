import { hasRole, useActor, useTenant } from "../../kernel/context.ts";
import { Cache } from "../../storage/table/cache.ts";
import { queryAll, readItem } from "../../storage/table/database.ts";
import { type Key, tenantKey, tenantPrefix } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { type CustomFieldRecord, Definitions, type Entity, entityId } from "./custom-field.entity.ts";

/** The definitions of a tenant, for code that reads or writes values. */

const cache = new Cache<readonly CustomFieldRecord[]>(60, 10_000);

const cacheKey = (entity: Entity): string => `${useTenant()}/${entity}`;

/** Returns all definitions of an entity, deleted ones too, in display order; cached for up to a minute. */
export const listDefinitions = (entity: Entity): Promise<readonly CustomFieldRecord[]> =>
  cache.get(cacheKey(entity), () => readDefinitions(entity));

/** Returns the same as `listDefinitions`, read again if a value belongs to a field that the cache does not know. */
export async function listFreshDefinitions(
  entity: Entity,
  ...values: readonly (object | null)[]
): Promise<readonly CustomFieldRecord[]> {
  const definitions = await listDefinitions(entity);
  const fieldNames = new Set(definitions.map(({ field_name }) => field_name));
  if (values.every((value) => Object.keys(value ?? {}).every((name) => fieldNames.has(name)))) return definitions;
  forget(entity);
  return listDefinitions(entity);
}

/** Reads all definitions of an entity, strongly consistent. */
export async function readDefinitions(entity: Entity): Promise<readonly CustomFieldRecord[]> {
  const items = await queryAll(`${tenantPrefix(useTenant())}E#${entityId(entity)}`, { prefix: "cfd_" });
  const all = items.map((item) => Definitions.fromItem(item));
  return all.sort((a, b) => a.sequence - b.sequence || (a.id < b.id ? -1 : 1));
}

/** The item that counts the definitions of an entity and lists the ids of the filterable and sortable ones. */
export const countKey = (entity: Entity): Key => ({ pk: tenantKey(useTenant(), "CUSTOM", "count", entity), sk: "count" });

/** Reads the filterable and sortable definitions, strongly consistent: a single read if there are none. */
export async function listIndexedDefinitions(entity: Entity): Promise<CustomFieldRecord[]> {
  const ids = (await readItem(countKey(entity)))?.found_ids as ReadonlySet<string> | undefined;
  const definitions = ids ? await Records.loadMany(Definitions, [...ids]) : [];
  return definitions.filter((definition) => definition !== undefined);
}

/** Clears the cache of this process after a definition of the entity was written. */
export const forget = (entity: Entity): void => cache.invalidate(cacheKey(entity));

export const isInUse = ({ is_active, deleted_at }: CustomFieldRecord): boolean => is_active && !deleted_at;

/** Whether the caller may see values of the field; the system sees all of them. */
export const canSeeField = ({ visible_to }: Pick<CustomFieldRecord, "visible_to">): boolean =>
  useActor().type === "system" || visible_to.length === 0 || hasRole(...visible_to);

export const canEditField = (definition: Pick<CustomFieldRecord, "visible_to" | "editable_by">): boolean =>
  canSeeField(definition) &&
  (useActor().type === "system" || definition.editable_by.length === 0 || hasRole(...definition.editable_by));

/** Returns the definitions in use whose values the caller sees. */
export const listVisibleDefinitions = async (entity: Entity): Promise<CustomFieldRecord[]> =>
  (await listDefinitions(entity)).filter((definition) => isInUse(definition) && canSeeField(definition));
