import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { today } from "../kernel/day.ts";
import { conflict, invalid, isFailure } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { name, text } from "../kernel/schema.ts";
import { type Acceptance, acceptedIn, chosen, moved, requireStanding } from "../quote/acceptance.ts";
import { QuoteBeside, type QuoteRecord } from "../quote/beside.ts";
import { issued } from "../quote/letter.ts";
import { ways } from "../quote/status.rules.ts";
import { Records } from "../storage/write/records.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import { Issues, shownOf } from "./issue.entity.ts";
import { type ProposalRecord, Proposals } from "./proposal.entity.ts";
import { issueOf, ofQuote, quoteOf, requireSame } from "./quote-of.ts";

/**
 * What becomes of a proposal at the customer. Whoever has the proposal has its quote: that is SENT with it, and accepted with it, in the same
 * transaction.
 */

const One = z.strictObject({ id: text(64) });

/** By its owner, after a meeting: of one that the customer was sent. */
export const present = fn(One, ({ id }) =>
  Records.change(Proposals, id, (current) => {
    requireStanding("proposal", current, "PRESENTED");
    return { ...moved(current, "PRESENTED"), presented_at: Clock.now() };
  }),
);

/** Its quote is the customer's too: as it stood when the proposal was submitted, and not to be changed from now on. */
export async function handOver(tx: Transaction, proposal: ProposalRecord): Promise<void> {
  const quote = await quoteOf(proposal);
  if (!quote) return;
  if (quote.status !== "ACCEPTED") {
    await requireSame(proposal, await issueOf(proposal), quote);
    standing(quote, quote.status === "APPROVED" ? "SENT" : "PRESENTED");
  }
  if (quote.status === "APPROVED") QuoteBeside.follow(tx, quote, moved(await issued(quote), "SENT"));
  else tx.unchanged(quote);
}

/** As `requireStanding`, of the quote: what is wrong with it is said of the field that names it. */
function standing(quote: QuoteRecord, to: Parameters<typeof requireStanding>[2]): void {
  if (quote.status === to) return;
  try {
    requireStanding("quote", quote, to);
  } catch (error) {
    throw isFailure(error) ? ofQuote(error.message) : error;
  }
}

export const accept = fn(
  One.extend({ signed_by: name(100).nullish().describe("Required where it, or its quote, requires a signature"), chosen }),
  ({ id, signed_by = null, chosen: taken }) => accepting(id, { signed_by, ...(taken ? { chosen: taken } : {}) }),
);

/** Adds to the transaction of an answer what is kept of it, at each try. */
export type Beside = (tx: Transaction) => Promise<void>;

export const accepting = (id: string, acceptance: Acceptance, beside?: Beside): Promise<ProposalRecord> =>
  Records.change(Proposals, id, async (current, tx) => {
    const { signed_by } = acceptance;
    requireStanding("proposal", current, "ACCEPTED");
    if (current.requires_signature && !signed_by) throw invalid("signed_by", "Required: it is accepted with a signature");
    const quote_accepted = await acceptQuote(tx, current, acceptance);
    // That of the quote is asked for with the quote.
    if (quote_accepted !== "WITH_IT")
      tx.alive(current.customer_id, () => conflict("Its customer is deleted", [{ field: "customer_id", message: "Deleted" }]));
    await beside?.(tx);
    return {
      ...moved(current, "ACCEPTED"),
      accepted_date: today(),
      signed_by,
      signed_date: signed_by === null ? null : Clock.now(),
      quote_accepted,
    };
  });

/** Its quote, with the opportunity and the deal, in the transaction of the proposal; one that was accepted by itself stays so. */
async function acceptQuote(
  tx: Transaction,
  proposal: ProposalRecord,
  acceptance: Acceptance,
): Promise<ProposalRecord["quote_accepted"]> {
  const quote = await quoteOf(proposal);
  if (!quote) {
    if (acceptance.chosen?.length) throw invalid("chosen[0]", "The proposal has no quote");
    return null;
  }
  if (quote.status === "ACCEPTED") {
    if (acceptance.chosen) throw conflict("Its quote was accepted before", [{ field: "chosen", message: "Chosen already" }]);
    return "BEFORE";
  }
  const issue = await issueOf(proposal);
  await requireSame(proposal, issue, quote);
  standing(quote, "ACCEPTED");
  const agreed = await acceptedIn(tx, quote, acceptance);
  QuoteBeside.follow(tx, quote, agreed);
  // The document shows what was agreed.
  if (issue && acceptance.chosen) tx.replace(Issues, issue, Records.nextVersion(issue, { ...issue, quote: shownOf(agreed) }));
  return "WITH_IT";
}

/** Its quote stays: it may be offered otherwise. */
export const reject = fn(One.extend({ reason: text(2000).trim().min(1) }), ({ id, reason }) => rejecting(id, reason));

export const rejecting = (id: string, reason: string, beside?: Beside): Promise<ProposalRecord> =>
  Records.change(Proposals, id, async (current, tx) => {
    requireStanding("proposal", current, "REJECTED");
    await beside?.(tx);
    return { ...moved(current, "REJECTED"), rejected_date: today(), rejection_reason: reason };
  });

/** The customer has seen it. */
export const viewed = (id: string): Promise<ProposalRecord> =>
  Records.change(Proposals, id, (current) =>
    ways[current.status].includes("VIEWED") ? { ...moved(current, "VIEWED"), viewed_at: Clock.now() } : current,
  );

export * as ProposalAcceptance from "./acceptance.ts";
