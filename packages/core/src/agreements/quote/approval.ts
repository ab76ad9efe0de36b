import * as z from "zod";
import { today } from "../../kernel/day.ts";
import { conflict, type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, oneOf } from "../../kernel/schema.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import { Directory } from "../../platform/user/directory.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { Approvable } from "../approval/approvable.ts";
import { approverKinds } from "../approval/approver.rules.ts";
import { selectApprovers } from "../approval/request.ts";
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

export const Preview = z.object({
  level: z.string().nullable().describe("The level of the rule that is reached; null: no approval is needed"),
  conditions: z
    .array(
      z.object({
        condition: z.string().describe("The property of the level"),
        field: z.string().nullable().describe("The value of the quote that was compared"),
        value: z.string().nullable(),
        limit: z.string().nullable(),
        currency: z.string().nullable().describe("The currency of value and limit, if they are amounts"),
      }),
    )
    .describe("Why the level is reached"),
  approvers: z
    .array(
      z.object({
        role: oneOf(approverKinds),
        id: z.string().nullable().describe("The user who would be asked; null: no user can approve as this role"),
        name: z.string().nullable(),
      }),
    )
    .describe("The users who would be asked, in order"),
});

/** Says who would be asked to approve, and why, if the caller submitted the quote now. */
export const preview = fn(IdInput, async ({ id }): Promise<z.output<typeof Preview>> => {
  const [rule, record] = await Promise.all([loadActiveRule(QuoteApproval), Records.read(Quotes, id)]);
  const measures = measureDiscounts(record.line_items, record, record.currency);
  const reached = checkLevels(rule.definition.levels, measures, record.currency).findLast(({ checks }) =>
    checks.some(({ holds }) => holds),
  );
  if (!reached) return { level: null, conditions: [], approvers: [] };
  const { approvers, name: level } = reached.level;
  const found = await selectApprovers({ collection: Quotes, record, approvers, excludedIds: record.priced_by });
  const names = await Directory.loadNames(found.flatMap((approver) => approver?.id ?? []));
  return {
    level,
    conditions: reached.checks.flatMap(({ condition, field, value, limit, currency, holds }) =>
      holds ? [{ condition, field, value, limit, currency }] : [],
    ),
    approvers: approvers.map((role, index) => {
      const approverId = found[index]?.id ?? null;
      return { role, id: approverId, name: approverId === null ? null : (names.get(approverId) ?? null) };
    }),
  };
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
