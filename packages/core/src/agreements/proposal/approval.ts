import * as z from "zod";
import { today } from "../../kernel/day.ts";
import { conflict, type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput } from "../../kernel/schema.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { VersionSeries } from "../../storage/write/version-series.ts";
import type { Approvable } from "../approval/approvable.ts";
import { previewSubmission } from "../approval/submission-preview.ts";
import { composeLetter } from "../letterhead/letter.ts";
import { measureDiscount } from "../quote/approval-need.rules.ts";
import { buildQuoteFigures } from "../quote/decision-figures.ts";
import type { QuoteRecord } from "../quote/quote-access.ts";
import { buildSubmission, createOfferApprovable } from "../versioned-offer/approval.ts";
import { hasApproval } from "../versioned-offer/status.rules.ts";
import { ProposalApproval } from "./approval.rule-kind.ts";
import { checkLevels, determineApprovalNeed } from "./approval-need.rules.ts";
import { type IssueRecord, Issues, toPublicQuote } from "./issue.entity.ts";
import { loadMergeValues } from "./merge-values.ts";
import { type ProposalRecord, Proposals, Section } from "./proposal.entity.ts";
import { Proposal, reopen } from "./proposal.ts";
import { loadIssue, loadQuote, quoteRejection } from "./proposal-quote.ts";
import { findResolvedFaults, resolveSections } from "./section.rules.ts";

/** The approval of proposals: the submission with its snapshot, and the outcome. */

/**
 * Submits a DRAFT. It is APPROVED at once if the tenant's rule needs no approval, otherwise it waits for the approvers. The values of merge fields
 * and the quote are stored in an issue and do not change afterwards.
 */
export const submit = fn(IdInput, async ({ id }) => {
  const rule = await loadActiveRule(ProposalApproval);
  return Records.change(Proposals, id, async (current, tx) => {
    requireReady(current);
    const quote = await loadQuote(current);
    if (quote) requireApproved(quote, rule.definition.approved_quote);
    const issue = await buildIssue(current, quote);
    tx.create(Issues, issue);
    if (quote) tx.requireUnchanged(quote);
    const need = determineApprovalNeed(rule.definition.levels, quote);
    const figures = quote && (await buildQuoteFigures(quote, measureDiscount(quote)));
    const submission = { collection: Proposals, record: current, number: current.proposal_number, rule, need, figures };
    return { ...current, ...(await buildSubmission(tx, { ...submission, excludedIds: [] })), issue_id: issue.id };
  });
});

function requireReady(proposal: ProposalRecord): void {
  const { status, sections, quote_id, expiration_date } = proposal;
  if (status !== "DRAFT")
    throw conflict(`The proposal is ${status}; only a DRAFT can be submitted`, [{ field: "status", message: status }]);
  VersionSeries.requirePrimary(proposal);
  const details: ErrorDetail[] = [];
  if (sections.length === 0) details.push({ field: "sections", message: "Required: the proposal has no sections" });
  if (quote_id === null && sections.some(({ section_type }) => section_type === "QUOTE_LINES"))
    details.push({ field: "quote_id", message: "Required: a section shows the lines of the quote" });
  if (expiration_date < today())
    details.push({ field: "expiration_date", message: "Must not be in the past: choose a later day" });
  if (details.length > 0) throw invalidAll(details);
}

function requireApproved({ status, is_primary }: QuoteRecord, isAsked: boolean): void {
  if (!is_primary) throw quoteRejection("A later version has replaced this quote: use that version");
  if (isAsked && !hasApproval(status))
    throw quoteRejection(`The quote is ${status} and must be approved before the proposal is submitted`);
}

/** Builds the snapshot that goes with the sections. Throws one error with all faults. */
async function buildIssue(current: ProposalRecord, quote: QuoteRecord | undefined): Promise<IssueRecord> {
  const values = await loadMergeValues(current, current);
  const details = findResolvedFaults(current.sections, values);
  if (details.length > 0) throw invalidAll(details);
  const entries = Object.entries(values).filter(([, value]) => value !== null);
  return Records.init(Issues, {
    proposal_id: current.id,
    round: current.approval_round + 1,
    values: Object.fromEntries(entries),
    letter: await composeLetter(current),
    quote: quote ? toPublicQuote(quote) : null,
  });
}

export const Preview = z.object({
  sections: z.array(Section),
  missing: z
    .array(z.object({ field: z.string(), path: z.string() }))
    .describe("Merge fields without a value, with the field that contains them"),
});

/** Returns what the customer reads: of a draft with present values, otherwise as it was submitted. */
export const preview = fn(IdInput, async ({ id }): Promise<z.output<typeof Preview>> => {
  const current = await Proposal.read(id);
  const issue = await loadIssue(current);
  const { sections, missing } = resolveSections(current.sections, issue?.values ?? (await loadMergeValues(current, current)));
  return { sections, missing };
});

/** Says who would be asked to approve, and why, if the caller submitted the proposal now. */
export const previewApproval = fn(IdInput, async ({ id }) => {
  const [rule, record] = await Promise.all([loadActiveRule(ProposalApproval), Proposal.read(id)]);
  const levels = checkLevels(rule.definition.levels, await loadQuote(record));
  return previewSubmission({ collection: Proposals, record, excludedIds: [] }, { levels });
});

/** Withdraws a proposal that the customer does not have yet. It becomes a DRAFT again. */
export const withdraw = fn(IdInput, ({ id }) =>
  Records.change(Proposals, id, (current) => {
    if (current.status !== "PENDING_APPROVAL" && current.status !== "APPROVED")
      throw conflict(
        `The proposal is ${current.status}; only a submitted proposal that the customer does not have yet can be withdrawn`,
        [{ field: "status", message: current.status }],
      );
    return reopen(current);
  }),
);

/** What the approver reads, beside the fields that lists show: the text, and the lines of the quote as they were submitted. */
async function loadSheet(subject: BaseRecord) {
  const { sections, ...proposal } = subject as ProposalRecord;
  const { quote } = (await loadIssue({ ...proposal, sections })) ?? {};
  const { line_items = [], total_amount = null, currency = null } = quote ?? {};
  return { sections, line_items, total_amount, currency };
}

export const approvable: Approvable = {
  ...createOfferApprovable(Proposals, (proposal, isApproved) => ({
    ...proposal,
    issue_id: isApproved ? proposal.issue_id : null,
  })),
  loadSheet,
};

export * as ProposalApprovals from "./approval.ts";
