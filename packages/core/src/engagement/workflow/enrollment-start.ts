import { Clock } from "../../kernel/clock.ts";
import { runIn } from "../../kernel/context.ts";
import { derivedId, isId } from "../../kernel/id.ts";
import { mayProcess } from "../../kernel/processing.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { hasReachedExit, meetsWhere } from "./condition.ts";
import type { Definition } from "./definition.ts";
import { findPersonId, findRecord } from "./enrolled-record.ts";
import { type EnrollmentRecord, Enrollments } from "./enrollment.entity.ts";
import { AlreadyEnrolled, addLock, findLockHolder, readLockValue, rememberRefusal, requireUnrefused } from "./enrollment-lock.ts";
import { takeRun } from "./quota.ts";
import { buildRunContext } from "./run-context.ts";
import { loadVersion } from "./version.ts";
import { isManagedByRecord, type WorkflowRecord } from "./workflow.entity.ts";
import { WORKFLOW_ENROLLMENT } from "./workflow.kind.ts";
import { pauseBySystem } from "./workflow-pause.ts";

/** Enrolls a record in a workflow, once for each trigger, however often the trigger is delivered. */

/** What enrolls a record. The same trigger always gives the same enrollment. */
interface EnrollmentTrigger {
  /** Identifies the trigger: the event, or the run of a schedule. */
  readonly name: string;
  readonly at: string;
  /** The request that caused it: the id of an enrollment, if a step did. */
  readonly request_id?: string;
  /** The version whose watch matched. Default: the published one. */
  readonly version?: number;
  /** The change that matched, with what the manager of the workflow keeps of it. */
  readonly change?: EnrollmentRecord["change"];
  /** When the first step runs, if not at once. */
  readonly due_at?: string;
  /** Whether the conditions of the workflow are asked. Triggers by a change have asked them before. */
  readonly checksConditions?: true;
  /** What the steps may read as outputs. */
  readonly outputs?: EnrollmentRecord["outputs"];
}

/** The result of an enrollment: the record, or why there is none. */
type EnrollmentOutcome = { readonly enrollment: EnrollmentRecord } | { readonly reason: string };

/** The longest chain of workflows that trigger each other. */
const MAX_CHAIN = 8;

export async function enroll(workflow: WorkflowRecord, recordId: string, trigger: EnrollmentTrigger): Promise<EnrollmentOutcome> {
  // A change that was made before the workflow ended may arrive later. What comes after a quota is reached waits for the resumption.
  const isFull = workflow.status === "PAUSED" && workflow.pause_reason === "quota";
  const isOpen = workflow.status === "ACTIVE" || isFull || (workflow.status === "ENDED" && trigger.version !== undefined);
  const number = trigger.version ?? workflow.published_version;
  if (!isOpen || number === null) return { reason: "The workflow is not active" };
  const version = await loadVersion(workflow.id, number);
  const { definition } = version;
  const id = derivedId(WORKFLOW_ENROLLMENT, Date.parse(trigger.at), `${workflow.id}/${recordId}/${trigger.name}`);
  const stored = await Records.load(Enrollments, id);
  if (stored) return { enrollment: stored };
  const context = await buildRunContext(workflow, version, id);
  if (!context) {
    await pauseBySystem(workflow.id, "owner", "The owner can no longer sign in: choose another owner");
    return { reason: "The owner of the workflow can no longer sign in" };
  }
  return runIn(context, async (): Promise<EnrollmentOutcome> => {
    const subject = await findRecord(recordId);
    if (!subject || subject.collection.name !== definition.kind)
      return { reason: "The owner of the workflow sees no such record" };
    // A manager that records the steps records that they were held back.
    const isRecorded = (trigger.change?.facts ?? null) !== null || isManagedByRecord(workflow);
    if (!isRecorded && !(await mayProcess(findPersonId(subject.record), "automate")))
      return { reason: "The person's data are restricted" };
    if (trigger.checksConditions && definition.where && !(await meetsWhere(subject, definition.where, "where")))
      return { reason: "The record does not meet the conditions" };
    const hasLeft = await hasReachedExit(definition, subject);
    // A change whose event is late has enrolled the record, which has left since: so the same event decides the same when it comes again.
    if (hasLeft && trigger.version === undefined) return { reason: "The exit conditions hold" };
    const chain = await readChain(trigger.request_id);
    const ended = findEnd(hasLeft, findLoop(chain, workflow.id, subject.record.id));
    // A rule decides about each record of its kind, so it has no quota.
    const hasQuota = workflow.managed_by === null;
    const isHeld = ended === undefined && (isFull || (hasQuota && !(await takeRun(workflow))));
    const next = buildEnrollment({ id, workflow, number, definition, subject, trigger, chain, ended, isHeld });
    const tx = transaction().create(Enrollments, next, () => new WriteConflict(`${id} exists already`));
    const { repeat } = definition.enrollment;
    if (repeat !== "every_time" && !ended) {
      const per = readLockValue(definition, subject.record);
      addLock(tx, { workflow: workflow.id, record: subject.record.id, enrollment: id, per });
    }
    if (repeat === "once_at_a_time") requireUnrefused(tx, workflow.id, subject.record.id, id);
    try {
      await tx.commit(undefined);
    } catch (error) {
      if (error instanceof AlreadyEnrolled) return followHolder(workflow.id, subject.record.id, id, repeat);
      if (!(error instanceof WriteConflict)) throw error;
    }
    if (ended?.status === "STOPPED") await pauseBySystem(workflow.id, "loop", ended.reason ?? "");
    return { enrollment: next };
  });
}

/** Returns how an enrollment ends at once: because its record has left meanwhile, or because a loop led to it. */
function findEnd(hasLeft: boolean, loop: string | undefined): NewEnrollment["ended"] {
  if (hasLeft) return { status: "EXITED", reason: "The exit conditions hold" };
  return loop === undefined ? undefined : { status: "STOPPED", reason: loop };
}

/** A record that is enrolled already is not enrolled again, unless this trigger did it. */
async function followHolder(
  workflow: string,
  record: string,
  id: string,
  repeat: Definition["enrollment"]["repeat"],
): Promise<EnrollmentOutcome> {
  const holder = await findLockHolder(workflow, record);
  const stored = holder === id ? await Records.load(Enrollments, id) : undefined;
  if (stored) return { enrollment: stored };
  if (repeat === "once_at_a_time") await rememberRefusal(workflow, record, id);
  return { reason: "The record is, or was, in the workflow already" };
}

interface NewEnrollment {
  readonly id: string;
  readonly workflow: WorkflowRecord;
  readonly number: number;
  readonly definition: Definition;
  readonly subject: NonNullable<Awaited<ReturnType<typeof findRecord>>>;
  readonly trigger: EnrollmentTrigger;
  readonly chain: readonly ChainLink[];
  /** How it ends at once, if it does. */
  readonly ended: Pick<EnrollmentRecord, "status" | "reason"> | undefined;
  readonly isHeld: boolean;
}

function buildEnrollment(given: NewEnrollment): EnrollmentRecord {
  const { id, workflow, number, definition, subject, trigger, chain, ended, isHeld } = given;
  const isPlanned = trigger.due_at !== undefined && trigger.due_at > Clock.now();
  const status = ended?.status ?? (isHeld ? "HELD" : isPlanned ? "PLANNED" : "ACTIVE");
  const now = Clock.now();
  return Records.init(
    Enrollments,
    {
      workflow_id: workflow.id,
      workflow_version: number,
      record_kind: subject.collection.name,
      record_id: subject.record.id,
      status,
      step_id: ended ? null : (definition.steps[0]?.id ?? null),
      step_due_at: status === "ACTIVE" || status === "PLANNED" ? (trigger.due_at ?? now) : null,
      waiting: null,
      approval_state: null,
      attempts: 0,
      results: [],
      outputs: trigger.outputs ?? {},
      chain: chain.map(formatLink),
      change: trigger.change ?? null,
      triggered_by: trigger.name,
      started_at: now,
      ended_at: ended ? now : null,
      reason: ended?.reason ?? (isHeld ? "The workflow has reached its quota" : null),
    },
    { id },
  );
}

/** A workflow and a record in the chain of changes that led to a trigger. */
interface ChainLink {
  readonly workflow: string;
  readonly record: string;
}

const formatLink = ({ workflow, record }: ChainLink): string => `${workflow}/${record}`;

function parseLink(link: string): ChainLink {
  const [workflow = "", record = ""] = link.split("/");
  return { workflow, record };
}

/** Reads the chain of a change: that of the enrollment whose step made it, and this enrollment. */
async function readChain(request: string | undefined): Promise<ChainLink[]> {
  if (request === undefined || !isId(request, WORKFLOW_ENROLLMENT)) return [];
  const cause = await Records.load(Enrollments, request);
  return cause ? [...cause.chain.map(parseLink), { workflow: cause.workflow_id, record: cause.record_id }] : [];
}

/** Returns why a chain must not go on; undefined if it may. */
function findLoop(chain: readonly ChainLink[], workflow: string, record: string): string | undefined {
  if (chain.some((link) => link.workflow === workflow && link.record === record))
    return "A loop: a step of this workflow led to the change that triggered it again for the same record";
  return chain.length >= MAX_CHAIN ? `A chain of more than ${MAX_CHAIN} workflows triggered each other` : undefined;
}
