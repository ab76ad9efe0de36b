import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { type Detail, Failure, gathered, invalid, invalidAll } from "../kernel/error.ts";
import { detailsOf } from "../kernel/fn.ts";
import { namesOf } from "../kernel/names.ts";
import { onceFor } from "../kernel/once.ts";
import { json } from "../kernel/schema.ts";
import { unknownPath } from "../storage/read/by-path.ts";
import type { Declaration } from "../storage/read/declared.ts";
import type { OwnFields } from "../storage/table/own-fields.ts";
import { Records } from "../storage/write/records.ts";
import type { CustomFieldRecord, Entity } from "./custom-field.entity.ts";
import { isEmpty, kindOf, readAs, referencedKind, schemaOf, type Value, type Values } from "./custom-field.rules.ts";
import { definitionsOf, edits, foundOf, isInUse, sees } from "./definitions.ts";
import { moveAll } from "./unique.ts";

/**
 * The values of custom fields, for the domains whose records have them: what may be written, what is stored then, and what
 * of it the caller sees. A value is stored under its field's name, as it was when it was written; readers get it under
 * the definition of today.
 */

const BYTES = 64 * 1024;

/** In input: `whole` for what makes or replaces a record, otherwise it is merged by name and null clears one. */
export const given = (entity: Entity, use: "whole" | "patch") =>
  json(2 * BYTES)
    .optional()
    .meta({ "x-custom-fields": `${entity} ${use}`, description: "The tenant's own fields, by name" });

export const shown = (entity: Entity) =>
  z.record(z.string(), z.json()).meta({
    "x-custom-fields": `${entity} shown`,
    description: "The tenant's own fields that the caller sees, by name",
  });

export const stored = () => z.record(z.string(), z.json()).nullable();

export type { Values } from "./custom-field.rules.ts";

export type Given = Readonly<Record<string, unknown>> | undefined;

export interface How {
  /** What is stored now; left out for a new record. */
  current?: Values | null;
  /** Only what is named changes. */
  patch?: boolean;
  /** Made by the system out of what others sent: what they left out that is required is left out. */
  lenient?: boolean;
}

/** What a record stores after a write: every value in its form, or all that is wrong, each by its name. */
export async function checked(entity: Entity, given: Given, how: How = {}): Promise<Values | null> {
  const { current = null, patch = false } = how;
  if (patch && given === undefined) return current;
  const definitions = await definitionsOf(entity);
  const known = new Map(definitions.map((definition) => [definition.field_name, definition]));
  const wrong: Detail[] = [];
  const fixed: Detail[] = [];
  for (const [name, value] of Object.entries(given ?? {})) {
    const definition = known.get(name);
    if (!definition || !isInUse(definition) || !sees(definition)) wrong.push({ field: pathOf(name), message: "Unknown field" });
    else if (!edits(definition) && !isSame(definition, value, current))
      fixed.push({ field: pathOf(name), message: "Not for your role" });
  }
  const next: Values = { ...current };
  for (const definition of definitions) {
    const name = definition.field_name;
    const isNamed = given !== undefined && Object.hasOwn(given, name);
    const result = await after(definition, isNamed ? given[name] : undefined, how);
    if ("wrong" in result) wrong.push(...result.wrong);
    else if (isEmpty(result.value)) delete next[name];
    else next[name] = result.value as Value;
  }
  if (wrong.length > 0) throw invalidAll(wrong);
  if (fixed.length > 0) throw new Failure("FORBIDDEN", "Your role may not change these fields", { details: fixed });
  if (Buffer.byteLength(JSON.stringify(next)) > BYTES) throw invalid("custom_fields", `Larger than ${BYTES} bytes together`);
  return Object.keys(next).length > 0 ? next : null;
}

/** As `checked`, beside what else a write says: all that is wrong with either is said at once. */
export async function beside<T extends object>(
  entity: Entity,
  given: Given,
  how: How,
  rest: Promise<T>,
): Promise<T & { custom_fields: Values | null }> {
  const wrong: Detail[] = [];
  const [custom_fields, others] = await Promise.all([
    gathered(wrong, checked(entity, given, how), null),
    gathered(wrong, rest, undefined),
  ]);
  if (wrong.length > 0 || others === undefined) throw invalidAll(wrong);
  return { ...others, custom_fields };
}

const pathOf = (name: string): string => `custom_fields.${name}`;

/** Whether a value is the one that the caller was shown. */
const isSame = (definition: CustomFieldRecord, value: unknown, current: Values | null): boolean =>
  isDeepStrictEqual(value ?? null, readAs(definition, valueIn(current, definition)));

const valueIn = (values: Values | null, { field_name }: CustomFieldRecord): Value | undefined =>
  values && Object.hasOwn(values, field_name) ? values[field_name] : undefined;

type Result = { value: Value | undefined } | { wrong: Detail[] };

/** What of one field is stored after a write that says `given` of it, or nothing. */
async function after(definition: CustomFieldRecord, given: unknown, { current: stored, patch, lenient }: How): Promise<Result> {
  const current = stored ?? null;
  const { is_required, default_value, field_name } = definition;
  const before = valueIn(current, definition);
  if (!isInUse(definition)) return { value: before };
  if (!edits(definition)) return { value: stored === undefined ? default_value : before };
  if (given === undefined && patch) return { value: before };
  // What is sent back as it was shown stays, whatever the definition asks of new values by now.
  const isBack = !isEmpty(before) && given !== undefined && isSame(definition, given, current) && !(patch && given === null);
  if (isBack) return { value: before };
  if (!isEmpty(given)) return read(definition, given);
  // A value that cannot be read under the present type was not shown, so who leaves it out has not taken it away.
  const isUnread = !patch && !isEmpty(before) && readAs(definition, before) === null;
  if (isUnread) return { value: before };
  if (!isEmpty(default_value) && (given === undefined || is_required)) return { value: default_value };
  if (is_required && !lenient) return { wrong: [{ field: pathOf(field_name), message: "Required" }] };
  return { value: undefined };
}

const schemas = new WeakMap<CustomFieldRecord, z.ZodType>();

async function read(definition: CustomFieldRecord, given: unknown): Promise<Result> {
  const { field_name, field_type, reference_kind } = definition;
  const schema = schemas.get(definition) ?? schemaOf(definition);
  schemas.set(definition, schema);
  const { data, error } = schema.safeParse(given);
  if (error) return { wrong: detailsOf(error, [pathOf(field_name)]) };
  if (field_type === "reference" && !(await Records.isShown(referencedKind(reference_kind), String(data))))
    return { wrong: [{ field: pathOf(field_name), message: `No such ${reference_kind}` }] };
  return { value: data as Value };
}

/** What a record has that nobody filled in. */
export const defaults = (entity: Entity): Promise<Values | null> => checked(entity, undefined, { lenient: true });

/**
 * Values that a new record takes over from the one that it is made of: those of fields of the same name that whoever makes it sees there
 * and may write here, as far as they are good here. What no two may have stays where it is.
 */
export async function carried(from: Entity, values: Values | null, to: Entity): Promise<Values> {
  const there = (await seen(from))(values);
  const here = (await definitionsOf(to)).filter((each) => isInUse(each) && edits(each) && !each.is_unique);
  const carried: Values = {};
  for (const definition of here) {
    const value = there[definition.field_name];
    const result: Result = isEmpty(value) ? { value: undefined } : await read(definition, value);
    if ("value" in result && result.value !== undefined) carried[definition.field_name] = result.value;
  }
  return carried;
}

/** Values as the caller sees them: every field in use that is shown to them, null where it has none. */
export type Seen = (values: Values | null) => Record<string, Value>;

export async function seen(entity: Entity): Promise<Seen> {
  const definitions = (await definitionsOf(entity)).filter((definition) => isInUse(definition) && sees(definition));
  return (values) =>
    Object.fromEntries(definitions.map((definition) => [definition.field_name, readAs(definition, valueIn(values, definition))]));
}

/** Fields that everybody sees, with what a value of each has to be, and what of them some values have; whoever asks. */
export async function open(entity: Entity) {
  const definitions = await definitionsOf(entity);
  return openOf(definitions);
}

const openOf = onceFor((all: readonly CustomFieldRecord[]) => {
  const definitions = all.filter((definition) => isInUse(definition) && definition.visible_to.length === 0);
  const schemaFor = (definition: CustomFieldRecord) => schemaOf({ ...definition, validation: null });
  return {
    schemas: Object.fromEntries(definitions.map((definition) => [definition.field_name, schemaFor(definition)])),
    read: (values: Values | null): Record<string, Value> =>
      Object.fromEntries(
        definitions.map((definition) => [definition.field_name, readAs(definition, valueIn(values, definition))]),
      ),
  };
});

/** Refuses a list by fields that the caller does not see, as if nobody had made them so that lists are found by them. */
export async function requireSeen(
  entity: Entity,
  { paths = {}, sort = "" }: { paths?: Readonly<Record<string, string>> | undefined; sort?: string | undefined },
): Promise<void> {
  const asked = [...Object.keys(paths).map((path) => ["filter", path] as const), ["sort", sort] as const];
  const own = asked.filter(([, path]) => path.startsWith(pathOf("")));
  if (own.length === 0) return;
  const open = (await seen(entity))(null);
  for (const [use, path] of own) {
    if (!Object.hasOwn(open, path.slice(pathOf("").length))) throw invalid(use === "sort" ? use : path, unknownPath(use));
  }
}

/** Fields that lists are found by, as the stream and lists have to know them. */
export async function declarations(entity: string): Promise<Declaration[]> {
  return (await foundOf(entity as Entity)).flatMap((definition) => {
    const { id, field_name, field_type, is_filterable: filter, is_sortable: sort, revision, index_status } = definition;
    if (index_status === null) return [];
    const valueIn = (record: object) => readAs(definition, storedIn(record, definition));
    return [{ id, path: pathOf(field_name), type: kindOf(field_type), filter, sort, revision, status: index_status, valueIn }];
  });
}

/** What the collection of a kind says whose records have custom fields: what is done with the values follows wherever it meets them. */
export const own: OwnFields = { seen, move: moveAll };

const storedIn = (record: object, definition: CustomFieldRecord): Value | undefined =>
  valueIn((record as { custom_fields?: Values | null }).custom_fields ?? null, definition);

/**
 * Values of an audit entry as the caller sees them: as they were stored, also those of fields that were hidden or deleted
 * since. What was cut because it is long is left out as a whole where a part of it is not for them.
 */
export async function inHistory(entity: string, values: unknown): Promise<unknown> {
  if (!namesOf("custom_fields").includes(entity) || values === null || typeof values !== "object") return values;
  const definitions = await definitionsOf(entity);
  const shown = new Set(definitions.filter(sees).map(({ field_name }) => field_name));
  if (shown.size === definitions.length) return values;
  if (["cut", "characters", "sha256"].every((part) => part in values)) return {};
  return Object.fromEntries(Object.entries(values).filter(([name]) => shown.has(name)));
}

export { move, retake } from "./unique.ts";
export * as CustomFields from "./values.ts";
