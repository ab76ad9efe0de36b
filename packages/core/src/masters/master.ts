import * as z from "zod";
import { useTenant } from "../kernel/context.ts";
import { conflict, type Failure, invalid, isFailure, notFound, ruleViolation } from "../kernel/error.ts";
import { fn, parse } from "../kernel/fn.ts";
import { newId } from "../kernel/id.ts";
import { filled, patched, patchOf, text } from "../kernel/schema.ts";
import { fold } from "../kernel/text.ts";
import { apart } from "../storage/table/batch.ts";
import { tenantKey } from "../storage/table/key.ts";
import { Records } from "../storage/write/records.ts";
import { transaction } from "../storage/write/transaction.ts";
import { USER } from "../user/user.domain.ts";
import { kindId } from "./id.ts";
import { extras, type Kind, type KindName, kinds } from "./kinds.ts";
import { common, fieldsOf, kindParameter, type MasterRecord, Masters, Stored } from "./master.entity.ts";
import { MASTER } from "./masters.domain.ts";
import { stageOf } from "./stage.rules.ts";
import { find, forgotten, named, remembered, requireKind, requireStored, resolve, valuesOf } from "./values.ts";

/** Master data: the lookup values of a tenant (seed 001, Common Masters). */

export const Info = Stored;
export const Row = Stored;

const code = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9_]{0,62}$/, "Not a code: lower case letters, digits and _");

/** What is asked of the input is known with its kind: the verb parses the rest. */
const One = z.strictObject({ kind: kindParameter, id: text(64) });
const loose = z.looseObject({ ...patchOf(common).shape, ...patchOf(extras).shape, code: code.optional() });

export const get = fn(One, async ({ kind, id }) => {
  const found = await find(kind, id);
  if (!found || found.deleted_at) throw notFound();
  return found;
});

export const create = fn(loose.extend({ kind: kindParameter }), async ({ kind, code: given, ...input }) => {
  const shape = fieldsOf(kind);
  const fields = filled(shape, parse(z.strictObject(shape), input));
  const chosen = given ?? codeOf(fields.name);
  const existing = (await valuesOf(kind)).byCode.get(chosen);
  if (existing) throw taken(kind, chosen, existing);
  const born = Records.born(Masters, { ...fields, kind, code: chosen }, { id: newId(MASTER, { owner: kindId(kind) }) });
  const value = await checked(born);
  const tx = transaction()
    .create(Masters, value)
    .put(
      { pk: tenantKey(useTenant(), "UNIQUE", "master", kind), sk: chosen, id: value.id },
      { condition: "attribute_not_exists(pk)", refused: () => taken(kind, chosen) },
    );
  return remembered(kind, tx.commit(value));
});

/** The id of a value with this name: one that is there, or else a new one. */
export async function add(kind: KindName, name: string): Promise<string> {
  try {
    return (await apart(() => create({ kind, name }))).id;
  } catch (error) {
    if (!isFailure(error, "CONFLICT")) throw error;
    forgotten(kind);
    const found = await named(kind, name);
    if (found === undefined) throw error;
    return found;
  }
}

export const replace = fn(loose.extend(One.shape), ({ kind, id, code: given, ...input }) => {
  const shape = fieldsOf(kind);
  return edit(kind, id, given, filled(shape, parse(z.strictObject(shape), input)));
});

export const update = fn(loose.extend(One.shape), ({ kind, id, code: given, ...input }) => {
  const shape = fieldsOf(kind);
  return edit(kind, id, given, patched(shape, parse(patchOf(shape), input)));
});

async function edit(kind: KindName, id: string, given: string | undefined, changes: Partial<MasterRecord>) {
  await requireStored(kind, id);
  const written = Records.change(Masters, id, (current) => {
    if (given !== undefined && given !== current.code) throw invalid("code", "A code is stable: it cannot change");
    return checked({ ...current, ...changes }, current);
  });
  return remembered(kind, written);
}

export const remove = fn(One, async ({ kind, id }) => {
  await requireStored(kind, id);
  const written = Records.remove(Masters, id, async (current) => {
    requireNotFallback(current);
    const { byId } = await valuesOf(kind);
    const below = [...byId.values()].find((value) => value.parent_id === id && !value.deleted_at);
    if (below) throw ruleViolation(`"${below.name}" and maybe others stand below "${current.name}": move or delete them first`);
    return current;
  });
  return remembered(kind, written);
});

export const restore = fn(One, async ({ kind, id }) => {
  requireKind(kind, id);
  const written = Records.restore(Masters, id, async (current) => {
    const parent = await find(kind, current.parent_id ?? null);
    if (parent?.deleted_at) throw ruleViolation(`It stands below "${parent.name}": bring that back first`);
    return current;
  });
  return remembered(kind, written);
});

function requireNotFallback(value: MasterRecord): void {
  if ((kinds[value.kind] as Kind).fallback === value.code)
    throw ruleViolation(`"${value.name}" is what records get when they name none; it stays`);
}

/** The value with its references by id; what its columns say must make sense together. */
async function checked(value: MasterRecord, before?: MasterRecord): Promise<MasterRecord> {
  if (!value.is_active) requireNotFallback(value);
  requireRange(value, "min_employees", "max_employees");
  requireRange(value, "min_revenue", "max_revenue");
  const { manager_id } = value;
  if (manager_id && manager_id !== before?.manager_id && !(await Records.exists(USER, manager_id))) {
    throw invalid("manager_id", "No such user");
  }
  const next = value.kind === "opportunity_stages" ? stageOf(value, before) : { ...value };
  const references = { country_id: "countries", state_id: "states", parent_id: value.kind } as const;
  for (const [field, kind] of Object.entries(references) as [keyof typeof references, KindName][]) {
    const given = value[field];
    if (given) next[field] = await resolve(kind, given, field, before?.[field]);
  }
  if (await standsBelow(next, next.parent_id)) throw invalid("parent_id", "A value cannot stand below itself");
  return next;
}

function requireRange(value: MasterRecord, from: "min_employees" | "min_revenue", to: "max_employees" | "max_revenue"): void {
  const [low, high] = [value[from] ?? null, value[to] ?? null];
  if (low !== null && high !== null && high < low) throw invalid(to, `Less than ${from}`);
}

/** Whether going up from an id leads to the value. */
async function standsBelow(value: MasterRecord, from: string | null | undefined): Promise<boolean> {
  const { byId } = await valuesOf(value.kind);
  const seen = new Set<string>();
  for (let above = from; above && !seen.has(above); above = byId.get(above)?.parent_id) {
    if (above === value.id) return true;
    seen.add(above);
  }
  return false;
}

const taken = (kind: KindName, chosen: string, by?: MasterRecord): Failure =>
  conflict(
    `There is ${by?.deleted_at ? "a deleted value, to be restored," : "a value"} with the code "${chosen}" among the ${kinds[kind].label.toLowerCase()}`,
    [{ field: "code", message: "Already in use" }],
  );

/** A code made of a label; labels in scripts without Latin letters need a code given with them. */
function codeOf(label: string): string {
  const made = fold(label)
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 63);
  if (!made) throw invalid("code", "No code can be made of this name: give one");
  return made;
}

export { list, Query } from "./list.ts";
export * as Master from "./master.ts";
export { anyOf, codeOf, codesOf, fallback, find, firstOf, labelOf, labelsOf, named, resolve, resolveAll } from "./values.ts";
