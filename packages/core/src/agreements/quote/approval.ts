import { today } from "../../kernel/day.ts";
import { conflict, type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput } from "../../kernel/schema.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { Approvable } from "../approval/approvable.ts";
import { previewSubmission } from "../approval/submission-preview.ts";
import { buildSubmission, createOfferApprovable } from "../versioned-offer/approval.ts";
import { QuoteApproval } from "./approval.rule-kind.ts";
import { checkLevels, determineApprovalNeed, measureDiscounts } from "./approval-need.rules.ts";
import { buildQuoteFigures } from "./decision-figures.ts";
import { type QuoteRecord, Quotes } from "./quote.entity.ts";

/** The approval of quotes: what is needed, the submission and the outcome. */

/** Submits a DRAFT. It is APPROVED at once if the tenant's rule needs no approval, otherwise it waits for the approvers. */
export const submit = fn(IdInput, async ({ id }) => {
  const rule = await loadActiveRule(QuoteApproval);
  return Records.change(Quotes, id, async (current, tx) => {
    requireReady(current);
    const {
      discount_amount: _off,
      net_amount: _net,
      ...need
    } = determineApprovalNeed(rule.definition.levels, current.line_items, current, current.currency);
    const figures = need.level === null ? undefined : await buildQuoteFigures(current, need.whole_percent);
    const submission = { collection: Quotes, record: current, number: current.quote_number, rule, need, figures };
    const submitted = await buildSubmission(tx, { ...submission, excludedIds: current.priced_by });
    return { ...current, ...submitted, priced_by: need.level === null ? [] : current.priced_by };
  });
});

/** Says who would be asked to approve, and why, if the caller submitted the quote now. */
export const preview = fn(IdInput, async ({ id }) => {
  const [rule, record] = await Promise.all([loadActiveRule(QuoteApproval), Records.read(Quotes, id)]);
  const measures = measureDiscounts(record.line_items, record, record.currency);
  return previewSubmission(
    { collection: Quotes, record, excludedIds: record.priced_by },
    { levels: checkLevels(rule.definition.levels, measures, record.currency) },
  );
});

function requireReady({ status, line_items, expiration_date, is_primary }: QuoteRecord): void {
  if (status !== "DRAFT")
    throw conflict(`The quote is ${status}; only a DRAFT can be submitted`, [{ field: "status", message: status }]);
  if (!is_primary) throw conflict("A later version has replaced this quote");
  const details: ErrorDetail[] = [];
  if (line_items.length === 0) details.push({ field: "line_items", message: "Required: the quote has no lines" });
  if (expiration_date < today())
    details.push({ field: "expiration_date", message: "Must not be in the past: choose a later day" });
  if (details.length > 0) throw invalidAll(details);
}

/** What the approver reads, beside the fields that lists show. */
const loadSheet = async (subject: BaseRecord) => {
  const quote = subject as QuoteRecord;
  const { description, line_items, discount_percent, fixed_discount, payment_terms, delivery_terms, requires_signature } = quote;
  const { subtotal, discount_amount, tax_amount, shipping_amount } = quote;
  return {
    ...{ description, line_items, discount_percent, fixed_discount, payment_terms, delivery_terms, requires_signature },
    ...{ subtotal, discount_amount, tax_amount, shipping_amount },
  };
};

export const approvable: Approvable = {
  ...createOfferApprovable(Quotes, (quote, isApproved) => ({ ...quote, priced_by: isApproved ? [] : quote.priced_by })),
  loadSheet,
};

export * as QuoteApprovals from "./approval.ts";
