import { Clock } from "../../kernel/clock.ts";
import { useContext } from "../../kernel/context.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { listKeysAfter, queryPartitions } from "../../storage/read/partition-query.ts";
import { WhereClauses } from "../../storage/read/where-clause.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { createWorker } from "../../storage/scheduler/job-worker.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { findKind, loadCollection } from "../../storage/table/collection-registry.ts";
import { splitIntoChunks } from "../../storage/table/database.ts";
import { Job, type JobLease } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { meetsConditions, resolveConditions } from "./condition.ts";
import { planByDate } from "./date-plan.ts";
import type { Definition } from "./definition.ts";
import { type EnrollmentRecord, type EnrollmentStatus, Enrollments, openStatuses } from "./enrollment.entity.ts";
import { listLocked } from "./enrollment-lock.ts";
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
  for (let after = lease.state?.after; ; ) {
    const ids = await page.read(after);
    for (const chunk of splitIntoChunks(ids, CONCURRENCY)) await Promise.all(chunk.map(page.work));
    after = ids.at(-1);
    if (ids.length < CHUNK_SIZE) break;
    lease = await Job.saveProgress(workflow.id, lease, { purpose, after });
    if (performance.now() >= until) return walker.requestNextSlice(workflow.id);
  }
  await walker.change(workflow.id, ({ walk: current, turn }) => {
    if (!current || nameWalk(current) !== purpose) return {};
    const next = findNextWalk(current);
    return next ? { walk: next, ...Job.requestWorker(turn) } : { walk: null, attention_at: null };
  });
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
        await releaseEnrollment(id, walk.purpose === "resume_skip");
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
  const partitions = collection.allPartitions("live");
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
      const isEnrolling = walk.purpose !== "date" && isLockInRow;
      for (const id of isEnrolling ? await listLocked(workflow.id, definition, candidates) : []) rejected.add(id);
      return ids;
    },
    work: async (id) => {
      if (walk.purpose === "date") return planByDate(workflow, definition, id, walk.at);
      if (rejected.has(id)) return;
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
  return { read: (after) => listKeysAfter(Enrollments, partitions, { order: "asc", after, most: CHUNK_SIZE }), work };
}

/** Lets a held enrollment continue: with the step that came due, or with the one after it. */
const releaseEnrollment = (id: string, skips: boolean): Promise<void> =>
  retryOnConflict(async () => {
    const current = await Records.load(Enrollments, id, { live: true });
    if (current?.status !== "HELD") return;
    const { definition } = await loadVersion(current.workflow_id, current.workflow_version);
    const next = Records.nextVersion(current, {
      ...current,
      ...(skips ? skipStep(definition, current) : {}),
      status: "ACTIVE",
      step_due_at: Clock.now(),
      reason: null,
    });
    await transaction().replace(Enrollments, current, next).commit(undefined);
  });

function skipStep(definition: Definition, { step_id, results }: EnrollmentRecord): Partial<EnrollmentRecord> {
  const step = step_id === null ? undefined : findStep(definition.steps, step_id);
  if (!step) return {};
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
