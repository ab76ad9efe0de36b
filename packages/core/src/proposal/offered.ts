import { Clock } from "../kernel/clock.ts";
import type { Offer, Offered, Pdf } from "../offer/offered.ts";
import { choosing } from "../quote/acceptance.ts";
import { tongueOf } from "../quote/document.ts";
import { optionsOf } from "../quote/offered.ts";
import { isOffered } from "../quote/status.rules.ts";
import { Records } from "../storage/write/records.ts";
import { type Beside, ProposalAcceptance } from "./acceptance.ts";
import { outlineWith } from "./document.ts";
import { type ProposalRecord, Proposals } from "./proposal.entity.ts";
import { issueOf } from "./quote-of.ts";

/** A proposal as its customer reads and answers it by a private link. */
export const offered = {
  async read(id: string, { language, chosen }: Reading = {}): Promise<Offer | undefined> {
    const shown = await shownTo(id);
    if (!shown) return undefined;
    const { proposal, issue } = shown;
    const standing = standingOf(proposal);
    const said = issue.quote;
    const quote = said && chosen && standing.state === "open" ? { ...said, ...choosing(said, chosen) } : said;
    return {
      document: await (await outlineWith(proposal, { issue, quote, language })).whole(),
      owner_id: proposal.owner_id,
      ...standing,
      options: quote ? optionsOf(quote, tongueOf(language, issue.letter.language).speech.language) : [],
    };
  },
  async pdf(id: string, language: string): Promise<Pdf | undefined> {
    const { kept } = await import("../quote/pdf.ts");
    const proposal = await shownTo(id);
    return (
      proposal && kept(id, await outlineWith(proposal.proposal, { issue: proposal.issue, quote: proposal.issue.quote, language }))
    );
  },
  async viewed(id: string): Promise<void> {
    await ProposalAcceptance.viewed(id);
  },
  async accept(id: string, { name, chosen }: { name: string; chosen?: readonly string[] }, beside?: Beside): Promise<void> {
    await ProposalAcceptance.accepting(id, { signed_by: name, ...(chosen ? { chosen } : {}) }, beside);
  },
  async reject(id: string, reason: string, beside?: Beside): Promise<void> {
    await ProposalAcceptance.rejecting(id, reason, beside);
  },
} satisfies Offered;

/** Before it is approved, and after that was taken back, there is nothing to read. */
async function shownTo(id: string) {
  const proposal = await Records.load(Proposals, id, { live: true });
  const issue = proposal && (await issueOf(proposal));
  return issue && proposal.status !== "PENDING_APPROVAL" ? { proposal, issue } : undefined;
}

/** In which language it is read, and which options are taken, and no others. */
interface Reading {
  language?: string;
  chosen?: readonly string[];
}

/** Whether the customer can answer, and the day that says why. */
function standingOf(proposal: ProposalRecord): Pick<Offer, "state" | "day"> {
  const { status, is_primary, expires_at, expiration_date: day, accepted_date, rejected_date } = proposal;
  if (status === "ACCEPTED") return { state: "accepted", day: accepted_date ?? day };
  if (status === "REJECTED") return { state: "rejected", day: rejected_date ?? day };
  if (!is_primary) return { state: "replaced", day };
  const isOver = status === "EXPIRED" || (isOffered(status) && expires_at <= Clock.now());
  return { state: isOver ? "expired" : "open", day };
}
