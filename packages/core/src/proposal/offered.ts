import { Clock } from "../kernel/clock.ts";
import { Money } from "../kernel/money.ts";
import type { Offer, Offered } from "../offer/offered.ts";
import type { QuoteRecord } from "../quote/beside.ts";
import { isOffered } from "../quote/status.rules.ts";
import { Records } from "../storage/write/records.ts";
import { ProposalAcceptance } from "./acceptance.ts";
import { documentOf } from "./document.ts";
import { type ProposalRecord, Proposals } from "./proposal.entity.ts";
import { issueOf } from "./quote-of.ts";

/** A proposal as its customer reads and answers it by a private link. */
export const offered: Offered = {
  async read(id) {
    const proposal = await Records.load(Proposals, id, { live: true });
    // Before it is approved, and after that was taken back, there is nothing to read.
    if (!proposal || proposal.status === "DRAFT" || proposal.status === "PENDING_APPROVAL") return undefined;
    const issue = await issueOf(proposal);
    return {
      document: await documentOf(proposal),
      owner_id: proposal.owner_id,
      ...standingOf(proposal),
      options: issue?.quote ? optionsOf(issue.quote) : [],
    };
  },
  async viewed(id) {
    await ProposalAcceptance.viewed(id);
  },
  async accept(id, { name, chosen }) {
    await ProposalAcceptance.accept({ id, signed_by: name, ...(chosen ? { chosen: [...chosen] } : {}) });
  },
  async reject(id, reason) {
    await ProposalAcceptance.reject({ id, reason });
  },
};

/** Whether the customer can answer, and the day that says why. */
export function standingOf(proposal: ProposalRecord): Pick<Offer, "state" | "day"> {
  const { status, is_primary, expires_at, expiration_date: day, accepted_date, rejected_date } = proposal;
  if (status === "ACCEPTED") return { state: "accepted", day: accepted_date ?? day };
  if (status === "REJECTED") return { state: "rejected", day: rejected_date ?? day };
  if (!is_primary) return { state: "replaced", day };
  const isOver = status === "EXPIRED" || (isOffered(status) && expires_at <= Clock.now());
  return { state: isOver ? "expired" : "open", day };
}

/** Optional lines of the quote, those of a bundle together, with what they would come to. */
function optionsOf({ line_items, currency }: QuoteRecord): Offer["options"] {
  const optional = line_items.filter((line) => line.optional);
  const groups = Map.groupBy(optional, ({ bundle, id }) => bundle ?? id);
  return [...groups.values()].map((lines) => {
    const [first] = lines;
    return {
      ids: lines.map(({ id }) => id),
      label: first?.bundle ?? first?.name ?? first?.description ?? "",
      amount: Money.sum(
        lines.map(({ line_total }) => line_total),
        Money.digitsOf(currency),
      ),
      chosen: lines.every(({ chosen }) => chosen),
    };
  });
}
