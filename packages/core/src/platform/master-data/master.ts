import * as z from "zod";
import { useTenant } from "../../kernel/context.ts";
import { conflict, type Failure, invalid, isFailure, notFound, requireAll, ruleViolation } from "../../kernel/error.ts";
import { describeFields } from "../../kernel/field-info.ts";
import { fn, parse, parseChange, requireSchema } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import type { MasterKind } from "../../kernel/master-kind.ts";
import { IdInput, patchSchema, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { listDomains } from "../../kernel/tenant-domains.ts";
import { fold } from "../../kernel/text.ts";
import { INSURANCE_TYPES } from "../../sales/lead/lead.masters.ts";
import { readItem } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { runOutsideBatch } from "../../storage/table/transaction-batch.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, transaction } from "../../storage/write/transaction.ts";
import type { UpsertMatching } from "../../storage/write/upsert.ts";
import { USER } from "../user/user.kind.ts";
import { extraColumns } from "./extra-columns.ts";
import { kindParameter } from "./kind-parameter.ts";
import { KindListQuery, listValues } from "./list.ts";
import { commonFields, fieldsForKind, type MasterRecord, Masters, pickOwnColumns, Stored } from "./master.entity.ts";
import { MASTER } from "./master-data.kind.ts";
import { kindId } from "./master-id.ts";
import { COUNTRIES, STATES } from "./shared.masters.ts";
import { normalizeStage } from "./stage.rules.ts";
import { requireEmpty } from "./usage.ts";
import { buildCode, listFreeCodes } from "./value-code.rules.ts";
import { findOpenPlace } from "./value-order.rules.ts";
import { find, findByName, forgetValues, invalidateAfter, loadValues, requireKind, requireStored, resolve } from "./values.ts";

/** Master data: the lookup values of a tenant. */

export const Info = Stored;
export const Row = Stored;

const code = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9_]{0,62}$/, "Must be a code: lower case letters, digits and _");

/** The fields of the input depend on the kind, so the verb validates them. */
const ValueInput = z.strictObject({ kind: kindParameter, id: text(64) });
const looseInput = z.looseObject({
  ...patchSchema(commonFields).shape,
  ...patchSchema(extraColumns).shape,
  code: code.optional(),
});

export const get = fn(ValueInput, async ({ kind, id }) => {
  const value = await find(kind, id);
  if (!value || value.deleted_at) throw notFound();
  return value;
});

export const create = fn(
  looseInput.extend({ kind: kindParameter }),
  ({ kind, ...input }) => createValue(kind, input),
  async ({ kind, ...read }, unread) => kind && checkNewValue(kind, read, unread),
);

async function createValue(
  kind: MasterKind,
  { code: requestedCode, ...input }: z.output<typeof looseInput>,
  addWrites: AddWrites = () => undefined,
): Promise<MasterRecord> {
  const shape = fieldsForKind(kind);
  const fields = toStoredFields(shape, parse(z.strictObject(shape), input));
  const newCode = requestedCode ?? buildCode(fields.name);
  const { byCode, byId } = await loadValues(kind);
  const existing = byCode.get(newCode);
  if (existing) throw codeConflict(kind, newCode, existing);
  const live = [...byId.values()].filter(({ deleted_at }) => !deleted_at);
  const place = input.sequence === undefined ? findOpenPlace(fields, live) : undefined;
  const newValue = Records.init(
    Masters,
    { ...fields, ...(place === undefined ? {} : { sequence: place }), kind: kind.name, code: newCode },
    { id: newId(MASTER, { owner: kindId(kind) }) },
  );
  const value = await resolveValue(kind, newValue);
  const tx = transaction()
    .create(Masters, value)
    .put(
      { ...lockKey(kind, newCode), id: value.id },
      { condition: "attribute_not_exists(pk)", rejection: () => codeConflict(kind, newCode) },
    );
  addWrites(tx, value.id);
  return invalidateAfter(kind, tx.commit(value));
}

/** Returns every kind that the domains declare, by name, with the fields of its values. */
export const listKinds = async () => {
  const all = listDomains().flatMap(({ masters = [] }) => masters);
  return all
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((kind) => ({
      kind: kind.name,
      label: kind.label,
      is_fixed: kind.isFixed ?? false,
      is_closed: kind.isClosed ?? false,
      fields: describeFields({ code: code.optional(), ...fieldsForKind(kind) }),
    }));
};

/** Checks the fields of a new value that depend on its kind, and that a code can be built if none is given. */
function checkNewValue(
  kind: MasterKind,
  { code: requestedCode, ...read }: Partial<z.output<typeof looseInput>>,
  unread: ReadonlySet<string>,
) {
  return requireAll(
    () => requireSchema(z.strictObject(fieldsForKind(kind)), read, unread),
    () => requestedCode === undefined && !unread.has("code") && read.name && buildCode(read.name),
  );
}

/** Returns the operations of one kind, for domains that have a path of their own for it. */
export const operationsFor = (kind: MasterKind) => ({
  list: fn(KindListQuery, (query) => listValues({ ...query, kind })),
  create: fn(
    looseInput,
    (input) => createValue(kind, input),
    async (read, unread) => checkNewValue(kind, read, unread),
  ),
  get: fn(IdInput, ({ id }) => get({ kind: kind.name, id })),
  update: fn(
    looseInput.extend(IdInput.shape),
    (input) => update({ ...input, kind: kind.name }),
    async ({ id: _id, code: _code, ...read }, unread) => requireSchema(patchSchema(fieldsForKind(kind)), read, unread),
  ),
  remove: fn(IdInput, ({ id }) => remove({ kind: kind.name, id })),
});

/** Adds writes to the transaction that stores a value. */
type AddWrites = (tx: Transaction, id: string) => void;

/** Returns the id of the value with this name. If there is none, it is created, or restored if it was deleted; `addWrites` is called for these. */
export async function add(kind: MasterKind, name: string, addWrites?: AddWrites): Promise<string> {
  const { byCode } = await loadValues(kind);
  const isNamesake = (value: MasterRecord): boolean => fold(value.name) === fold(name.trim());
  const codes = listFreeCodes(name).map((candidate) => ({ code: candidate, holder: byCode.get(candidate) }));
  const { code: newCode, holder } = codes.find((candidate) => !candidate.holder || isNamesake(candidate.holder)) ?? {};
  try {
    return await runOutsideBatch(async () => {
      if (holder && !holder.deleted_at) return holder.id;
      if (holder) return (await restoreValue(kind, holder.id, addWrites)).id;
      return (await createValue(kind, parse(looseInput, { name, code: newCode }), addWrites)).id;
    });
  } catch (error) {
    if (!isFailure(error, "CONFLICT")) throw error;
    forgetValues(kind);
    const existingId = await findByName(kind, name);
    if (existingId === undefined) throw error;
    return existingId;
  }
}

/** Builds a value as `add` would create it, without storing it. */
export function buildValue(kind: MasterKind, name: string): MasterRecord {
  const shape = fieldsForKind(kind);
  const fields = toStoredFields(shape, parse(z.strictObject(shape), { name }));
  const [valueCode = ""] = listFreeCodes(name);
  return Records.init(Masters, { ...fields, kind: kind.name, code: valueCode }, { id: newId(MASTER, { owner: kindId(kind) }) });
}

export const replace = fn(
  looseInput.extend(ValueInput.shape),
  ({ kind, id, code: requestedCode, ...input }) => {
    const shape = fieldsForKind(kind);
    return edit(kind, id, requestedCode, (current) => toStoredFields(shape, parseChange(z.strictObject(shape), input, current)));
  },
  async ({ kind, id: _id, code: _code, ...read }, unread) =>
    kind && requireSchema(z.strictObject(fieldsForKind(kind)), read, unread),
);

export const update = fn(
  looseInput.extend(ValueInput.shape),
  ({ kind, id, code: requestedCode, ...input }) => {
    const shape = fieldsForKind(kind);
    return edit(kind, id, requestedCode, (current) => toStoredPatch(shape, parseChange(patchSchema(shape), input, current)));
  },
  async ({ kind, id: _id, code: _code, ...read }, unread) =>
    kind && requireSchema(patchSchema(fieldsForKind(kind)), read, unread),
);

async function edit(
  kind: MasterKind,
  id: string,
  requestedCode: string | undefined,
  readChanges: (current: MasterRecord) => Partial<MasterRecord>,
) {
  await requireStored(kind, id);
  const answer = (value: MasterRecord) => pickOwnColumns(kind, value);
  const edited = async (current: MasterRecord) => {
    if (requestedCode !== undefined && requestedCode !== current.code) throw invalid("code", "The code cannot be changed");
    const next = await resolveValue(kind, { ...current, ...readChanges(current) }, current);
    if (current.is_active && !next.is_active) await requireEmpty(kind, current);
    return next;
  };
  return invalidateAfter(kind, Records.change(Masters, id, edited, { answer }));
}

export type Value = MasterRecord;

/** Deactivates a value, in one transaction with further writes of the caller. */
export async function deactivate<A>(
  kind: MasterKind,
  id: string,
  along: (tx: Transaction) => Promise<void>,
  answer: (value: Value) => A,
): Promise<A> {
  await requireStored(kind, id);
  const edited = async (current: MasterRecord, tx: Transaction): Promise<MasterRecord> => {
    await along(tx);
    return { ...current, is_active: false };
  };
  const result = await Records.change(Masters, id, edited, { answer });
  forgetValues(kind);
  return result;
}

export const remove = fn(ValueInput, async ({ kind, id }) => {
  await requireStored(kind, id);
  const pendingWrite = Records.remove(Masters, id, async (current) => {
    requireRetirable(kind, current);
    await requireEmpty(kind, current);
    await (await kind.rules?.())?.requireUnused(current);
    const { byId } = await loadValues(kind);
    const below = [...byId.values()].find((value) => value.parent_id === id && !value.deleted_at);
    if (below)
      throw ruleViolation(`"${below.name}" and possibly other values are below "${current.name}": move or delete them first`);
    return pickOwnColumns(kind, current);
  });
  return invalidateAfter(kind, pendingWrite);
});

export const restore = fn(ValueInput, ({ kind, id }) => restoreValue(kind, id));

async function restoreValue(kind: MasterKind, id: string, addWrites: AddWrites = () => undefined): Promise<MasterRecord> {
  requireKind(kind, id);
  const pendingWrite = Records.restore(Masters, id, async (current, tx) => {
    addWrites(tx, id);
    const parent = await find(kind, current.parent_id ?? null);
    if (parent?.deleted_at) throw ruleViolation(`The parent value "${parent.name}" is deleted: restore it first`);
    return pickOwnColumns(kind, current);
  });
  return invalidateAfter(kind, pendingWrite);
}

/** Refuses to retire values that code depends on. */
export function requireRetirable(kind: MasterKind, value: MasterRecord): void {
  if (kind.fallback === value.code)
    throw ruleViolation(`"${value.name}" is the default for records without a value and cannot be retired`);
  if (kind.isClosed) throw ruleViolation(`"${value.name}" is a fixed state: it can be renamed, but not retired`);
}

/** Returns the value with its references as ids; refuses columns that contradict each other. */
async function resolveValue(kind: MasterKind, value: MasterRecord, before?: MasterRecord): Promise<MasterRecord> {
  if (kind.isClosed && !before) throw ruleViolation(`${kind.label} are fixed: they can be renamed, but none can be added`);
  if (!value.is_active) requireRetirable(kind, value);
  if (kind.isClosed && value.is_final !== before?.is_final)
    throw invalid("is_final", "Cannot be changed: it follows from the meaning of the state");
  requireRange(value, "min_employees", "max_employees");
  requireRange(value, "min_revenue", "max_revenue");
  const { manager_id } = value;
  if (manager_id && manager_id !== before?.manager_id && !(await Records.exists(USER, manager_id))) {
    throw invalid("manager_id", "No such user");
  }
  const next = "is_closed" in fieldsForKind(kind) ? normalizeStage(value, before) : { ...value };
  const references = { country_id: COUNTRIES, state_id: STATES, insurance_type_id: INSURANCE_TYPES, parent_id: kind };
  for (const [field, among] of Object.entries(references) as [keyof typeof references, MasterKind][]) {
    const referenceId = value[field];
    if (referenceId) next[field] = await resolve(among, referenceId, field, before?.[field]);
  }
  if (await isBelowItself(kind, next)) throw invalid("parent_id", "A value cannot be below itself");
  return (await kind.rules?.())?.validate(next, before) ?? next;
}

function requireRange(value: MasterRecord, from: "min_employees" | "min_revenue", to: "max_employees" | "max_revenue"): void {
  const [low, high] = [value[from] ?? null, value[to] ?? null];
  if (low !== null && high !== null && high < low) throw invalid(to, `Must not be less than ${from}`);
}

/** Whether a value is among its own ancestors. */
async function isBelowItself(kind: MasterKind, value: MasterRecord): Promise<boolean> {
  const { byId } = await loadValues(kind);
  const seen = new Set<string>();
  for (let above = value.parent_id; above && !seen.has(above); above = byId.get(above)?.parent_id) {
    if (above === value.id) return true;
    seen.add(above);
  }
  return false;
}

/** Returns how upserts find a value: its code is unique. */
export async function matching(parameters: object): Promise<UpsertMatching> {
  const { kind } = parse(ValueInput.pick({ kind: true }), parameters);
  return { fields: { code: { find: (code) => findHolder(kind, String(code).toLowerCase()) } } };
}

/** Finds a value by its code. The lock finds values that were just created; the cached values include the defaults, which have no lock. */
async function findHolder(kind: MasterKind, code: string): Promise<string | undefined> {
  const cachedValue = (await loadValues(kind)).byCode.get(code);
  if (cachedValue) return cachedValue.deleted_at ? undefined : cachedValue.id;
  const lock = await readItem(lockKey(kind, code));
  return lock && String(lock.id);
}

const lockKey = (kind: MasterKind, code: string): Key => ({
  pk: tenantKey(useTenant(), "UNIQUE", "master", kind.name),
  sk: code,
});

const codeConflict = (kind: MasterKind, newCode: string, holder?: MasterRecord): Failure =>
  conflict(
    holder?.deleted_at
      ? `A deleted value of the ${kind.label.toLowerCase()} has the code "${newCode}": restore it or choose another code`
      : `A value with the code "${newCode}" already exists in the ${kind.label.toLowerCase()}`,
    [{ field: "code", message: "Already in use" }],
  );

export { ReorderResult, reorder } from "./display-order.ts";
export { ExportQuery, KindListQuery, list, listAllValues, listValues, Query } from "./list.ts";
export * as Master from "./master.ts";
export {
  fallbackId,
  find,
  findAnyActive,
  findByName,
  findFirst,
  findLabel,
  forgetPlannedValue,
  isPlannedValue,
  listOrdered,
  loadCodes,
  loadLabels,
  loadPositions,
  loadSequences,
  planValue,
  resolve,
  resolveAll,
  resolveCode,
} from "./values.ts";
