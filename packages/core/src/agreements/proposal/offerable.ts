import { Clock } from "../../kernel/clock.ts";
import { Records } from "../../storage/write/records.ts";
import { resolveLocale } from "../letterhead/locale.ts";
import type { Pdf } from "../letterhead/pdf.ts";
import { applyChoice } from "../quote/acceptance.ts";
import { listOptions } from "../quote/offerable.ts";
import type { Offer, Offerable, TransactionHook } from "../share-link/offerable.ts";
import { recordView, rejectOffer } from "../versioned-offer/offer-state.ts";
import { isOffered } from "../versioned-offer/status.rules.ts";
import { acceptWith } from "./acceptance.ts";
import { outlineFrom } from "./document.ts";
import { type ProposalRecord, Proposals } from "./proposal.entity.ts";
import { loadIssue } from "./proposal-quote.ts";

/** The `Offerable` of proposals: the customer reads and answers the proposal through a private link. */
export const proposalOfferable = {
  async read(id: string, { language, chosen }: ReadOptions = {}): Promise<Offer | undefined> {
    const issuedProposal = await loadIssued(id);
    if (!issuedProposal) return undefined;
    const { proposal, issue } = issuedProposal;
    const standing = resolveState(proposal);
    const issuedQuote = issue.quote;
    const quote =
      issuedQuote && chosen && standing.state === "open" ? { ...issuedQuote, ...applyChoice(issuedQuote, chosen) } : issuedQuote;
    return {
      document: await (await outlineFrom(proposal, { issue, quote, language })).render(),
      owner_id: proposal.owner_id,
      ...standing,
      options: quote ? listOptions(quote, resolveLocale(language, issue.letter.language).speech.language) : [],
    };
  },
  async renderPdf(id: string, language: string): Promise<Pdf | undefined> {
    const { renderCached } = await import("../letterhead/pdf.ts");
    const proposal = await loadIssued(id);
    return (
      proposal &&
      renderCached(await outlineFrom(proposal.proposal, { issue: proposal.issue, quote: proposal.issue.quote, language }))
    );
  },
  async onViewed(id: string) {
    await recordView(Proposals, id);
    return undefined;
  },
  async accept(
    id: string,
    { name, chosen }: { name: string; chosen?: readonly string[] },
    addWrites?: TransactionHook,
  ): Promise<void> {
    await acceptWith(id, { signed_by: name, ...(chosen ? { chosen } : {}) }, addWrites);
  },
  async reject(id: string, reason: string, addWrites?: TransactionHook): Promise<void> {
    await rejectOffer(Proposals, { id, reason }, addWrites);
  },
} satisfies Offerable;

/** Returns undefined if the proposal is not approved yet or was withdrawn. */
async function loadIssued(id: string) {
  const proposal = await Records.load(Proposals, id, { live: true });
  const issue = proposal && (await loadIssue(proposal));
  return issue && proposal.status !== "PENDING_APPROVAL" ? { proposal, issue } : undefined;
}

/** The language, and the ids of the chosen options; all others are not chosen. */
interface ReadOptions {
  language?: string;
  chosen?: readonly string[];
}

/** Returns whether the customer can answer, and the day that goes with the state. */
function resolveState(proposal: ProposalRecord): Pick<Offer, "state" | "day"> {
  const { status, is_primary, expires_at, expiration_date, accepted_date, rejected_date } = proposal;
  if (status === "ACCEPTED") return { state: "accepted", day: accepted_date ?? expiration_date };
  if (status === "REJECTED") return { state: "rejected", day: rejected_date ?? expiration_date };
  if (!is_primary) return { state: "replaced", day: expiration_date };
  const isOver = status === "EXPIRED" || (isOffered(status) && expires_at <= Clock.now());
  return { state: isOver ? "expired" : "open", day: expiration_date };
}
