import { PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { useTenant } from "../kernel/context.ts";
import { conflict, type Failure, invalid, notFound, ruleViolation } from "../kernel/error.ts";
import { fn, parse } from "../kernel/fn.ts";
import { isId, newId, ownerOf } from "../kernel/id.ts";
import { Page } from "../kernel/page.ts";
import { filled, patched, patchOf, query, type Shape, text } from "../kernel/schema.ts";
import { fold } from "../kernel/text.ts";
import { Cache } from "../storage/cache.ts";
import { baseFields } from "../storage/collection.ts";
import { isConditionFailed, queryAll, send, tableName } from "../storage/database.ts";
import { tenantKey, tenantPrefix } from "../storage/key.ts";
import { Records } from "../storage/records.ts";
import { transaction } from "../storage/transaction.ts";
import { defaultId, kindId } from "./id.ts";
import { type Default, extras, type Kind, type KindName, kindNames, kinds } from "./kinds.ts";
import { common, type MasterRecord, Masters, Stored } from "./master.entity.ts";

/**
 * Master data: the lookup values of a tenant. A tenant starts with defaults that are not stored at all; a value is
 * stored once it is made or changed, and then stands before the default with its id. So a new tenant costs nothing,
 * and a default has the same id everywhere.
 */

/** A value has the columns of its own kind alone. */
export const Info = Stored.partial(
  Object.fromEntries(Object.keys(extras).map((key) => [key, true])) as { [K in keyof typeof extras]: true },
);
export const Row = Info;

const kindParameter = z
  .string()
  .transform((value) => value.toLowerCase().replaceAll("-", "_"))
  .pipe(z.enum(kindNames))
  .meta({ enum: kindNames.map((kind) => kind.replaceAll("_", "-")) });

const code = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9_]{0,62}$/, "Not a code: lower case letters, digits and _");

const fieldsOf = (kind: KindName): Shape => {
  const own = (kinds[kind] as Kind).extras.map((name) => [name, extras[name]]);
  return { ...common, ...Object.fromEntries(own) };
};

/** What is asked of the input is known with its kind: the verb parses the rest. */
const One = z.strictObject({ kind: kindParameter, id: text(64) });
const loose = z.looseObject({ ...patchOf(common).shape, ...patchOf(extras).shape, code: code.optional() });

export const list = fn(
  z.strictObject({
    kind: kindParameter,
    is_active: query.boolean().optional(),
    parent_id: text(64).optional(),
    country: text(64).optional().describe("Of states: the country, by id or code"),
    state: text(64).optional().describe("Of cities: the state, by id or code"),
  }),
  async ({ kind, is_active, parent_id, country, state }) => {
    const country_id = country && (await resolve("countries", country, "country"));
    const state_id = state && (await resolve("states", state, "state"));
    const wanted = (value: MasterRecord): boolean =>
      (is_active === undefined || value.is_active === is_active) &&
      (parent_id === undefined || value.parent_id === parent_id) &&
      (!country_id || value.country_id === country_id) &&
      (!state_id || value.state_id === state_id);
    const values = (await valuesOf(kind)).filter((value) => !value.deleted_at && wanted(value)).map(shown);
    const total = values.length;
    return new Page(values, {
      page: 1,
      limit: total,
      total,
      totalPages: Math.min(1, total),
      next_cursor: null,
      as_of: Clock.now(),
    });
  },
);

export const get = fn(One, async ({ kind, id }) => {
  const found = (await valuesOf(kind)).find((value) => value.id === id);
  if (!found || found.deleted_at) throw notFound();
  return shown(found);
});

export const create = fn(loose.extend({ kind: kindParameter }), async ({ kind, code: given, ...input }) => {
  const shape = fieldsOf(kind);
  const fields = await checked(kind, filled(shape, parse(z.strictObject(shape), input)) as unknown as MasterRecord);
  const chosen = given ?? parse(code, codeOf(fields.name));
  if ((await valuesOf(kind)).some((value) => value.code === chosen)) throw taken(kind, chosen);
  const value = Records.born(Masters, { ...fields, kind, code: chosen }, { id: newId("master", { owner: kindId(kind) }) });
  const codeLock = { pk: tenantKey(useTenant(), "UNIQUE", "master", kind), sk: chosen, id: value.id };
  const tx = transaction().create(Masters, value);
  tx.put(codeLock, { condition: "attribute_not_exists(pk)", refused: () => taken(kind, chosen) });
  const created = await tx.commit(shown(value));
  forget(kind);
  return created;
});

export const replace = fn(loose.extend(One.shape), ({ kind, id, code: given, ...input }) => {
  const shape = fieldsOf(kind);
  return edit(kind, id, given, filled(shape, parse(z.strictObject(shape), input)));
});

export const update = fn(loose.extend(One.shape), ({ kind, id, code: given, ...input }) => {
  const shape = fieldsOf(kind);
  return edit(kind, id, given, patched(shape, parse(patchOf(shape), input)));
});

async function edit(kind: KindName, id: string, given: string | undefined, input: Partial<MasterRecord>): Promise<Shown> {
  await stored(kind, id);
  const changes = await checked(kind, input, id);
  const next = await Records.change(Masters, id, (current) => {
    if (given !== undefined && given !== current.code) throw invalid("code", "A code is stable: it cannot change");
    if (changes.is_active === false) requireNotFallback(kind, current);
    return { ...current, ...changes };
  });
  forget(kind);
  return shown(next);
}

export const remove = fn(One, async ({ kind, id }) => {
  requireNotFallback(kind, await stored(kind, id));
  const gone = await Records.remove(Masters, id);
  forget(kind);
  return shown(gone);
});

export const restore = fn(One, async ({ kind, id }) => {
  requireKind(kind, id);
  const back = await Records.restore(Masters, id);
  forget(kind);
  return shown(back);
});

/**
 * The id of the value that `given` names, by id or code; a VALIDATION_ERROR on `field` where there is none.
 * An inactive value is good only for a record that has it already (`had`).
 */
export async function resolve(kind: KindName, given: string, field: string, had?: string | null): Promise<string> {
  const lower = given.toLowerCase();
  const found = (await valuesOf(kind)).find((value) => value.id === given || value.code === lower);
  if (!found || found.deleted_at) throw invalid(field, `No such value among the ${kinds[kind].label.toLowerCase()}`);
  if (!found.is_active && found.id !== had) throw invalid(field, "This value is no longer in use");
  return found.id;
}

/** The value behind an id that a record holds; undefined where it is gone. */
export const find = async (kind: KindName, id: string | null): Promise<MasterRecord | undefined> =>
  id === null ? undefined : (await valuesOf(kind)).find((value) => value.id === id);

/** The id of the value that records of the kind get when they name none. */
export const fallback = (kind: "lead_statuses"): string => defaultId(kind, kinds[kind].fallback);

const cached = new Cache<readonly MasterRecord[]>(60);

const forget = (kind: KindName): void => cached.forget(`${useTenant()}/${kind}`);

/** All values of a kind, deleted ones too, in their order; cached for up to a minute. */
const valuesOf = (kind: KindName): Promise<readonly MasterRecord[]> =>
  cached.get(`${useTenant()}/${kind}`, async () => {
    const items = await queryAll(`${tenantPrefix(useTenant())}E#${kindId(kind)}`, { prefix: "mst_" });
    const values = new Map(await defaultsOf(kind));
    for (const item of items) values.set(String(item.sk), Masters.fromItem(item));
    return [...values.values()].sort((a, b) => a.sequence - b.sequence || (a.name < b.name ? -1 : 1));
  });

const defaultValues = new Map<KindName, Promise<ReadonlyMap<string, MasterRecord>>>();

function defaultsOf(kind: KindName): Promise<ReadonlyMap<string, MasterRecord>> {
  const made = defaultValues.get(kind) ?? makeDefaults(kind);
  defaultValues.set(kind, made);
  return made;
}

async function makeDefaults(kind: KindName): Promise<ReadonlyMap<string, MasterRecord>> {
  const born = "2026-01-01T00:00:00.000Z";
  const base = { version: 1, created_at: born, created_by: "system", updated_at: born, updated_by: "system", deleted_at: null };
  const values = (await kinds[kind].defaults()).map(({ parent, ...value }: Default, at): MasterRecord => {
    const parent_id = parent ? defaultId(kind, parent) : null;
    const fields = { ...filled({ ...common, ...extras }, value as never), ...value, kind, parent_id, sequence: (at + 1) * 10 };
    return { ...fields, ...base, id: defaultId(kind, value.code) };
  });
  return new Map(values.map((value) => [value.id, value]));
}

function requireKind(kind: KindName, id: string): void {
  if (!isId(id, "master") || ownerOf(id) !== kindId(kind)) throw notFound();
}

/** The value as it is stored; a default is written down first, so that it has a version to change. */
async function stored(kind: KindName, id: string): Promise<MasterRecord> {
  requireKind(kind, id);
  const found = await Records.find(Masters, id);
  if (found) return found;
  const value = (await defaultsOf(kind)).get(id);
  if (!value) throw notFound();
  const item = Masters.toItem(useTenant(), value, JSON.stringify({ actor: "system", request: "default" }));
  try {
    await send(new PutCommand({ TableName: tableName(), Item: item, ConditionExpression: "attribute_not_exists(pk)" }));
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
  }
  return value;
}

function requireNotFallback(kind: KindName, value: MasterRecord): void {
  if ((kinds[kind] as Kind).fallback === value.code)
    throw ruleViolation(`"${value.name}" is what records get when they name none; it stays`);
}

/** References to other masters by id, and trees without a circle. */
async function checked<T extends Partial<MasterRecord>>(kind: KindName, fields: T, self?: string): Promise<T> {
  const next = { ...fields };
  if (next.country_id) next.country_id = await resolve("countries", next.country_id, "country_id");
  if (next.state_id) next.state_id = await resolve("states", next.state_id, "state_id");
  const values = new Map((await valuesOf(kind)).map((value) => [value.id, value]));
  for (let above = next.parent_id; above; above = values.get(above)?.parent_id) {
    if (above === self) throw invalid("parent_id", "A value cannot stand below itself");
    if (!values.has(above)) throw invalid("parent_id", "No such value");
  }
  return next;
}

const taken = (kind: KindName, value: string): Failure =>
  conflict(`There is a value with the code "${value}" among the ${kinds[kind].label.toLowerCase()}`, [
    { field: "code", message: "Already in use" },
  ]);

/** A code made of a label; labels in scripts without Latin letters need a code given with them. */
const codeOf = (label: string): string =>
  fold(label)
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 63);

type Shown = Omit<MasterRecord, keyof typeof extras> & Partial<MasterRecord>;

/** Only the columns of its own kind. */
function shown(value: MasterRecord): Shown {
  const own = new Set<string>([...Object.keys(fieldsOf(value.kind)), ...baseFields, "kind", "code"]);
  return Object.fromEntries(Object.entries(value).filter(([field]) => own.has(field))) as Shown;
}

export * as Master from "./master.ts";
