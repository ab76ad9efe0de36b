import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { hasRole, useActor, useActorId, useContext } from "../../kernel/context.ts";
import { forbidden, invalid, invalidAll, notFound, ruleViolation } from "../../kernel/error.ts";
import { fn, parseStored } from "../../kernel/fn.ts";
import { IdInput, instant, oneOf, patchSchema, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { Directory } from "../../platform/user/directory.ts";
import { Counter } from "../../storage/read/counter.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Job } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { Definition, definitionFields } from "./definition.ts";
import { findDefinitionProblems, loadWorkflowKind } from "./definition-check.ts";
import { dryRunRecord } from "./dry-run.ts";
import { dryRunDays } from "./dry-run-period.ts";
import { Enrollments, enrollmentStatuses, Stored as StoredEnrollment, workflowScope } from "./enrollment.entity.ts";
import { enroll } from "./enrollment-start.ts";
import { countExisting } from "./existing-count.ts";
import { readPins } from "./pins.ts";
import { requireApprover, runsAsSystem, settleRunAs, withdrawSystem } from "./run-rights.ts";
import { findRun } from "./schedule.ts";
import { runEnrollment } from "./step-runner.ts";
import { TrialEnrollment } from "./trial.ts";
import { buildVersionId, loadVersion } from "./version.ts";
import { buildWalk, type WalkStep } from "./walk-queue.rules.ts";
import { compileWatches } from "./watch-compiler.ts";
import { putWatches, readLastingWatches } from "./watch-index.ts";
import { addAddress } from "./webhook-address.ts";
import {
  fields,
  isManagedByRecord,
  Stored,
  StoredVersion,
  statuses,
  type WorkflowRecord,
  Workflows,
  WorkflowVersions,
} from "./workflow.entity.ts";
import { WORKFLOW_ENROLLMENT } from "./workflow.kind.ts";

/** Workflows: what happens when a record is created or changed, at a date, or when a user asks (docs/engagement/workflows.md). */

export const Info = Stored.omit({ webhook_token: true, walk: true, turn: true, attention_at: true });
export const Row = rowSchema(Info, Workflows.definition.row);
export const VersionInfo = StoredVersion.omit({ pins: true });
export const Create = z.strictObject(fields);
export const Update = patchSchema(fields).extend(IdInput.shape);

export const list = fn(listSchema(Workflows, { status: oneOf(statuses).optional(), kind: text(64).optional() }), (input) =>
  listRecords(Workflows, buildListQuery(Workflows, input)),
);

export const get = fn(IdInput, ({ id }) => Records.read(Workflows, id));

export const create = fn(Create, async (input) => {
  requireSystemRight(input);
  const owner_id = await requireOwner(input.owner_id, undefined);
  const record = Records.init(Workflows, {
    ...toStoredFields(fields, input),
    owner_id,
    status: "DRAFT",
    managed_by: null,
    published_version: null,
    published_at: null,
    published_by: null,
    is_changed: true,
    paused_at: null,
    pause_reason: null,
    pause_message: null,
    next_run_at: null,
    published_run_as: null,
    ...unwithdrawn,
    webhook_token: null,
    webhook_set_at: null,
    walk: null,
    turn: 0,
    attention_at: null,
  });
  await requireSound(record);
  return transaction().create(Workflows, record).commit(record);
});

/**
 * Changes the draft. Enrollments follow the published version until the draft is published. A workflow that runs as the system does so no more once a
 * user who is no ADMIN has changed what it does or who owns it.
 */
export const update = fn(Update, ({ id, ...patch }) => {
  requireSystemRight(patch);
  return Records.change(Workflows, id, async (stored) => {
    requireUnmanaged(stored);
    const current = await settleRunAs(stored);
    const next = { ...current, ...toStoredPatch(fields, patch) };
    if (next.kind !== current.kind && current.published_version !== null)
      throw invalid("kind", "The kind of a published workflow cannot be changed: create another workflow");
    if (next.owner_id !== current.owner_id) next.owner_id = await requireOwner(next.owner_id, current.owner_id);
    await requireSound(next);
    const isOther = !isDeepStrictEqual(toDefinition(next), toDefinition(current));
    const changed = { ...next, is_changed: current.is_changed || isOther };
    const isTrusted = hasRole("ADMIN") || !(isOther || next.owner_id !== current.owner_id);
    return isTrusted ? changed : withdrawSystem(changed);
  });
});

/** Steps of a workflow that runs as the system may do everything in the tenant. */
function requireSystemRight({ run_as }: { readonly run_as?: Definition["run_as"] | null | undefined }): void {
  if (run_as !== "system" || hasRole("ADMIN")) return;
  throw forbidden("Only an ADMIN can let a workflow run as the system", [
    { field: "run_as", message: 'Must be "owner", or left out, for a caller who is no ADMIN' },
  ]);
}

export const remove = fn(IdInput, ({ id }) =>
  Records.remove(Workflows, id, (current, tx) => {
    requireUnmanaged(current);
    requireApprover(current, "remove");
    putWatches(tx, current.kind, id, []);
    return { ...current, status: current.status === "ACTIVE" ? "PAUSED" : current.status, next_run_at: null };
  }),
);

/** A workflow that a rule or a record manages is changed there. */
function requireUnmanaged({ managed_by }: WorkflowRecord): void {
  if (managed_by !== null) throw ruleViolation(`The workflow is managed by ${managed_by}: change it there`);
}

/** Returns the parts of a workflow that a version keeps. */
const toDefinition = (workflow: WorkflowRecord): Definition =>
  parseStored(
    Definition,
    Object.fromEntries(Object.keys(definitionFields).map((field) => [field, workflow[field as keyof WorkflowRecord]])),
  );

async function requireSound(workflow: WorkflowRecord): Promise<void> {
  const problems = await findDefinitionProblems(toDefinition(workflow));
  if (problems.length > 0) throw invalidAll(problems.slice(0, 50));
}

/** Checks the owner: an active user. Only administrators choose a user other than themselves. */
async function requireOwner(owner: string | null | undefined, before: string | null | undefined): Promise<string> {
  const actor = useActor();
  const own = actor.type === "user" ? actor.id : null;
  const chosen = owner ?? before ?? own;
  if (chosen === null) throw invalid("owner_id", "Required for a caller that is no user");
  if (chosen === before) return chosen;
  if (chosen !== own && !hasRole("ADMIN")) throw invalid("owner_id", "Only an ADMIN can choose another user than themselves");
  if (!(await Directory.findActive(chosen))) throw invalid("owner_id", "No active user has this id");
  return chosen;
}

const Publish = IdInput.extend({
  existing: z
    .boolean()
    .optional()
    .describe("Whether records that meet `where` now are enrolled too. Default: as the workflow says"),
  move: oneOf(["stay", "move"])
    .default("stay")
    .describe("Whether records that are inside stay with their version, or move to the step of the same id of the new one"),
});

/** Publishes the draft as the next version. It applies to changes from now on. */
export const publish = fn(Publish, ({ id, existing, move }) =>
  Records.change(Workflows, id, async (current, tx) => {
    requireUnmanaged(current);
    requireApprover(current, "publish");
    if (current.steps.length === 0)
      throw ruleViolation("The workflow has no steps: add one", [{ field: "steps", message: "Must have at least one step" }]);
    const definition = toDefinition(current);
    await requireSound(current);
    const known = await loadWorkflowKind(definition.kind);
    if (!known) throw notFound();
    const number = (current.published_version ?? 0) + 1;
    const published_at = Clock.now();
    tx.create(
      WorkflowVersions,
      Records.init(
        WorkflowVersions,
        {
          ...{ workflow_id: id, number, definition, owner_id: current.owner_id, published_at, published_by: useActorId() },
          pins: await readPins(definition),
        },
        { id: buildVersionId(id, number) },
      ),
    );
    const published = { workflow_id: id, version: number, from: published_at };
    const watches = await compileWatches(known.collection, definition, published);
    putWatches(tx, definition.kind, id, [...watches, ...(await readLastingWatches(definition.kind, id))]);
    const enrollsExisting = existing ?? definition.enrollment.existing;
    const purposes = [
      ...(move === "move" ? ["move" as const] : []),
      ...(current.status === "PAUSED" ? ["resume" as const] : []),
      ...(definition.trigger.on === "date" ? ["date" as const] : enrollsExisting ? ["existing" as const] : []),
    ];
    return {
      ...current,
      status: "ACTIVE" as const,
      published_version: number,
      published_at,
      published_by: useActorId(),
      published_run_as: definition.run_as,
      ...unwithdrawn,
      is_changed: false,
      ...unpaused,
      next_run_at: findRun(definition, published_at),
      ...(definition.trigger.on === "webhook" && current.webhook_token === null ? addAddress(tx, current) : {}),
      ...startWalks(current, purposes, number, published_at),
    };
  }),
);

const unpaused = { paused_at: null, pause_reason: null, pause_message: null };
const unwithdrawn = { system_rights_withdrawn_at: null, system_rights_withdrawn_by: null };

function startWalks(
  { walk, turn }: WorkflowRecord,
  purposes: readonly WalkStep["purpose"][],
  version: number,
  at: string,
): Partial<WorkflowRecord> {
  if (purposes.length === 0) return {};
  const steps = purposes.map((purpose) => ({ purpose, version, at }));
  return { walk: buildWalk(walk, steps), ...Job.requestWorker(turn) };
}

/** Lets no further step run, and enrolls no record, until the workflow is resumed. */
export const pause = fn(IdInput, ({ id }) =>
  Records.change(Workflows, id, (current) => {
    if (isManagedByRecord(current)) requireUnmanaged(current);
    if (current.status !== "ACTIVE") throw ruleViolation(`The workflow is ${current.status}: only an ACTIVE one can be paused`);
    return { ...current, status: "PAUSED" as const, paused_at: Clock.now(), pause_reason: "user" as const, pause_message: null };
  }),
);

const Resume = IdInput.extend({
  overdue: oneOf(["run", "skip"]).default("run").describe("Whether steps that came due meanwhile run now, or are skipped"),
});

export const resume = fn(Resume, ({ id, overdue }) =>
  Records.change(Workflows, id, async (current) => {
    // A record pauses and resumes its workflow with itself.
    if (isManagedByRecord(current)) requireUnmanaged(current);
    if (current.status !== "PAUSED" || current.published_version === null)
      throw ruleViolation(`The workflow is ${current.status}: only a PAUSED one can be resumed`);
    requireApprover(current, "resume");
    const { definition } = await loadVersion(id, current.published_version);
    if (!runsAsSystem(current, definition) && !(await Directory.findActive(current.owner_id ?? "")))
      throw ruleViolation("The owner can no longer sign in: choose another owner first", [
        { field: "owner_id", message: "Must be an active user" },
      ]);
    const now = Clock.now();
    return {
      ...current,
      status: "ACTIVE" as const,
      ...unpaused,
      next_run_at: findRun(definition, now),
      ...startWalks(current, [overdue === "run" ? "resume" : "resume_skip"], current.published_version, now),
    };
  }),
);

const Enroll = IdInput.extend({ record_id: text(64).describe("A record of the kind of the workflow") });

/** Enrolls a record by hand. Where users do not start the workflow, only those do who may publish it: others would decide when its steps run. */
export const enrollRecord = fn(Enroll, async ({ id, record_id }) => {
  const workflow = await Records.read(Workflows, id);
  requireUnmanaged(workflow);
  if (!(await isStartedByUsers(workflow))) requireApprover(workflow, "enroll");
  if (!(await Records.filterVisibleIds([record_id])).has(record_id)) throw invalid("record_id", "No such record");
  const trigger = { name: `manual ${useActorId()}`, at: Clock.now(), checksConditions: true } as const;
  const outcome = await enroll(workflow, record_id, trigger);
  if ("reason" in outcome) throw ruleViolation(outcome.reason);
  await runEnrollment(outcome.enrollment.id);
  return Records.read(Enrollments, outcome.enrollment.id);
});

async function isStartedByUsers({ id, published_version }: WorkflowRecord): Promise<boolean> {
  return published_version !== null && (await loadVersion(id, published_version)).definition.trigger.on === "manual";
}

const MAX_DRY_RUN_DAYS = 30;

const DryRunInput = IdInput.extend({
  record_id: text(64).optional().describe("A record of the kind of the workflow: what would happen to it now"),
  last_days: z
    .number()
    .int()
    .min(1)
    .max(MAX_DRY_RUN_DAYS)
    .optional()
    .describe("The records that would have been enrolled in so many days, and what would have happened to them"),
});

export const DryRun = z.object({
  enrolled: z.array(TrialEnrollment).describe("In order of time"),
  total: z.number().int().describe("Number of enrollments"),
  is_complete: z.boolean().describe("Whether all changes were examined"),
  examined_until: instant().describe("Changes after this instant were not examined"),
  notes: z.array(z.string()).describe("Facts that may have been different at that time"),
});

/** Says what the draft would do with a record now, or would have done in the last days, and does nothing. */
export const dryRun = fn(DryRunInput, async ({ id, record_id, last_days }): Promise<z.output<typeof DryRun>> => {
  const workflow = await Records.read(Workflows, id);
  if ((record_id === undefined) === (last_days === undefined))
    throw invalid("last_days", "Give exactly one of record_id and last_days");
  const definition = toDefinition(workflow);
  if (record_id !== undefined) {
    if (!(await Records.filterVisibleIds([record_id])).has(record_id)) throw invalid("record_id", "No such record");
    await requireSound(workflow);
    const enrolled = [await dryRunRecord(workflow, definition, record_id)];
    const total = enrolled.filter(({ steps }) => steps.length > 0).length;
    return { enrolled, total, is_complete: true, examined_until: Clock.now(), notes: [] };
  }
  if (definition.trigger.on === "manual" || definition.trigger.on === "webhook")
    throw invalid("last_days", "Only for workflows that changes, events, dates or schedules start: give a record_id");
  await requireSound(workflow);
  const known = await loadWorkflowKind(definition.kind);
  if (!known) throw notFound();
  const days = await dryRunDays(workflow, definition, { collection: known.collection, days: last_days ?? 1 });
  return { ...days, total: days.enrolled.length };
});

/** Counts the records that meet the conditions of the draft now: those that a publication with `existing` enrolls. */
export const getExisting = fn(IdInput, async ({ id }) => {
  const workflow = await Records.read(Workflows, id);
  return countExisting(workflow, toDefinition(workflow));
});

export const EnrollmentInfo = StoredEnrollment.omit({ attempts: true, chain: true, change: true, approval_state: true });
export const EnrollmentRow = rowSchema(EnrollmentInfo, Enrollments.definition.row);

const enrollmentFilters = { status: oneOf(enrollmentStatuses).optional() };

export const listEnrollments = fn(listSchema(Enrollments, enrollmentFilters).extend(IdInput.shape), async ({ id, ...input }) => {
  const workflow = await Records.read(Workflows, id);
  const query = buildListQuery(Enrollments, input);
  return listRecords(Enrollments, { ...query, filters: { ...query.filters, workflow: workflow.id } });
});

export const listAllEnrollments = fn(
  listSchema(Enrollments, { ...enrollmentFilters, record: text(64).optional(), workflow: text(64).optional() }),
  (input) => listRecords(Enrollments, buildListQuery(Enrollments, input)),
);

export const getEnrollment = fn(IdInput, ({ id }) => Records.read(Enrollments, id));

export const WorkflowFigures = z.object({
  statuses: z.record(z.string(), z.number().int()).describe("Enrollments by status"),
  steps: z
    .array(
      z.object({
        step_id: z.string(),
        at: z.number().int().describe("Enrollments for which the step is next"),
        done: z.number().int(),
        skipped: z.number().int(),
        failed: z.number().int(),
        timed_out: z.number().int(),
        rejected: z.number().int(),
      }),
    )
    .describe("Steps that some enrollment has reached, by id"),
});

/** Whether the published version runs as the system. */
async function isPublishedAsSystem(workflow: WorkflowRecord): Promise<boolean> {
  const { id, published_version } = workflow;
  return published_version !== null && runsAsSystem(workflow, (await loadVersion(id, published_version)).definition);
}

/** Reads how many enrollments there are at each step, from counters. They include records that the caller may not see. */
export const getFigures = fn(IdInput, async ({ id }): Promise<z.output<typeof WorkflowFigures>> => {
  const workflow = await Records.read(Workflows, id);
  const isOwn = workflow.owner_id === useActorId() && !(await isPublishedAsSystem(workflow));
  if (!isOwn && (await useContext().visibleOwners()) !== "all")
    throw forbidden("Figures of workflows include all records: only the owner and users who can see all records can read them");
  const { scopes } = await Counter.read(WORKFLOW_ENROLLMENT.name, [workflowScope(workflow.id)]);
  const counts = Object.entries(scopes.get(workflowScope(workflow.id)) ?? {}).map(
    ([name, count]) => [name, Number(count)] as const,
  );
  const byName = new Map(counts);
  const steps = new Set(counts.flatMap(([name]) => /^(?:at|DONE|SKIPPED|FAILED|TIMED_OUT|REJECTED):(.+)$/.exec(name)?.[1] ?? []));
  return {
    statuses: Object.fromEntries(
      counts.flatMap(([name, count]) => (name.startsWith("status:") && count > 0 ? [[name.slice("status:".length), count]] : [])),
    ),
    steps: [...steps].sort().map((step_id) => ({
      step_id,
      at: byName.get(`at:${step_id}`) ?? 0,
      done: byName.get(`DONE:${step_id}`) ?? 0,
      skipped: byName.get(`SKIPPED:${step_id}`) ?? 0,
      failed: byName.get(`FAILED:${step_id}`) ?? 0,
      timed_out: byName.get(`TIMED_OUT:${step_id}`) ?? 0,
      rejected: byName.get(`REJECTED:${step_id}`) ?? 0,
    })),
  };
});

export const listVersions = fn(listSchema(WorkflowVersions, {}).extend(IdInput.shape), async ({ id, ...input }) => {
  const workflow = await Records.read(Workflows, id);
  return listRecords(WorkflowVersions, { ...buildListQuery(WorkflowVersions, input), parent: workflow.id });
});

/** The JSON Schema of a definition. */
export const getDefinitionSchema = fn(
  z.strictObject({}),
  async () => z.toJSONSchema(Definition, { io: "input", unrepresentable: "any" }) as Record<string, unknown>,
);

export * as Workflow from "./workflow.ts";
