import type { Approvable, Outcome } from "../../agreements/approval/approvable.ts";
import type { ApprovalNeed } from "../../agreements/approval/approval-need.rules.ts";
import { createApprovable, requestSubmission } from "../../agreements/approval/submission.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { EmailSendApproval } from "./approval.rule-kind.ts";
import { coversLevel, determineApprovalNeed } from "./approval-need.rules.ts";
import { readAudienceSize } from "./audience-size.ts";
import { EmailSends, type SendRecord } from "./email-send.entity.ts";
import { buildEndFields, reopen, start } from "./transition.ts";

/** The approval of bulk sends: the request, and its outcome (docs/engagement/email-sends.md, Approval). */

interface Requirement {
  rule: Awaited<ReturnType<typeof loadActiveRule<typeof EmailSendApproval.schema>>>;
  need: ApprovalNeed & { level: string };
}

/** Returns the approval that the tenant's rule requires for the audience that the caller sees now; undefined if none. */
async function findRequirement(send: SendRecord): Promise<Requirement | undefined> {
  const rule = await loadActiveRule(EmailSendApproval);
  const { levels } = rule.definition;
  if (levels.length === 0) return undefined;
  const need = determineApprovalNeed(levels, await readAudienceSize(send));
  return need.level === null ? undefined : { rule, need: { ...need, level: need.level } };
}

/**
 * Returns the send as it waits for approval, and adds the requests to the transaction; undefined if the tenant's rule needs none. `scheduled_send_time`
 * is the time of the send, or null for at once. Throws RULE_VIOLATION if no user can approve.
 */
export async function request(tx: Transaction, send: SendRecord): Promise<SendRecord | undefined> {
  const required = await findRequirement(send);
  return required && addRequest(tx, send, required);
}

/** Does the same for a requirement that is known. */
export async function addRequest(tx: Transaction, send: SendRecord, { rule, need }: Requirement): Promise<SendRecord> {
  const record: SendRecord = { ...send, send_status: "PENDING_APPROVAL" };
  const { name } = send;
  const excludedIds = [send.created_by, ...send.written_by];
  return {
    ...record,
    ...(await requestSubmission(tx, { collection: EmailSends, record, number: name, name, rule, need, excludedIds })),
  };
}

/**
 * Returns the approval that a send needs and does not have: its audience reaches a higher level than the approved one, or a filter of the audience was
 * changed since. undefined: the send may go out.
 */
export async function findMissing(send: SendRecord, isFilterChanged: boolean): Promise<Requirement | undefined> {
  const required = await findRequirement(send);
  if (!required) return undefined;
  const approvedLevel = send.approval?.outcome === "APPROVED" ? send.approval.level : null;
  const isCovered = coversLevel(required.rule.definition.levels, approvedLevel, required.need.level);
  return isCovered && !isFilterChanged ? undefined : required;
}

/** An approved send goes out at its time. A rejected one is a draft; that of an A/B test ends, and after a rejected sample the test is a draft. */
function conclude(send: SendRecord, outcome: Outcome, comment: string | null): SendRecord {
  if (outcome === "APPROVED") return start({ ...send, written_by: [] });
  if (send.ab_test_id === null) return reopen(send);
  const error =
    outcome === "EXPIRED"
      ? "The approval has expired"
      : send.ab_phase === "rest"
        ? "The mails to the others were not approved"
        : "The sample was not approved";
  return { ...send, send_status: "CANCELLED", error: comment ? `${error}: ${comment}` : error, ...buildEndFields() };
}

/** What the approver reads, beside the fields that lists show. */
const loadSheet = async (send: BaseRecord) => {
  const { subject, content } = send as SendRecord;
  return { subject, content };
};

export const approvable: Approvable = {
  ...createApprovable(EmailSends, ({ send_status }) => send_status === "PENDING_APPROVAL", conclude),
  loadSheet,
};

export * as SendApproval from "./approval.ts";
