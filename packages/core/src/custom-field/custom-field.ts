import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { may, useTenant } from "../kernel/context.ts";
import { conflict, type Failure, invalid, invalidAll, notFound, ruleViolation } from "../kernel/error.ts";
import type { Field } from "../kernel/field.ts";
import { fn } from "../kernel/fn.ts";
import { newId } from "../kernel/id.ts";
import { namesOf } from "../kernel/names.ts";
import { filled, patched, patchOf, query, text } from "../kernel/schema.ts";
import { sortKeyOf } from "../kernel/text.ts";
import { Clocks, onClock, SECONDS_PER_TURN } from "../storage/jobs/clocks.ts";
import { Backfill } from "../storage/project/backfill.ts";
import { Declared, GRACE } from "../storage/read/declared.ts";
import { InMemory } from "../storage/read/in-memory.ts";
import { listSchema } from "../storage/read/list.ts";
import { pad } from "../storage/table/collection.ts";
import { collectionNamed } from "../storage/table/collections.ts";
import { tableName } from "../storage/table/database.ts";
import { tenantKey } from "../storage/table/key.ts";
import { type Edit, Records } from "../storage/write/records.ts";
import { type Transaction, transaction } from "../storage/write/transaction.ts";
import { CUSTOM_FIELD, customFieldGrants } from "./custom-field.domain.ts";
import {
  type CustomFieldRecord,
  Definitions,
  type Entity,
  entity,
  entityId,
  fields,
  fixed,
  type GivenOption,
  Stored,
} from "./custom-field.entity.ts";
import { fieldOf, isEmpty, schemaOf, takesOptions, type Value } from "./custom-field.rules.ts";
import { isFound, MOST_FORMER, moved, optionsOf, revised, scheduled, wrongIn } from "./definition.rules.ts";
import { countKey, definitionsOf, edits, forget, readNow, seenOf, sees } from "./definitions.ts";

/** Fields that a tenant adds to kinds of records, by declaration (seed 001, Custom Fields Master). */

export const Info = Stored;
export type { Entity } from "./custom-field.entity.ts";

/** The kinds that take custom fields. */
export const entities = (): string[] => namesOf("custom_fields");

/** Of an entity: live ones; all, deleted ones too; unique ones, deleted ones too; those that lists are found by. */
export const MOST = { live: 100, ever: 1000, unique: 10, found: 20 };

const One = z.strictObject({ id: text(64) });

export const create = fn(z.strictObject({ ...fixed, ...fields }), async ({ entity_type, field_name, is_unique, ...input }) => {
  const known = await readNow(entity_type);
  const namesake = known.find((definition) => definition.field_name === field_name);
  if (namesake) throw taken(field_name, namesake);
  const given = filled(fields, input);
  const picklist_values = given.picklist_values && optionsOf(given.picklist_values, []);
  const system = { revision: 1, former: [], index_status: null, records_done: 0, records_failed: 0, due_at: null };
  const born = Records.born(
    Definitions,
    { ...given, entity_type, field_name, is_unique, picklist_values, ...system },
    { id: newId(CUSTOM_FIELD, { owner: entityId(entity_type) }) },
  );
  const definition = scheduled(undefined, checked(born), Clock.after(GRACE));
  const tx = transaction()
    .create(Definitions, definition)
    .put(
      { pk: tenantKey(useTenant(), "UNIQUE", "custom_field", entity_type), sk: field_name, id: definition.id },
      { condition: "attribute_not_exists(pk)", refused: () => taken(field_name) },
    );
  const counts = { live: 1, ever: 1, unique: is_unique ? 1 : 0, found: isFound(definition) ? 1 : 0 };
  count(tx, entity_type, counts, undefined, definition);
  return remembered(tx.commit(definition));
});

/** One that the caller may see, or manage. */
export const get = fn(One, async ({ id }) => {
  const definition = await Records.read(Definitions, id);
  if (!shows(definition)) throw notFound();
  return definition;
});

const shows = (definition: CustomFieldRecord): boolean => may(customFieldGrants.manage) || sees(definition);

const orders = {
  sequence: ({ sequence, field_label }: CustomFieldRecord) => `${pad(sequence, 6)} ${sortKeyOf(field_label)}`,
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
    { whole: true },
  ).extend({
    sort: InMemory.sortsOf(Definitions, orders).optional().describe("The order of display unless told otherwise"),
  }),
  ({ page, limit, sort, order: given, cursor, ...asked }) => {
    const { entity_type, section, is_active, deleted = false, ...fields } = asked;
    const { order, keyOf, passes } = InMemory.asked(Definitions, { ...fields, sort, order: given }, orders);
    const wanted = (definition: CustomFieldRecord): boolean =>
      shows(definition) &&
      Boolean(definition.deleted_at) === deleted &&
      passes(definition) &&
      (section === undefined || definition.section === section) &&
      (is_active === undefined || definition.is_active === is_active);
    return InMemory.pageOf(
      { page, limit, order, cursor },
      {
        fingerprint: JSON.stringify(["custom_field", sort, order, Object.entries(asked).sort()]),
        values: async () => {
          const known = await Promise.all((entity_type === undefined ? entities() : [entity_type]).map(definitionsOf));
          return known.flat().filter(wanted);
        },
        keyOf,
      },
    );
  },
);

/** What stays as it was said may come along, as the answer of a GET has it. */
const stable = { entity_type: entity().optional(), field_name: z.string().optional(), is_unique: z.boolean().optional() };

export const replace = fn(
  z.strictObject({ ...fields, ...stable, ...One.shape }),
  ({ id, entity_type, field_name, is_unique, ...input }) =>
    edit(id, { entity_type, field_name, is_unique }, filled(fields, input)),
);

export const update = fn(
  patchOf(fields).extend({ ...stable, ...One.shape }),
  ({ id, entity_type, field_name, is_unique, ...input }) =>
    edit(id, { entity_type, field_name, is_unique }, patched(fields, input)),
);

async function edit(
  id: string,
  given: Readonly<Record<string, unknown>>,
  changes: Partial<Omit<CustomFieldRecord, "picklist_values">> & { picklist_values?: GivenOption[] | null },
): Promise<CustomFieldRecord> {
  const { picklist_values: options, ...others } = changes;
  return remembered(
    Records.change(Definitions, id, (current, tx) => {
      const stays = moved(current, given);
      if (stays.length > 0) throw invalidAll(stays);
      const next = { ...current, ...others };
      if (!takesOptions(next.field_type)) next.picklist_values = options ? optionsOf(options, []) : null;
      else if (options !== undefined) next.picklist_values = optionsOf(options ?? [], optionsBefore(current));
      const after = checked(revised(current, next));
      if (current.is_unique && after.former.length > current.former.length)
        throw invalid("field_type", "It is stable: values of a unique field are compared by it");
      if (after.former.length > MOST_FORMER) throw ruleViolation(`The type has changed ${MOST_FORMER} times: make another field`);
      const written = scheduled(current, after, Clock.after(GRACE));
      count(tx, current.entity_type, { found: Number(isFound(after)) - Number(isFound(current)) }, current, written);
      return written;
    }),
  );
}

/** The options that records may hold: those of now, or of the last time when the field was a choice. */
const optionsBefore = ({ picklist_values, former }: CustomFieldRecord) =>
  picklist_values ?? former.findLast((meaning) => meaning.picklist_values)?.picklist_values ?? [];

/**
 * Its values stay stored, and are shown no more; its name stays its own, so that it can come back. What lists are found by
 * has to be taken from them before.
 */
export const remove = fn(One, ({ id }) =>
  remembered(
    Records.remove(Definitions, id, (current, tx) => {
      if (current.index_status !== null)
        throw ruleViolation(
          "Lists find records by it: make it neither filterable nor sortable, and wait until index_status is empty",
        );
      count(tx, current.entity_type, { live: -1 });
      return current;
    }),
  ),
);

export const restore = fn(One, ({ id }) =>
  remembered(
    Records.restore(Definitions, id, (current, tx) => {
      const again = { ...current, revision: current.revision + 1 };
      const back = isFound(current) ? scheduled(undefined, again, Clock.after(GRACE)) : current;
      count(tx, current.entity_type, { live: 1, found: isFound(current) ? 1 : 0 }, current, back);
      return back;
    }),
  ),
);

/** What imports, exports and forms have to know of an entity's fields: of those that the caller sees, or may write. */
export async function fieldsOf(entity: Entity, purpose: "read" | "write" = "read"): Promise<Field[]> {
  const seen = await seenOf(entity);
  return seen.filter((definition) => purpose === "read" || edits(definition)).map(fieldOf);
}

async function remembered(written: Promise<CustomFieldRecord>): Promise<CustomFieldRecord> {
  const definition = await written;
  forget(definition.entity_type);
  Declared.forget(definition.entity_type);
  return definition;
}

/** The definition with bounds and default in the form of values; everything that is wrong is said at once. */
function checked(definition: CustomFieldRecord): CustomFieldRecord {
  const wrong = wrongIn(definition);
  if (wrong.length > 0) throw invalidAll(wrong);
  const { validation, default_value } = definition;
  const inForm = (value: string | number): string | number =>
    schemaOf({ ...definition, validation: null }).parse(value) as string | number;
  const bounds = Object.entries(validation ?? {}).map(([name, value]) => [
    name,
    name === "min" || name === "max" ? inForm(value) : value,
  ]);
  const fallback = isEmpty(default_value) ? null : (schemaOf(definition).parse(default_value) as Value);
  return { ...definition, validation: bounds.length > 0 ? Object.fromEntries(bounds) : null, default_value: fallback };
}

/**
 * Goes on with the work on what records are found by, for some seconds; at `custom_field.work_due`, until there is no
 * more. It may be killed at any moment, come twice, and at the same time.
 */
export async function proceed(id: string, due_at: string, seconds: number): Promise<void> {
  const found = await Clocks.standing(Definitions, id, "work", due_at);
  if (!found) return;
  const current =
    found.index_status === "PENDING" ? await worked(found, (each) => ({ ...each, index_status: "BACKFILLING" })) : found;
  const { done, records_done, records_failed } = await Backfill.backfill(await collectionNamed(current.entity_type), current, {
    seconds,
  });
  if (done) {
    await worked(current, (each, tx) => {
      tx.delete(Backfill.progressKey(each.entity_type, each.id));
      const index_status = each.index_status === "DROPPING" ? null : ("READY" as const);
      const over = { ...each, index_status, records_done, records_failed, due_at: null };
      count(tx, each.entity_type, {}, each, over);
      return over;
    });
  } else await worked(current, (each) => ({ ...each, due_at: Clock.now() }));
}

/** A step of the work, unless the definition has been changed meanwhile to other work. */
const worked = ({ id, revision }: CustomFieldRecord, edit: Edit<CustomFieldRecord>): Promise<CustomFieldRecord> =>
  remembered(
    Records.change(Definitions, id, (each, tx) => (each.revision === revision && each.due_at !== null ? edit(each, tx) : each)),
  );

/**
 * Keeps to the bounds also when many are made at once: one item of the entity counts them. It names those that records are
 * found by as well, so that the stream reads that item and mostly no other.
 */
function count(tx: Transaction, entity: Entity, by: Counts, before?: CustomFieldRecord, after?: CustomFieldRecord): void {
  const changed = Object.entries(by).filter(([, more]) => more !== 0);
  const [was, is] = [before?.index_status ?? null, after?.index_status ?? null];
  const naming = (was === null) === (is === null) ? undefined : is === null ? "DELETE" : "ADD";
  if (changed.length === 0 && !naming) return;
  const bounds = changed.filter(([, more]) => more > 0).map(([name]) => name as keyof Counts);
  const room = bounds.map((name) => `(attribute_not_exists(#${name}) OR #${name} < :most_${name})`);
  const adding = [...changed.map(([name]) => `#${name} :${name}`), ...(naming === "ADD" ? ["found_ids :ids"] : [])];
  const values: Record<string, unknown> = Object.fromEntries(changed.map(([name, more]) => [`:${name}`, more]));
  for (const name of bounds) values[`:most_${name}`] = MOST[name];
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
        ...(changed.length > 0
          ? { ExpressionAttributeNames: Object.fromEntries(changed.map(([name]) => [`#${name}`, name])) }
          : {}),
        ExpressionAttributeValues: values,
      },
    },
    () =>
      ruleViolation(
        `A ${entity} has at most ${MOST.live} custom fields, ${MOST.ever} with all that were deleted, ${MOST.unique} unique ones with deleted ones, and ${MOST.found} that are filterable or sortable`,
      ),
  );
}

type Counts = { [K in keyof typeof MOST]?: number };

const taken = (field_name: string, by?: CustomFieldRecord): Failure =>
  conflict(`There is ${by?.deleted_at ? "a deleted field, to be restored," : "a field"} with the name "${field_name}"`, [
    { field: "field_name", message: "Already in use" },
  ]);

export { decimalsOf, fieldOf, kindOf, schemaOf } from "./custom-field.rules.ts";
export { edits, seenOf } from "./definitions.ts";
export type Definition = CustomFieldRecord;

/** At `custom_field.work_due`. */
export const onWork = onClock((id, due_at) => proceed(id, due_at, SECONDS_PER_TURN));

export * as CustomField from "./custom-field.ts";
