import { Clock } from "../../kernel/clock.ts";
import { today } from "../../kernel/day.ts";
import { conflict, invalid, isFailure } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, name } from "../../kernel/schema.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { withLetter } from "../letterhead/letter.ts";
import { type Acceptance, applyAcceptance, chosenField } from "../quote/acceptance.ts";
import { QuoteAccess, type QuoteRecord } from "../quote/quote-access.ts";
import type { TransactionHook } from "../share-link/offerable.ts";
import { RejectInput, rejectOffer, requireTransition, withStatus } from "../versioned-offer/offer-state.ts";
import { Issues, toPublicQuote } from "./issue.entity.ts";
import { type ProposalRecord, Proposals } from "./proposal.entity.ts";
import { loadIssue, loadQuote, quoteRejection, requireSameQuote } from "./proposal-quote.ts";

/** How a customer answers a proposal. The proposal and its quote go together: the quote is sent and accepted in the transaction of the proposal. */

/** Marks a proposal that the customer was sent as presented. */
export const present = fn(IdInput, ({ id }) =>
  Records.change(Proposals, id, (current) => {
    requireTransition("proposal", current, "PRESENTED");
    return { ...withStatus(current, "PRESENTED"), presented_at: Clock.now() };
  }),
);

/** Sends the quote with its proposal. Throws if the quote has changed since the submission. From then on the quote cannot be changed. */
export async function handOverQuote(tx: Transaction, proposal: ProposalRecord): Promise<void> {
  const quote = await loadQuote(proposal);
  if (!quote) return;
  if (quote.status !== "ACCEPTED") {
    await requireSameQuote(proposal, await loadIssue(proposal), quote);
    requireQuoteTransition(quote, quote.status === "APPROVED" ? "SENT" : "PRESENTED");
  }
  if (quote.status === "APPROVED") QuoteAccess.replace(tx, quote, withStatus(await withLetter(quote), "SENT"));
  else tx.requireUnchanged(quote);
}

/** Like `requireTransition`, for the quote. The error names `quote_id`. */
function requireQuoteTransition(quote: QuoteRecord, to: Parameters<typeof requireTransition>[2]): void {
  if (quote.status === to) return;
  try {
    requireTransition("quote", quote, to);
  } catch (error) {
    throw isFailure(error) ? quoteRejection(error.message) : error;
  }
}

export const accept = fn(
  IdInput.extend({
    signed_by: name(100).nullish().describe("Required if the proposal or its quote requires a signature"),
    chosen: chosenField,
  }),
  ({ id, signed_by = null, chosen: chosenIds }) => acceptWith(id, { signed_by, ...(chosenIds ? { chosen: chosenIds } : {}) }),
);

export const acceptWith = (id: string, acceptance: Acceptance, addWrites?: TransactionHook): Promise<ProposalRecord> =>
  Records.change(Proposals, id, async (current, tx) => {
    const { signed_by } = acceptance;
    requireTransition("proposal", current, "ACCEPTED");
    if (current.requires_signature && !signed_by)
      throw invalid("signed_by", "Required, because the proposal requires a signature");
    const quote_accepted = await acceptQuote(tx, current, acceptance);
    // If the quote is accepted too, `applyAcceptance` requires that the customer exists.
    if (quote_accepted !== "WITH_IT")
      tx.requireLive(current.customer_id, () =>
        conflict("The customer is deleted", [{ field: "customer_id", message: "Deleted" }]),
      );
    await addWrites?.(tx);
    return {
      ...withStatus(current, "ACCEPTED"),
      accepted_date: today(),
      signed_by,
      signed_date: signed_by === null ? null : Clock.now(),
      quote_accepted,
    };
  });

/** Accepts the quote, with its opportunity and its deal, in the transaction of the proposal. A quote that was accepted separately does not change. */
async function acceptQuote(
  tx: Transaction,
  proposal: ProposalRecord,
  acceptance: Acceptance,
): Promise<ProposalRecord["quote_accepted"]> {
  const quote = await loadQuote(proposal);
  if (!quote) {
    if (acceptance.chosen?.length) throw invalid("chosen[0]", "The proposal has no quote");
    return null;
  }
  if (quote.status === "ACCEPTED") {
    if (acceptance.chosen)
      throw conflict("The quote was already accepted", [{ field: "chosen", message: "Options can no longer be chosen" }]);
    return "BEFORE";
  }
  const issue = await loadIssue(proposal);
  await requireSameQuote(proposal, issue, quote);
  requireQuoteTransition(quote, "ACCEPTED");
  const agreed = await applyAcceptance(tx, quote, acceptance);
  QuoteAccess.replace(tx, quote, agreed);
  // The issued document must show the options that were chosen.
  if (issue && acceptance.chosen)
    tx.replace(Issues, issue, Records.nextVersion(issue, { ...issue, quote: toPublicQuote(agreed) }));
  return "WITH_IT";
}

/** Rejects the proposal. Its quote does not change, because it may be offered in another way. */
export const reject = fn(RejectInput, (input) => rejectOffer(Proposals, input));

export * as ProposalAcceptance from "./acceptance.ts";
