import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { conflict, type Failure } from "../../kernel/error.ts";
import { loadCollection } from "../../storage/table/collection-registry.ts";
import { changedFields, Records } from "../../storage/write/records.ts";
import { agreedFields } from "../quote/quote.ts";
import { QuoteAccess, type QuoteRecord } from "../quote/quote-access.ts";
import { type IssueRecord, Issues, toPublicQuote } from "./issue.entity.ts";
import type { ProposalRecord } from "./proposal.entity.ts";

/** The quote of a proposal. The user who named it must see it. After that, everyone who sees the proposal sees the quote in it. */

export const quoteRejection = (message: string): Failure => conflict(message, [{ field: "quote_id", message }]);

/** Loads the present quote, or undefined if the proposal has none. Throws if the quote is deleted. */
export async function loadQuote({ quote_id }: ProposalRecord): Promise<QuoteRecord | undefined> {
  if (quote_id === null) return undefined;
  const quote = await QuoteAccess.load(quote_id);
  if (!quote) throw quoteRejection("The quote is deleted");
  return quote;
}

export const loadIssue = async ({ issue_id }: ProposalRecord): Promise<IssueRecord | undefined> =>
  issue_id === null ? undefined : Records.load(Issues, issue_id);

/** Customer and contact are left out because they change when customers or contacts are merged. */
const offeredFields = agreedFields.filter((field) => field !== "customer_id" && field !== "contact_id");

/** Throws if the quote's content has changed since the submission, or if it belongs to another customer. */
export async function requireSameQuote(
  proposal: ProposalRecord,
  issue: IssueRecord | undefined,
  quote: QuoteRecord,
): Promise<void> {
  const changedNames = changedFields(issue?.quote ?? {}, toPublicQuote(quote)).filter((field) => offeredFields.includes(field));
  if (!(await isSameCustomer(proposal, quote))) changedNames.push("customer_id");
  if (changedNames.length > 0)
    throw quoteRejection(
      `The quote changed after the proposal was submitted (${changedNames.join(", ")}): withdraw the proposal and submit it again`,
    );
}

/** Returns whether both name the same customer, also while a merge has changed only one of them. */
async function isSameCustomer({ customer_id }: ProposalRecord, { customer_id: quoteCustomer }: QuoteRecord): Promise<boolean> {
  if (customer_id === quoteCustomer) return true;
  const customers = await loadCollection(CUSTOMER);
  const led = await Promise.all([customer_id, quoteCustomer].map((id) => Records.resolveMerged(customers, id)));
  return led[0] !== undefined && led[0].id === led[1]?.id;
}
