import * as z from "zod";
import { actor } from "../../kernel/actor.ts";
import { aboutPerson, personalData, reachAny } from "../../kernel/personal-data.ts";
import { registryName } from "../../kernel/registry.ts";
import { anyId, id, instant, oneOf, text } from "../../kernel/schema.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { changedTo } from "../../storage/table/event-filter.ts";
import { APPROVAL } from "./approval.kind.ts";
import { approvalStatuses, approverKinds } from "./approver.rules.ts";
import { DecisionFigures } from "./decision-figures.ts";
import { reachedConditions } from "./level-condition.ts";

export const handoverReasons = ["DELEGATED", "AWAY", "GONE", "OWNER", "ESCALATED", "UNSEEN"] as const;

const publicFields = {
  subject_type: personalData("none", registryName("approvables").describe("Kind of the record to be approved")),
  subject_id: personalData("reference", anyId()),
  round: z.number().int().describe("Number of the submission of the record"),
  place: z.number().int().describe("Position in the order of the approvers, from 1"),
  of: z.number().int().describe("Number of approvers in the round"),
  side_by_side: z.boolean().describe("true: all approvers are asked at the same time; false: one after another"),
  title: z.string(),
  level: personalData("none", z.string()),
  reasons: z.array(z.string()).describe("Why approval is needed"),
  conditions: reachedConditions(),
  role: oneOf(approverKinds).describe("Required role of the approver"),
  approver_id: id(USER),
  asked_id: id(USER).nullable().describe("The approver, once they are asked; null before"),
  stands_for_id: id(USER).nullable().describe("The previous approver"),
  stands_because: oneOf(handoverReasons).nullable(),
  requested_by: actor(),
  status: oneOf(approvalStatuses),
  asked_at: personalData("none", instant().nullable().describe("null: earlier approvers have not decided yet")),
  due_at: personalData("none", instant().nullable().describe("When the approval expires")),
  reminded_at: personalData("none", instant().nullable()),
  escalated_at: personalData("none", instant().nullable()),
  decided_at: personalData("none", instant().nullable()),
  decided_by: actor().nullable(),
  comment: text(2000).nullable(),
  figures: DecisionFigures.nullable().describe("Figures of the decision, as of the submission; null if it has none"),
};

/** Fields of the workflow. The API does not return them. */
const internalFields = {
  owner_id: id(USER).nullable().describe("Owner of the subject when it was submitted"),
  never: personalData(
    "staff",
    z.array(z.string()).describe("Users who may not approve: the user who submitted the subject, and users who made its prices"),
  ),
  tried: z.array(id(USER)).describe("Former approvers"),
  patience: personalData(
    "none",
    z.object({
      remind_after_hours: z.number().nullable(),
      escalate_after_hours: z.number().nullable(),
      expire_after_hours: z.number(),
    }),
  ),
  token: personalData("none", z.string().nullable().describe("Task token with which the state machine waits for the decision")),
  attention_at: personalData(
    "none",
    instant().nullable().describe("When the reconciliation checks the approval, unless it is finished by then"),
  ),
  away_from: personalData("none", instant().nullable().describe("When the approver's next absence begins")),
};

export const Stored = z.object({ ...publicFields, ...internalFields });
export const PublicApproval = z.object(publicFields);

export type ApprovalRecord = z.output<typeof Stored> & BaseRecord;

const isDecision = (after: ApprovalRecord, before: ApprovalRecord | undefined): boolean =>
  before?.status === "pending" && after.status !== "pending" && after.status !== "cancelled";

export const Approvals = new Collection<ApprovalRecord>({
  kind: APPROVAL,
  schema: Stored,
  personalData: {
    purpose: "Have users approve offers and contracts, and prove it.",
    subject: aboutPerson(reachAny("subject_id")),
  },
  row: [
    "subject_type",
    "subject_id",
    "round",
    "place",
    "title",
    "level",
    "role",
    "approver_id",
    "asked_id",
    "stands_for_id",
    "stands_because",
    "requested_by",
    "status",
    "asked_at",
    "due_at",
    "decided_at",
    "decided_by",
  ],
  longTexts: ["reasons", "conditions", "figures"],
  indexes: {
    by_time: indexBy(),
    by_owner: indexBy("asked_id", { sparse: true, splitBy: { field: "status", values: approvalStatuses } }),
    by_status: indexBy("status"),
    by_related: indexBy("subject_id"),
  },
  visibleWith: "subject_id",
  // The user who is asked reads what they decide, as long as the decision is theirs.
  openTo: ({ status, asked_id }) => (status === "pending" ? asked_id : null),
  missingValues: { figures: null, conditions: [] },
  filters: {
    asked: { index: "by_owner", field: "asked_id", hasOwnCounters: true },
    subject: { index: "by_related", field: "subject_id", hasOwnCounters: true },
    status: { index: "by_status", field: "status" },
  },
  internal: Object.keys(internalFields) as (keyof typeof internalFields)[],
  secret: ["token"],
  clocks: {
    attention: ({ attention_at }) => attention_at,
    handover: ({ status, away_from }) => (status === "pending" ? away_from : null),
  },
  events: {
    // Only the first approval of a round starts the execution.
    requested: (after, before) => before === undefined && after.place === 1,
    asked: (after, before) => after.asked_at !== null && !before?.asked_at,
    handed_over: (after, before) => before !== undefined && before.asked_at !== null && before.approver_id !== after.approver_id,
    reminded: (after, before) => after.reminded_at !== null && before?.reminded_at !== after.reminded_at,
    approved: changedTo("status", "approved"),
    rejected: changedTo("status", "rejected"),
    expired: changedTo("status", "expired"),
    cancelled: changedTo("status", "cancelled"),
    // The owner is told only if another user submitted the subject.
    answered_to_owner: (after, before) => isDecision(after, before) && after.owner_id !== after.requested_by,
  },
  sensitivity: "confidential",
});
