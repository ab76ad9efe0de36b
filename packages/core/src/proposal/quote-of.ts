import { CUSTOMER } from "../customer/customer.domain.ts";
import { conflict, type Failure } from "../kernel/error.ts";
import { QuoteBeside, type QuoteRecord } from "../quote/beside.ts";
import { agreed } from "../quote/quote.ts";
import { collectionOf } from "../storage/table/collections.ts";
import { changedFields, Records } from "../storage/write/records.ts";
import { type IssueRecord, Issues, shownOf } from "./issue.entity.ts";
import type { ProposalRecord } from "./proposal.entity.ts";

/** The quote of a proposal. Who named it saw it; from then on the proposal has it, whoever sees that. */

export const ofQuote = (message: string): Failure => conflict(`Its quote: ${message}`, [{ field: "quote_id", message }]);

/** As it is now; nothing of a proposal that names none. */
export async function quoteOf({ quote_id }: ProposalRecord): Promise<QuoteRecord | undefined> {
  if (quote_id === null) return undefined;
  const quote = await QuoteBeside.load(quote_id);
  if (!quote) throw ofQuote("It is deleted");
  return quote;
}

export const issueOf = async ({ issue_id }: ProposalRecord): Promise<IssueRecord | undefined> =>
  issue_id === null ? undefined : Records.load(Issues, issue_id);

/** By whom it goes follows customers and contacts that are joined to others, and is no part of what is offered. */
const offered = agreed.filter((field) => field !== "customer_id" && field !== "contact_id");

/** Refuses a quote that offers something else than it did when the proposal was submitted, or to somebody else. */
export async function requireSame(proposal: ProposalRecord, issue: IssueRecord | undefined, quote: QuoteRecord): Promise<void> {
  const changed = changedFields(issue?.quote ?? {}, shownOf(quote)).filter((field) => offered.includes(field));
  if (!(await isOfOne(proposal, quote))) changed.push("customer_id");
  if (changed.length > 0)
    throw ofQuote(`It was changed since the proposal was submitted (${changed.join(", ")}): withdraw it, and submit it again`);
}

/** Of one customer, also while both move to another that theirs was joined to. */
async function isOfOne({ customer_id: one }: ProposalRecord, { customer_id: other }: QuoteRecord): Promise<boolean> {
  if (one === other) return true;
  const customers = await collectionOf(CUSTOMER);
  const led = await Promise.all([one, other].map((id) => Records.leadingTo(customers, id)));
  return led[0] !== undefined && led[0].id === led[1]?.id;
}
