import { Clock } from "../../kernel/clock.ts";
import { useContext } from "../../kernel/context.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import type { Partition } from "../../storage/read/list-query.ts";
import { listKeysAfter, queryPartitions } from "../../storage/read/partition-query.ts";
import { WhereClauses } from "../../storage/read/where-clause.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { createWorker } from "../../storage/scheduler/job-worker.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { findKind, loadCollection } from "../../storage/table/collection-registry.ts";
import { splitIntoChunks } from "../../storage/table/database.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { References } from "../../storage/write/references.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { meetsConditions, resolveConditions } from "./condition.ts";
import { planByDate } from "./date-plan.ts";
import type { Definition } from "./definition.ts";
import { type EnrollmentRecord, type EnrollmentStatus, Enrollments, isRunning, openStatuses } from "./enrollment.entity.ts";
import { findLockHolder, listLocked } from "./enrollment-lock.ts";
import { enroll } from "./enrollment-start.ts";
import { findRun } from "./schedule.ts";
import { runEnrollment } from "./step-runner.ts";
import { findNext, findStep } from "./step-tree.rules.ts";
import { loadVersion } from "./version.ts";
import { moveToVersion } from "./version-move.ts";
import { buildWalk, findNextWalk, nameWalk, type Walk } from "./walk-queue.rules.ts";
import { isWalking, type WorkflowRecord, Workflows } from "./workflow.entity.ts";

/**
 * Goes over many records for a workflow, in slices: those that meet its conditions when it is published or when its schedule runs, and the
 * enrollments that are held when it is resumed. A slice that is killed continues at its progress, and each record is enrolled once.
 */

interface Progress {
  purpose: string;
  after: string | undefined;
  /** When the second pass of a refresh begins; undefined in its first pass. */
  second_at?: string;
}

const CHUNK_SIZE = 100;
const CONCURRENCY = 10;

const walker = createWorker<WorkflowRecord, Progress>({
  name: "workflows",
  collection: Workflows,
  isOpen: isWalking,
  sliceMs: 10_000,
  // The work runs as the system; each enrollment runs with the rights of the workflow's owner.
  contextFor: async () => useContext(),
  work: (workflow, lease, until) => Tenant.runWithSettings(() => runSlice(workflow, lease, until)),
  onFailed: ({ id }): Promise<void> => walker.retryLater(id, { purpose: "", after: undefined }, Job.INDEX_LAG_SECONDS),
});

export const onContinueRequested = (event: DomainEvent): Promise<void> => walker.onContinueRequested(event);

async function runSlice(workflow: WorkflowRecord, from: JobLease<Progress>, until: number): Promise<void> {
  const { walk } = workflow;
  if (!walk) return;
  const purpose = nameWalk(walk);
  let lease = from;
  if (lease.state?.purpose !== purpose) lease = await Job.saveProgress(workflow.id, lease, { purpose, after: undefined });
  const { definition } = await loadVersion(workflow.id, walk.version);
  const page = await findPages(workflow, definition, walk);
  const second_at = lease.state?.second_at;
  if (second_at !== undefined && second_at > Clock.now()) return;
  const pass = { purpose, ...(second_at === undefined ? {} : { second_at }) };
  for (let after = lease.state?.after; ; ) {
    const ids = await page.read(after);
    for (const chunk of splitIntoChunks(ids, CONCURRENCY)) await Promise.all(chunk.map(page.work));
    after = ids.at(-1);
    if (ids.length < CHUNK_SIZE) break;
    lease = await Job.saveProgress(workflow.id, lease, { ...pass, after });
    if (performance.now() >= until) return walker.requestNextSlice(workflow.id);
  }
  if (walk.purpose === "refresh" && second_at === undefined) return requestSecondPass(workflow.id, lease, purpose);
  await walker.change(workflow.id, ({ walk: current, turn }) => {
    if (!current || nameWalk(current) !== purpose) return {};
    const next = findNextWalk(current);
    return next ? { walk: next, ...Job.requestWorker(turn) } : { walk: null, attention_at: null };
  });
}

/** The second pass finds records that the index did not show yet. */
async function requestSecondPass(id: string, lease: JobLease<Progress>, purpose: string): Promise<void> {
  const second_at = Clock.addSeconds(Job.INDEX_LAG_SECONDS);
  await Job.saveProgress(id, lease, { purpose, after: undefined, second_at });
  await walker.change(id, () => ({ attention_at: second_at }));
}

/** The records of a walk: how a page is read, and what is done with each. */
interface Pages {
  readonly read: (after: string | undefined) => Promise<readonly string[]>;
  readonly work: (id: string) => Promise<void>;
}

async function findPages(workflow: WorkflowRecord, definition: Definition, walk: Walk): Promise<Pages> {
  switch (walk.purpose) {
    case "move":
      return enrollmentPage(workflow, openStatuses, (id) => moveToVersion(id, walk.version));
    case "resume":
    case "resume_skip":
      return enrollmentPage(workflow, ["HELD"], async (id) => {
        await releaseEnrollment(id, { skips: walk.purpose === "resume_skip" });
        await runEnrollment(id);
      });
    default:
      return recordPage(workflow, definition, walk);
  }
}

async function recordPage(workflow: WorkflowRecord, definition: Definition, walk: Walk): Promise<Pages> {
  const kind = findKind(definition.kind);
  if (!kind) throw new Error(`${definition.kind} is no kind`);
  const collection = await loadCollection(kind);
  const condition = definition.where ? await resolveConditions(collection, definition.where, "where") : undefined;
  const partitions = findPartitions(collection, definition);
  // Rows of lists have most fields of conditions. Then only the records that meet them are read.
  const rowCondition =
    condition && WhereClauses.listFields(condition).every((field) => collection.row.has(field)) ? condition : undefined;
  const { per } = definition.enrollment;
  const isLockInRow = per === undefined || collection.row.has(per);
  const rejected = new Set<string>();
  return {
    read: async (after) => {
      const ids: string[] = [];
      rejected.clear();
      const candidates: BaseRecord[] = [];
      const reading = { order: "asc", after, chunk: CHUNK_SIZE, isUnverified: true } as const;
      for await (const row of queryPartitions(collection, partitions, reading)) {
        const record = collection.fromRow(row);
        if (rowCondition && !WhereClauses.matchesExpression(record, rowCondition)) rejected.add(row.key);
        else candidates.push(record);
        if (ids.push(row.key) === CHUNK_SIZE) break;
      }
      const isEnrolling = walk.purpose !== "date" && walk.purpose !== "refresh" && isLockInRow;
      for (const id of isEnrolling ? await listLocked(workflow.id, definition, candidates) : []) rejected.add(id);
      return ids;
    },
    work: async (id) => {
      if (walk.purpose === "date") return planByDate(workflow, definition, id, walk.at);
      if (rejected.has(id)) return;
      if (walk.purpose === "refresh" && (await refreshEnrollment(workflow.id, id, walk.version))) return;
      const record = await Records.load(collection, id, { live: true });
      if (!record || !(await meetsConditions(collection, record, condition))) return;
      if (!isLockInRow && (await listLocked(workflow.id, definition, [record])).length > 0) return;
      const outcome = await enroll(workflow, id, { name: `${walk.purpose} ${walk.version}`, at: walk.at });
      if ("enrollment" in outcome) await runEnrollment(outcome.enrollment.id);
    },
  };
}

/** The enrollments of a workflow in some statuses. */
function enrollmentPage(
  { id: workflow_id }: WorkflowRecord,
  statuses: readonly EnrollmentStatus[],
  work: (id: string) => Promise<void>,
): Pages {
  const partitions = statuses.map((status) => ({ index: "by_class" as const, facets: { workflow_id, status, life: "live" } }));
  return { read: (after) => listKeysAfter(Enrollments, partitions, { order: "asc", after, limit: CHUNK_SIZE }), work };
}

/** Returns the partitions with the records that may meet the conditions: those of a related record that they name, or all. */
function findPartitions(collection: Collection<BaseRecord>, { where }: Definition): readonly Partition[] {
  const field = collection.definition.indexes.by_related?.field;
  const related = field === undefined ? undefined : where?.[field];
  return field !== undefined && typeof related === "string"
    ? References.fieldPartitions(collection, field, [related])
    : collection.allPartitions("live");
}

/**
 * Lets the enrollment of a record continue in a version, if it is held, failed or in an earlier one. Returns whether the record is in the workflow.
 * An enrollment whose step the version does not have any more is completed.
 */
async function refreshEnrollment(workflow: string, record: string, version: number): Promise<boolean> {
  const holder = await findLockHolder(workflow, record);
  const enrollment = holder === undefined ? undefined : await Records.load(Enrollments, holder, { live: true });
  if (!enrollment || !(isRunning(enrollment) || enrollment.status === "FAILED")) return false;
  if (!isReleased(enrollment, version)) return true;
  await releaseEnrollment(enrollment.id, { version });
  await runEnrollment(enrollment.id);
  return true;
}

/** Whether an enrollment continues with a version: a version of 0 lets only those continue that are held. */
const isReleased = (enrollment: EnrollmentRecord, version: number): boolean =>
  enrollment.status === "HELD" ||
  (version > 0 && enrollment.status === "FAILED") ||
  (isRunning(enrollment) && enrollment.workflow_version < version);

/** Lets a held enrollment continue: with the step that came due, or with the one after it, and in a later version if one is named. */
const releaseEnrollment = (id: string, { skips = false, version = 0 }): Promise<void> =>
  retryOnConflict(async () => {
    const current = await Records.load(Enrollments, id, { live: true });
    if (!current || !isReleased(current, version)) return;
    const { definition } = await loadVersion(current.workflow_id, current.workflow_version);
    const next = Records.nextVersion(current, {
      ...current,
      ...(skips ? skipStep(definition, current) : {}),
      workflow_version: Math.max(version, current.workflow_version),
      status: "ACTIVE",
      step_due_at: Clock.now(),
      attempts: 0,
      ended_at: null,
      reason: null,
    });
    await transaction().replace(Enrollments, current, next).commit(undefined);
  });

function skipStep(definition: Definition, { step_id, results }: EnrollmentRecord): Partial<EnrollmentRecord> {
  const step = step_id === null ? undefined : findStep(definition.steps, step_id);
  // A record that needs an approval does not go on without one.
  if (!step || step.do === "approval") return {};
  const skipped = {
    step_id: step.id,
    do: step.do,
    result: "SKIPPED" as const,
    at: Clock.now(),
    reason: "The step came due while the workflow was paused",
    record_id: null,
  };
  return { results: [...results, skipped], step_id: findNext(definition.steps, step.id), waiting: null };
}

/** Handles `workflow.run_due`: starts the walk of a schedule. A run that comes while another walk is under way is left out. */
export const onRunDue = createClockListener((id, due_at) =>
  Tenant.runWithSettings(() =>
    Clocks.runDue(Workflows, id, "run", due_at, async (current): Promise<WorkflowRecord> => {
      if (current.published_version === null) return { ...current, next_run_at: null };
      const { definition } = await loadVersion(id, current.published_version);
      const next_run_at = findRun(definition, Clock.now());
      if (current.walk) return { ...current, next_run_at };
      const walk = buildWalk(null, [{ purpose: "schedule", version: current.published_version, at: due_at }]);
      return { ...current, next_run_at, walk, ...Job.requestWorker(current.turn) };
    }),
  ),
);
