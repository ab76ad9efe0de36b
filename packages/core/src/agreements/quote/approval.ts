import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActorId } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { conflict, type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { text } from "../../kernel/schema.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { Approvable, AskedApprover } from "../approval/approvable.ts";
import { Approval } from "../approval/approval.ts";
import { QuoteApproval } from "./approval.rule-kind.ts";
import { determineApprovalNeed, type Need } from "./approval-need.rules.ts";
import { type QuoteRecord, Quotes } from "./quote.entity.ts";

/** The approval of quotes: what is needed, the submission and the outcome. */

/** Submits a DRAFT. It is APPROVED at once if the tenant's rule needs no approval, otherwise it waits for the approvers. */
export const submit = fn(z.strictObject({ id: text(64) }), async ({ id }) => {
  const rule = await loadActiveRule(QuoteApproval);
  return Records.change(Quotes, id, async (current, tx) => {
    requireReady(current);
    const need = determineApprovalNeed(rule.definition.levels, current.line_items, current, current.currency);
    const now = Clock.now();
    const isNeeded = need.level !== null;
    const round = current.approval_round + 1;
    const { discount_amount: _off, net_amount: _net, patience: _patience, ...found } = need;
    return {
      ...current,
      status: isNeeded ? ("PENDING_APPROVAL" as const) : ("APPROVED" as const),
      status_changed_at: now,
      approval_round: round,
      priced_by: isNeeded ? current.priced_by : [],
      approval: {
        ...found,
        approvers: [...found.approvers],
        reasons: [...found.reasons],
        round,
        rule: { kind: rule.kind, id: rule.id, number: rule.number },
        submitted_by: useActorId(),
        submitted_at: now,
        outcome: isNeeded ? null : ("APPROVED" as const),
        decided_at: isNeeded ? null : now,
        comment: null,
        approvals: await requestApprovals(tx, current, need, round),
      },
    };
  });
});

async function requestApprovals(tx: Transaction, record: QuoteRecord, need: Need, round: number): Promise<AskedApprover[]> {
  const { level, reasons, approvers, side_by_side, patience } = need;
  if (level === null) return [];
  const { quote_number: number, name } = record;
  const never = record.priced_by;
  return Approval.request(tx, {
    ...{ collection: Quotes, record, round, number, name, level, reasons },
    ...{ approvers, side_by_side, patience, excludedIds: never },
  });
}

function requireReady({ status, line_items, expiration_date, is_primary }: QuoteRecord): void {
  if (status !== "DRAFT") throw conflict(`The quote is ${status}: a DRAFT is submitted`, [{ field: "status", message: status }]);
  if (!is_primary) throw conflict("A later version took its place");
  const wrong: ErrorDetail[] = [];
  if (line_items.length === 0) wrong.push({ field: "line_items", message: "Required: it offers nothing yet" });
  if (expiration_date < today()) wrong.push({ field: "expiration_date", message: "Over already: choose a later day" });
  if (wrong.length > 0) throw invalidAll(wrong);
}

/** The `Approvable` of quotes. After a rejection or an expiry the quote is a DRAFT again. */
export const approvable: Approvable = {
  isWaiting: (subject, round) => isWaiting(subject as QuoteRecord, round),
  async conclude(id, round, outcome, comment, approvals) {
    let isDecided = false;
    await Records.change(Quotes, id, (current) => {
      isDecided = isWaiting(current, round);
      if (!isDecided || !current.approval) return current;
      const now = Clock.now();
      const isApproved = outcome === "APPROVED";
      return {
        ...current,
        status: isApproved ? ("APPROVED" as const) : ("DRAFT" as const),
        status_changed_at: now,
        priced_by: isApproved ? [] : current.priced_by,
        approval: { ...current.approval, outcome, decided_at: now, comment, approvals: [...approvals] },
      };
    });
    return isDecided;
  },
};

const isWaiting = ({ status, approval_round }: QuoteRecord, round: number): boolean =>
  status === "PENDING_APPROVAL" && approval_round === round;

export * as QuoteApprovals from "./approval.ts";
