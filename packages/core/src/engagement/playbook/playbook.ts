import * as z from "zod";
import { collectDetails, conflict, type ErrorDetail, invalid, invalidAll, isFailure } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { newId } from "../../kernel/id.ts";
import { IdInput, patchSchema, type StoredFields, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { isInUse, listDefinitions } from "../../platform/custom-field/definitions.ts";
import { Master } from "../../platform/master-data/master.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { type BaseRecord, type Collection, rowSchema } from "../../storage/table/collection.ts";
import { loadCollectionByName } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { ActivePlaybooks, MAX_ACTIVE } from "./active-playbooks.ts";
import { validateWhere } from "./applicability.ts";
import { fields, type PlaybookRecord, Playbooks, type Step, Stored, stepFields, taskFields } from "./playbook.entity.ts";
import { PLAYBOOK_STEP } from "./playbook.kind.ts";
import { matchStepIds } from "./playbook.rules.ts";

/** Playbooks: ordered steps for records of a kind, by stage, segment or conditions (docs/engagement/playbooks.md). */

export const Info = Stored.omit({ active_kind: true });
export const Row = rowSchema(Stored, Playbooks.definition.row).omit({ active_kind: true });

export const list = fn(listSchema(Playbooks, {}), async (input) =>
  listRecords(Playbooks, buildListQuery(Playbooks, await Master.resolveAll({}, input, input))),
);

export const get = fn(IdInput, ({ id }) => Records.read(Playbooks, id));

export const create = fn(z.strictObject(fields), async (input) => {
  const playbook = Records.init(Playbooks, await validatePlaybook(toStoredFields(fields, input)));
  return forgetAfter(transaction().create(Playbooks, playbook).commit(playbook));
});

export const replace = fn(z.strictObject({ ...fields, ...IdInput.shape }), ({ id, ...input }) =>
  change(id, toStoredFields(fields, input)),
);

export const update = fn(patchSchema(fields).extend(IdInput.shape), ({ id, ...patch }) =>
  change(id, toStoredPatch(fields, patch)),
);

export const remove = fn(IdInput, ({ id }) => forgetAfter(Records.remove(Playbooks, id)));

export const restore = fn(IdInput, ({ id }) =>
  forgetAfter(
    Records.restore(Playbooks, id, async (playbook) => {
      if (playbook.is_active) await requireRoom();
      return playbook;
    }),
  ),
);

type PlaybookFields = StoredFields<typeof fields>;

const change = (id: string, changes: Partial<PlaybookFields>): Promise<PlaybookRecord> =>
  forgetAfter(
    Records.change(Playbooks, id, async (current) => ({
      ...current,
      ...(await validatePlaybook({ ...current, ...changes }, current)),
    })),
  );

async function forgetAfter(writing: Promise<PlaybookRecord>): Promise<PlaybookRecord> {
  const playbook = await writing;
  ActivePlaybooks.forget(playbook.record_kind);
  return playbook;
}

async function requireRoom(): Promise<void> {
  if ((await ActivePlaybooks.countActive()) < MAX_ACTIVE) return;
  throw conflict(`At most ${MAX_ACTIVE} playbooks can be active: deactivate another one first`, [
    { field: "is_active", message: "Too many" },
  ]);
}

/** The conditions that only records of one kind can fulfil. */
const kindsByField = {
  stage_id: "opportunity",
  lead_status_id: "lead",
  segment_id: "customer",
  contact_list_id: "contact",
} as const satisfies Partial<Record<keyof PlaybookFields, string>>;

/** Checks what a schema cannot. Values and fields that were chosen before stay valid. */
async function validatePlaybook<T extends PlaybookFields>(
  next: T,
  current?: PlaybookRecord,
): Promise<T & Pick<PlaybookRecord, "steps" | "active_kind">> {
  if (current && next.record_kind !== current.record_kind)
    throw invalid("record_kind", "The kind cannot be changed: create another playbook");
  const details: ErrorDetail[] = [];
  for (const [field, kind] of Object.entries(kindsByField))
    if (next[field as keyof typeof kindsByField] && next.record_kind !== kind)
      details.push({ field, message: `Only a playbook for records of kind ${kind} can have it` });
  const collection = await loadCollectionByName(next.record_kind);
  const { steps: _steps, ...rest } = fields;
  const resolved = await collectDetails(details, Master.resolveAll(rest, next, current), next);
  const where =
    next.where && JSON.stringify(next.where) !== JSON.stringify(current?.where)
      ? await collectDetails(details, validateWhere(collection, next.where), next.where)
      : next.where;
  const steps = await validateSteps(details, next, collection, current);
  if (details.length > 0) throw invalidAll(details);
  if (next.is_active && !current?.is_active) await requireRoom();
  return { ...resolved, where, steps, active_kind: next.is_active ? next.record_kind : null };
}

async function validateSteps(
  details: ErrorDetail[],
  { steps, record_kind }: PlaybookFields,
  collection: Collection<BaseRecord>,
  current: PlaybookRecord | undefined,
): Promise<Step[]> {
  const currentSteps = current?.steps ?? [];
  const ids = matchStepIds(steps, currentSteps);
  const fieldNames = await listFieldNames(record_kind, collection);
  const knownFields = new Set([...fieldNames, ...currentSteps.flatMap(({ required_fields }) => required_fields)]);
  return Promise.all(
    steps.map(async (input, index): Promise<Step> => {
      const path = `steps[${index}]`;
      const step = toStoredFields(stepFields, input);
      const id = ids[index] ?? newId(PLAYBOOK_STEP);
      if (ids.indexOf(ids[index] ?? "") !== index && ids[index])
        details.push({ field: `${path}.id`, message: "Each step can be listed only once" });
      if (input.id && !currentSteps.some((present) => present.id === input.id))
        details.push({ field: `${path}.id`, message: "The playbook has no step with this id: leave it empty for a new step" });
      for (const [place, field] of step.required_fields.entries())
        if (!knownFields.has(field))
          details.push({ field: `${path}.required_fields[${place}]`, message: `Must be a field of the kind ${record_kind}` });
      const present = currentSteps.find((other) => other.id === id)?.task;
      return { ...step, id, task: step.task ? await resolveTask(details, step.task, present, `${path}.task`) : null };
    }),
  );
}

type Task = NonNullable<Step["task"]>;

/** Resolves the type of a task to its id. */
async function resolveTask(
  details: ErrorDetail[],
  input: StoredFields<typeof taskFields>,
  present: Task | null | undefined,
  path: string,
): Promise<Task> {
  const task = toStoredFields(taskFields, input);
  try {
    return await Master.resolveAll(taskFields, task, present ?? undefined);
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR")) throw error;
    details.push(...error.details.map(({ field, message }) => ({ field: `${path}.${field}`, message })));
    return task;
  }
}

/** Lists the fields of a kind that a step can require, custom fields included. */
async function listFieldNames(kind: string, { definition }: Collection<BaseRecord>): Promise<string[]> {
  const hidden = new Set<string>([
    ...((definition.internal ?? []) as readonly string[]),
    ...((definition.secret ?? []) as readonly string[]),
    ...(definition.sealed ? [definition.sealed as string] : []),
    "custom_fields",
  ]);
  const names = Object.keys(definition.schema.shape).filter((name) => !hidden.has(name));
  if (definition.customFields === undefined) return names;
  const definitions = await listDefinitions(kind);
  return [...names, ...definitions.filter(isInUse).map(({ field_name }) => `custom_fields.${field_name}`)];
}

export * as Playbook from "./playbook.ts";
