import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { hasPermission, useTenant } from "../../kernel/context.ts";
import { conflict, type Failure, invalid, invalidAll, notFound, ruleViolation } from "../../kernel/error.ts";
import type { Field } from "../../kernel/field.ts";
import { fn } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import { listNames } from "../../kernel/registry.ts";
import {
  EVERY_TEXT,
  IdInput,
  parseRetaining,
  patchSchema,
  query,
  text,
  toStoredFields,
  toStoredPatch,
} from "../../kernel/schema.ts";
import { textSortKey } from "../../kernel/text.ts";
import { InMemoryList } from "../../storage/read/in-memory-list.ts";
import { listSchema } from "../../storage/read/list.ts";
import { BACKFILL_GRACE_SECONDS, PathDeclarations } from "../../storage/read/path-declarations.ts";
import { Clocks, createClockListener, SLICE_SECONDS } from "../../storage/scheduler/clocks.ts";
import { Backfill } from "../../storage/stream/path-backfill.ts";
import { pad } from "../../storage/table/collection.ts";
import { loadCollectionByName } from "../../storage/table/collection-registry.ts";
import { tableName } from "../../storage/table/database.ts";
import { tenantKey } from "../../storage/table/key.ts";
import { type Edit, Records } from "../../storage/write/records.ts";
import { type Transaction, transaction } from "../../storage/write/transaction.ts";
import {
  type CustomFieldRecord,
  Definitions,
  type Entity,
  entity,
  entityId,
  fields,
  fixedFields,
  type OptionInput,
  Stored,
} from "./custom-field.entity.ts";
import { CUSTOM_FIELD, customFieldGrants } from "./custom-field.kind.ts";
import { buildSchema, isEmpty, takesOptions, toField, type Value } from "./custom-field.rules.ts";
import {
  buildOptions,
  findStableChanges,
  isIndexed,
  MAX_FORMER_MEANINGS,
  reviseDefinition,
  scheduleIndexing,
  validateDefinition,
} from "./definition.rules.ts";
import {
  canEditField,
  canSeeField,
  countKey,
  forget,
  listDefinitions,
  listVisibleDefinitions,
  readDefinitions,
} from "./definitions.ts";

/** Custom fields: fields that a tenant adds to kinds of records by a definition. */

export const Info = Stored;
export type { Entity } from "./custom-field.entity.ts";

/** Returns the kinds that take custom fields. */
export const listEntities = (): string[] => listNames("custom_fields");

/** Limits for each entity: live definitions; all with deleted ones; unique ones with deleted ones; filterable or sortable ones. */
export const LIMITS = { live: 100, ever: 1000, unique: 10, found: 20 };

export const create = fn(
  z.strictObject({ ...fixedFields, ...fields }),
  async ({ entity_type, field_name, is_unique, ...input }) => {
    const definitions = await readDefinitions(entity_type);
    const namesake = definitions.find((definition) => definition.field_name === field_name);
    if (namesake) throw nameConflict(field_name, namesake);
    const values = toStoredFields(fields, input);
    const picklist_values = values.picklist_values && buildOptions(values.picklist_values, []);
    const system = { revision: 1, former: [], index_status: null, records_done: 0, records_failed: 0, due_at: null };
    const createdDefinition = Records.init(
      Definitions,
      { ...values, entity_type, field_name, is_unique, picklist_values, ...system },
      { id: newId(CUSTOM_FIELD, { owner: entityId(entity_type) }) },
    );
    const definition = scheduleIndexing(
      undefined,
      normalizeDefinition(createdDefinition),
      Clock.addSeconds(BACKFILL_GRACE_SECONDS),
    );
    const tx = transaction()
      .create(Definitions, definition)
      .put(
        { pk: tenantKey(useTenant(), "UNIQUE", "custom_field", entity_type), sk: field_name, id: definition.id },
        { condition: "attribute_not_exists(pk)", rejection: () => nameConflict(field_name) },
      );
    const counts = { live: 1, ever: 1, unique: is_unique ? 1 : 0, found: isIndexed(definition) ? 1 : 0 };
    updateCounts(tx, entity_type, counts, undefined, definition);
    return invalidateAfter(tx.commit(definition));
  },
);

/** Returns a definition that the caller may see or manage. */
export const get = fn(IdInput, async ({ id }) => {
  const definition = await Records.read(Definitions, id);
  if (!isShown(definition)) throw notFound();
  return definition;
});

const isShown = (definition: CustomFieldRecord): boolean => hasPermission(customFieldGrants.manage) || canSeeField(definition);

const sortKeys = {
  sequence: ({ sequence, field_label }: CustomFieldRecord) => `${pad(sequence, 6)} ${textSortKey(field_label)}`,
  field_name: ({ field_name }: CustomFieldRecord) => field_name,
  created_at: ({ created_at }: CustomFieldRecord) => created_at,
};

export const list = fn(
  listSchema(
    Definitions,
    {
      entity_type: entity().optional(),
      section: text(100).optional(),
      is_active: query.boolean().optional(),
    },
    { isWhole: true },
  ).extend({
    sort: InMemoryList.buildSortSchema(Definitions, sortKeys).optional().describe("Defaults to the order of display"),
  }),
  ({ page, limit, sort, order: requestedOrder, cursor, ...query }) => {
    const { entity_type, section, is_active, deleted = false, ...fields } = query;
    const { order, readSortKey, passes } = InMemoryList.resolveQuery(
      Definitions,
      { ...fields, sort, order: requestedOrder },
      sortKeys,
    );
    const isMatch = (definition: CustomFieldRecord): boolean =>
      isShown(definition) &&
      Boolean(definition.deleted_at) === deleted &&
      passes(definition) &&
      (section === undefined || definition.section === section) &&
      (is_active === undefined || definition.is_active === is_active);
    return InMemoryList.paginate(
      { page, limit, order, cursor },
      {
        fingerprint: JSON.stringify(["custom_field", sort, order, Object.entries(query).sort()]),
        values: async () => {
          const definitionLists = await Promise.all(
            (entity_type === undefined ? listEntities() : [entity_type]).map(listDefinitions),
          );
          return definitionLists.flat().filter(isMatch);
        },
        sortKey: readSortKey,
      },
    );
  },
);

/** Fixed fields may be sent back as GET returned them. */
const stableFields = { entity_type: entity().optional(), field_name: z.string().optional(), is_unique: z.boolean().optional() };

export const replace = fn(
  z.strictObject({ ...fields, ...stableFields, ...IdInput.shape }),
  ({ id, entity_type, field_name, is_unique, ...input }) =>
    edit(id, { entity_type, field_name, is_unique }, toStoredFields(fields, input)),
);

export const update = fn(
  patchSchema(fields).extend({ ...stableFields, ...IdInput.shape }),
  ({ id, entity_type, field_name, is_unique, ...input }) =>
    edit(id, { entity_type, field_name, is_unique }, toStoredPatch(fields, input)),
);

async function edit(
  id: string,
  input: Readonly<Record<string, unknown>>,
  changes: Partial<Omit<CustomFieldRecord, "picklist_values">> & { picklist_values?: OptionInput[] | null },
): Promise<CustomFieldRecord> {
  const { picklist_values, ...otherChanges } = changes;
  return invalidateAfter(
    Records.change(Definitions, id, (current, tx) => {
      const details = findStableChanges(current, input);
      if (details.length > 0) throw invalidAll(details);
      const next = { ...current, ...otherChanges };
      if (!takesOptions(next.field_type)) next.picklist_values = picklist_values ? buildOptions(picklist_values, []) : null;
      else if (picklist_values !== undefined)
        next.picklist_values = buildOptions(picklist_values ?? [], listFormerOptions(current));
      const isSameDefault = isDeepStrictEqual(next.default_value, current.default_value);
      const after = parseRetaining(isSameDefault ? EVERY_TEXT : new Set<string>(), () =>
        normalizeDefinition(reviseDefinition(current, next)),
      );
      if (current.is_unique && after.former.length > current.former.length)
        throw invalid("field_type", "Cannot be changed: values of a unique field are compared by its type");
      if (after.former.length > MAX_FORMER_MEANINGS)
        throw ruleViolation(`The type has already changed ${MAX_FORMER_MEANINGS} times: create another field`);
      const updatedField = scheduleIndexing(current, after, Clock.addSeconds(BACKFILL_GRACE_SECONDS));
      updateCounts(
        tx,
        current.entity_type,
        { found: Number(isIndexed(after)) - Number(isIndexed(current)) },
        current,
        updatedField,
      );
      return updatedField;
    }),
  );
}

/** Returns the options that records may hold: the present ones, or the latest of the time when the field was a choice. */
const listFormerOptions = ({ picklist_values, former }: CustomFieldRecord) =>
  picklist_values ?? former.findLast((meaning) => meaning.picklist_values)?.picklist_values ?? [];

/**
 * Deletes a definition. Its values stay stored and are hidden. Its name stays reserved, so that it can be restored. A filterable or sortable field
 * must be made neither first.
 */
export const remove = fn(IdInput, ({ id }) =>
  invalidateAfter(
    Records.remove(Definitions, id, (current, tx) => {
      if (current.index_status !== null)
        throw ruleViolation(
          "Lists find records by this field: make it neither filterable nor sortable, and wait until index_status is null",
        );
      updateCounts(tx, current.entity_type, { live: -1 });
      return current;
    }),
  ),
);

export const restore = fn(IdInput, ({ id }) =>
  invalidateAfter(
    Records.restore(Definitions, id, (current, tx) => {
      const again = { ...current, revision: current.revision + 1 };
      const back = isIndexed(current) ? scheduleIndexing(undefined, again, Clock.addSeconds(BACKFILL_GRACE_SECONDS)) : current;
      updateCounts(tx, current.entity_type, { live: 1, found: isIndexed(current) ? 1 : 0 }, current, back);
      return back;
    }),
  ),
);

/** Returns the fields of an entity that the caller may see, or may write; for imports, exports and forms. */
export async function listFields(entity: Entity, purpose: "read" | "write" = "read"): Promise<Field[]> {
  const seen = await listVisibleDefinitions(entity);
  return seen.filter((definition) => purpose === "read" || canEditField(definition)).map(toField);
}

async function invalidateAfter(write: Promise<CustomFieldRecord>): Promise<CustomFieldRecord> {
  const definition = await write;
  forget(definition.entity_type);
  PathDeclarations.invalidate(definition.entity_type);
  return definition;
}

/** Returns the definition with bounds and default in the form of values. Throws all errors at once. */
function normalizeDefinition(definition: CustomFieldRecord): CustomFieldRecord {
  const details = validateDefinition(definition);
  if (details.length > 0) throw invalidAll(details);
  const { validation, default_value } = definition;
  const inForm = (value: string | number): string | number =>
    buildSchema({ ...definition, validation: null }).parse(value) as string | number;
  const bounds = Object.entries(validation ?? {}).map(([name, value]) => [
    name,
    name === "min" || name === "max" ? inForm(value) : value,
  ]);
  const fallback = isEmpty(default_value) ? null : (buildSchema(definition).parse(default_value) as Value);
  return { ...definition, validation: bounds.length > 0 ? Object.fromEntries(bounds) : null, default_value: fallback };
}

/**
 * Continues the backfill of a field's index entries for some seconds; `custom_field.work_due` calls it until all is done. It may be killed at any
 * moment, run twice, or run concurrently.
 */
export async function proceed(id: string, due_at: string, seconds: number): Promise<void> {
  const dueDefinition = await Clocks.loadDue(Definitions, id, "work", due_at);
  if (!dueDefinition) return;
  const current =
    dueDefinition.index_status === "PENDING"
      ? await updateWork(dueDefinition, (definition) => ({ ...definition, index_status: "BACKFILLING" }))
      : dueDefinition;
  const { done, records_done, records_failed } = await Backfill.backfill(
    await loadCollectionByName(current.entity_type),
    current,
    {
      seconds,
    },
  );
  if (done) {
    await updateWork(current, (definition, tx) => {
      tx.delete(Backfill.progressKey(definition.entity_type, definition.id));
      const index_status = definition.index_status === "DROPPING" ? null : ("READY" as const);
      const nextDefinition = { ...definition, index_status, records_done, records_failed, due_at: null };
      updateCounts(tx, definition.entity_type, {}, definition, nextDefinition);
      return nextDefinition;
    });
  } else await updateWork(current, (definition) => ({ ...definition, due_at: Clock.now() }));
}

/** Saves a step of the backfill, unless the definition has meanwhile been changed to other work. */
const updateWork = ({ id, revision }: CustomFieldRecord, edit: Edit<CustomFieldRecord>): Promise<CustomFieldRecord> =>
  invalidateAfter(
    Records.change(Definitions, id, (definition, tx) =>
      definition.revision === revision && definition.due_at !== null ? edit(definition, tx) : definition,
    ),
  );

/**
 * Enforces the limits also for concurrent writes: one item of the entity counts its definitions. The same item lists the filterable and sortable
 * ones, so that the stream consumer usually reads this item only.
 */
function updateCounts(
  tx: Transaction,
  entity: Entity,
  increments: Counts,
  before?: CustomFieldRecord,
  after?: CustomFieldRecord,
): void {
  const changedCounts = Object.entries(increments).filter(([, more]) => more !== 0);
  const [statusBefore, statusAfter] = [before?.index_status ?? null, after?.index_status ?? null];
  const naming = (statusBefore === null) === (statusAfter === null) ? undefined : statusAfter === null ? "DELETE" : "ADD";
  if (changedCounts.length === 0 && !naming) return;
  const bounds = changedCounts.filter(([, more]) => more > 0).map(([name]) => name as keyof Counts);
  const room = bounds.map((name) => `(attribute_not_exists(#${name}) OR #${name} < :most_${name})`);
  const adding = [...changedCounts.map(([name]) => `#${name} :${name}`), ...(naming === "ADD" ? ["found_ids :ids"] : [])];
  const values: Record<string, unknown> = Object.fromEntries(changedCounts.map(([name, more]) => [`:${name}`, more]));
  for (const name of bounds) values[`:most_${name}`] = LIMITS[name];
  if (naming) values[":ids"] = new Set([(after ?? before)?.id]);
  tx.add(
    {
      Update: {
        TableName: tableName(),
        Key: countKey(entity),
        UpdateExpression: [
          adding.length > 0 ? `ADD ${adding.join(", ")}` : "",
          naming === "DELETE" ? "DELETE found_ids :ids" : "",
        ].join(" "),
        ...(room.length > 0 ? { ConditionExpression: room.join(" AND ") } : {}),
        ...(changedCounts.length > 0
          ? { ExpressionAttributeNames: Object.fromEntries(changedCounts.map(([name]) => [`#${name}`, name])) }
          : {}),
        ExpressionAttributeValues: values,
      },
    },
    () =>
      ruleViolation(
        `A ${entity} can have at most ${LIMITS.live} custom fields, ${LIMITS.ever} including deleted ones, ${LIMITS.unique} unique ones including deleted ones, and ${LIMITS.found} that are filterable or sortable`,
      ),
  );
}

type Counts = { [K in keyof typeof LIMITS]?: number };

const nameConflict = (field_name: string, existingField?: CustomFieldRecord): Failure =>
  conflict(
    existingField?.deleted_at
      ? `A deleted field has the name "${field_name}": restore it or choose another name`
      : `A field with the name "${field_name}" already exists`,
    [{ field: "field_name", message: "Already in use" }],
  );

export { baseType, buildSchema, decimalPlaces, toField } from "./custom-field.rules.ts";
export { canEditField, listVisibleDefinitions } from "./definitions.ts";
export type Definition = CustomFieldRecord;

/** Handles `custom_field.work_due`. */
export const onWork = createClockListener((id, due_at) => proceed(id, due_at, SLICE_SECONDS));

export * as CustomField from "./custom-field.ts";
