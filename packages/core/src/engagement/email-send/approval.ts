import type { Outcome } from "../../agreements/approval/approvable.ts";
import { createApprovable, requestSubmission } from "../../agreements/approval/submission.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { EmailSendApproval } from "./approval.rule-kind.ts";
import { determineApprovalNeed } from "./approval-need.rules.ts";
import { readAudienceSize } from "./audience-size.ts";
import { EmailSends, type SendRecord } from "./email-send.entity.ts";
import { buildEndFields, reopen, start } from "./transition.ts";

/** The approval of bulk sends: the request, and its outcome (docs/engagement/email-sends.md, Approval). */

/**
 * Returns the send as it waits for approval, and adds the requests to the transaction; undefined if the tenant's rule needs none. `scheduled_send_time`
 * is the time of the send, or null for at once. Throws RULE_VIOLATION if no user can approve.
 */
export async function request(tx: Transaction, send: SendRecord): Promise<SendRecord | undefined> {
  const rule = await loadActiveRule(EmailSendApproval);
  const { levels } = rule.definition;
  if (levels.length === 0) return undefined;
  const need = determineApprovalNeed(levels, await readAudienceSize(send));
  if (need.level === null) return undefined;
  const record: SendRecord = { ...send, send_status: "PENDING_APPROVAL" };
  const { name } = send;
  const excludedIds = [send.created_by, ...send.written_by];
  return {
    ...record,
    ...(await requestSubmission(tx, { collection: EmailSends, record, number: name, name, rule, need, excludedIds })),
  };
}

/** An approved send goes out at its time. A rejected one is a draft; that of an A/B test ends, and the test is a draft. */
function conclude(send: SendRecord, outcome: Outcome, comment: string | null): SendRecord {
  if (outcome === "APPROVED") return start({ ...send, written_by: [] });
  if (send.ab_test_id === null) return reopen(send);
  const error = outcome === "EXPIRED" ? "The approval has expired" : "The sample was not approved";
  return { ...send, send_status: "CANCELLED", error: comment ? `${error}: ${comment}` : error, ...buildEndFields() };
}

export const approvable = createApprovable(EmailSends, ({ send_status }) => send_status === "PENDING_APPROVAL", conclude);

export * as SendApproval from "./approval.ts";
