import * as z from "zod";
import { APPROVAL } from "../../agreements/approval/approval.kind.ts";
import { aboutPerson, personalData, reachAny } from "../../kernel/personal-data.ts";
import { anyId, id, instant, oneOf } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, type CounterSums, indexBy } from "../../storage/table/collection.ts";
import { WORKFLOW, WORKFLOW_ENROLLMENT } from "./workflow.kind.ts";

export const enrollmentStatuses = ["PLANNED", "ACTIVE", "WAITING", "HELD", "COMPLETED", "EXITED", "STOPPED", "FAILED"] as const;
export type EnrollmentStatus = (typeof enrollmentStatuses)[number];

export const stepResults = ["DONE", "SKIPPED", "FAILED", "TIMED_OUT", "REJECTED"] as const;

/** What a step did. */
export const StepResult = z.object({
  step_id: personalData("none", z.string()),
  do: personalData("none", z.string()),
  result: oneOf(stepResults),
  at: personalData("none", instant()),
  reason: z.string().nullable().describe("Why it failed or was skipped, or which way was taken"),
  record_id: personalData("reference", anyId().nullable().describe("The record that the step wrote")),
});
export type StepResult = z.output<typeof StepResult>;

/** One record in one version of a workflow. */
export const Stored = z.object({
  workflow_id: personalData("none", id(WORKFLOW)),
  workflow_version: z.number().int(),
  record_kind: personalData("none", z.string()),
  record_id: personalData("reference", anyId()),
  status: oneOf(enrollmentStatuses),
  step_id: personalData("none", z.string().nullable().describe("The step that runs next, or waits")),
  step_due_at: personalData("none", instant().nullable()),
  waiting: personalData(
    "none",
    z
      .object({
        step_id: z.string(),
        since: instant(),
        until: instant().nullable(),
        approval_id: id(APPROVAL).optional(),
        approval_round: z.number().int().optional(),
      })
      .nullable()
      .describe("The wait that is under way"),
  ),
  approval_state: personalData(
    "none",
    z
      .record(z.string(), z.string())
      .nullable()
      .describe("The fields of the record about which an approver is asked, as they were then (approval-state.ts)"),
  ),
  attempts: z.number().int().describe("Attempts of the next step that failed for a reason that may pass"),
  results: z.array(StepResult).describe("Results of the steps, in their order"),
  outputs: z.record(z.string(), z.json()).describe("Answers that steps have saved, and created records, by step"),
  chain: personalData("none", z.array(z.string()).describe("The workflows whose changes led here, the first one first")),
  change: z
    .object({
      version: z.number().int(),
      at: personalData("none", instant()),
      actor_id: personalData("staff", z.string()),
      request_id: personalData("none", z.string()),
      facts: personalData("none", z.json().describe("Facts of the change that the manager of the workflow keeps")),
    })
    .nullable()
    .describe("The change that enrolled the record"),
  triggered_by: personalData("none", z.string().nullable().describe("The event or the user")),
  started_at: personalData("none", instant()),
  ended_at: personalData("none", instant().nullable()),
  reason: z.string().nullable().describe("Why it ended or is held"),
});

export type EnrollmentRecord = z.output<typeof Stored> & BaseRecord;

/** The statuses in which steps may still run. */
export const openStatuses: readonly EnrollmentStatus[] = ["PLANNED", "ACTIVE", "WAITING", "HELD"];

export const isRunning = ({ status }: Pick<EnrollmentRecord, "status">): boolean => openStatuses.includes(status);

export const workflowScope = (workflow: string): string => `workflow:${workflow}`;

/** Counts the enrollments of a workflow by status and by what their steps did. */
function buildSums({ workflow_id, status, results, step_id, deleted_at }: EnrollmentRecord): CounterSums {
  if (deleted_at) return { scopes: [], counts: {} };
  const counts: Record<string, number> = { [`status:${status}`]: 1 };
  if (step_id !== null && isRunning({ status })) counts[`at:${step_id}`] = 1;
  for (const { step_id: step, result } of results) counts[`${result}:${step}`] = (counts[`${result}:${step}`] ?? 0) + 1;
  return { scopes: [workflowScope(workflow_id)], counts };
}

export const Enrollments = new Collection<EnrollmentRecord>({
  kind: WORKFLOW_ENROLLMENT,
  schema: Stored,
  personalData: {
    purpose: "Record what a workflow did with a record, and what it does next.",
    subject: aboutPerson(reachAny("record_id")),
  },
  row: [
    "workflow_id",
    "workflow_version",
    "record_kind",
    "record_id",
    "status",
    "step_id",
    "step_due_at",
    "started_at",
    "ended_at",
    "reason",
  ],
  indexes: {
    by_time: indexBy(),
    by_related: indexBy("record_id"),
    by_class: indexBy("workflow_id", { splitBy: { field: "status", values: enrollmentStatuses } }),
  },
  visibleWith: "record_id",
  visibleWithPrivate: true,
  filters: {
    record: { index: "by_related", field: "record_id", hasOwnCounters: true },
    workflow: { index: "by_class", field: "workflow_id", hasOwnCounters: true },
    status: { field: "status" },
  },
  sums: buildSums,
  events: {
    approval_over: (after, before) =>
      before?.waiting?.approval_id !== undefined && after.waiting?.approval_id !== before.waiting.approval_id,
  },
  clocks: { step: ({ step_due_at }) => step_due_at },
  bulkClocks: ["step"],
  internal: ["attempts", "chain", "change", "approval_state"],
  missingValues: { approval_state: null },
  progress: ["status", "step_id", "step_due_at", "waiting", "approval_state", "results", "outputs", "ended_at", "reason"],
});

/** An enrollment with the change that caused it. */
export type ManagedEnrollment = EnrollmentRecord & { readonly change: NonNullable<EnrollmentRecord["change"]> };

/** Whether the enrollment came from a change that its manager records. */
export const isManaged = (enrollment: EnrollmentRecord): enrollment is ManagedEnrollment =>
  enrollment.change !== null && enrollment.change.facts !== null;
