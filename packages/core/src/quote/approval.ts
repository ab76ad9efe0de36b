import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { useActorId } from "../kernel/context.ts";
import { today } from "../kernel/day.ts";
import { conflict, type Detail, invalidAll } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";
import { inForce } from "../rule/in-force.ts";
import { Records } from "../storage/write/records.ts";
import { QuoteApproval } from "./approval.kind.ts";
import { needOf } from "./approval-need.rules.ts";
import { type QuoteRecord, Quotes } from "./quote.entity.ts";

/** The approval of quotes: what is needed, what waits for it, and what became of it (seed 001, Quote Approval Workflow). */

/** APPROVED at once where the tenant's rule asks nobody; otherwise it waits, and `quote.approval_requested` tells who asks. */
export const submit = fn(z.strictObject({ id: text(64) }), async ({ id }) => {
  const rule = await inForce(QuoteApproval);
  return Records.change(Quotes, id, (current) => {
    requireReady(current);
    const {
      discount_amount: _off,
      net_amount: _net,
      ...need
    } = needOf(rule.definition.levels, current.line_items, current, current.currency);
    const now = Clock.now();
    const isNeeded = need.level !== null;
    const round = current.approval_round + 1;
    return {
      ...current,
      status: isNeeded ? ("PENDING_APPROVAL" as const) : ("APPROVED" as const),
      status_changed_at: now,
      approval_round: round,
      approval: {
        ...need,
        approvers: [...need.approvers],
        reasons: [...need.reasons],
        round,
        rule: { kind: rule.kind, id: rule.id, number: rule.number },
        submitted_by: useActorId(),
        submitted_at: now,
        outcome: isNeeded ? null : ("APPROVED" as const),
        decided_at: isNeeded ? null : now,
        comment: null,
      },
    };
  });
});

function requireReady({ status, line_items, expiration_date, is_primary }: QuoteRecord): void {
  if (status !== "DRAFT") throw conflict(`The quote is ${status}: a DRAFT is submitted`, [{ field: "status", message: status }]);
  if (!is_primary) throw conflict("A later version took its place");
  const wrong: Detail[] = [];
  if (line_items.length === 0) wrong.push({ field: "line_items", message: "Required: it offers nothing yet" });
  if (expiration_date < today()) wrong.push({ field: "expiration_date", message: "Over already: choose a later day" });
  if (wrong.length > 0) throw invalidAll(wrong);
}

export type Outcome = "APPROVED" | "REJECTED" | "EXPIRED";

/**
 * What became of the approval of a round, for the flow that asks for it; an approval that was refused, or that nobody answered,
 * leads back to DRAFT. Says whether it decided anything: an answer that comes twice, or to an earlier round, does not.
 */
export const decided = async (
  id: string,
  round: number,
  outcome: Outcome,
  comment: string | null = null,
): Promise<{ quote: QuoteRecord; wasDecided: boolean }> => {
  let wasDecided = false;
  const quote = await Records.change(Quotes, id, (current) => {
    wasDecided = current.status === "PENDING_APPROVAL" && current.approval_round === round;
    if (!wasDecided || !current.approval) return current;
    const now = Clock.now();
    return {
      ...current,
      status: outcome === "APPROVED" ? ("APPROVED" as const) : ("DRAFT" as const),
      status_changed_at: now,
      approval: { ...current.approval, outcome, decided_at: now, comment },
    };
  });
  return { quote, wasDecided };
};

export * as Approvals from "./approval.ts";
