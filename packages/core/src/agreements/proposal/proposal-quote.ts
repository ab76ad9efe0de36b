import { CUSTOMER } from "../../accounts/customer/customer.domain.ts";
import { conflict, type Failure } from "../../kernel/error.ts";
import { loadCollection } from "../../storage/table/collection-registry.ts";
import { changedFields, Records } from "../../storage/write/records.ts";
import { agreedFields } from "../quote/quote.ts";
import { QuoteAccess, type QuoteRecord } from "../quote/quote-access.ts";
import { type IssueRecord, Issues, toPublicQuote } from "./issue.entity.ts";
import type { ProposalRecord } from "./proposal.entity.ts";

/** The quote of a proposal. Who named it saw it; from then on the proposal has it, whoever sees that. */

export const quoteRejection = (message: string): Failure => conflict(`Its quote: ${message}`, [{ field: "quote_id", message }]);

/** As it is now; nothing of a proposal that names none. */
export async function loadQuote({ quote_id }: ProposalRecord): Promise<QuoteRecord | undefined> {
  if (quote_id === null) return undefined;
  const quote = await QuoteAccess.load(quote_id);
  if (!quote) throw quoteRejection("It is deleted");
  return quote;
}

export const loadIssue = async ({ issue_id }: ProposalRecord): Promise<IssueRecord | undefined> =>
  issue_id === null ? undefined : Records.load(Issues, issue_id);

/** By whom it goes follows customers and contacts that are joined to others, and is no part of what is offered. */
const offeredFields = agreedFields.filter((field) => field !== "customer_id" && field !== "contact_id");

/** Refuses a quote that offers something else than it did when the proposal was submitted, or to somebody else. */
export async function requireSameQuote(
  proposal: ProposalRecord,
  issue: IssueRecord | undefined,
  quote: QuoteRecord,
): Promise<void> {
  const changed = changedFields(issue?.quote ?? {}, toPublicQuote(quote)).filter((field) => offeredFields.includes(field));
  if (!(await isSameCustomer(proposal, quote))) changed.push("customer_id");
  if (changed.length > 0)
    throw quoteRejection(
      `It was changed since the proposal was submitted (${changed.join(", ")}): withdraw it, and submit it again`,
    );
}

/** Of one customer, also while both move to another that theirs was joined to. */
async function isSameCustomer({ customer_id: one }: ProposalRecord, { customer_id: other }: QuoteRecord): Promise<boolean> {
  if (one === other) return true;
  const customers = await loadCollection(CUSTOMER);
  const led = await Promise.all([one, other].map((id) => Records.resolveMerged(customers, id)));
  return led[0] !== undefined && led[0].id === led[1]?.id;
}
