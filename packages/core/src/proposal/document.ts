import { Attachment } from "../attachment/attachment.ts";
import type { QuoteRecord } from "../quote/beside.ts";
import { type Outline, outlined, tongueOf } from "../quote/document.ts";
import { letterNow } from "../quote/letter.ts";
import { blocksOf } from "./document.rules.ts";
import { type IssueRecord, shownOf } from "./issue.entity.ts";
import { type ProposalRecord, Proposals } from "./proposal.entity.ts";
import { issueOf, quoteOf } from "./quote-of.ts";
import { resolved } from "./section.rules.ts";
import { valuesAround } from "./values.ts";

/**
 * A proposal as its customer gets it, in a language by its tag of BCP 47: as it was submitted; of a draft, as it would be now. Whoever asks
 * sees the proposal, and with it its pictures and its quote.
 */
export async function outlineOf(proposal: ProposalRecord, language?: string | null): Promise<Outline> {
  const issue = await issueOf(proposal);
  const now = issue ? undefined : await quoteOf(proposal);
  return outlineWith(proposal, { issue, quote: issue ? issue.quote : now ? shownOf(now) : null, language });
}

interface With {
  issue: IssueRecord | undefined;
  quote: QuoteRecord | null;
  language: string | null | undefined;
}

/** With a quote as it stands, or as the customer would choose of it. */
export async function outlineWith(proposal: ProposalRecord, { issue, quote, language }: With): Promise<Outline> {
  const letter = issue?.letter ?? (await letterNow(proposal));
  const tongue = tongueOf(language, letter.language);
  const { sections } = resolved(proposal.sections, issue?.values ?? (await valuesAround(proposal, proposal)));
  const said = { sections, quote, pictures: await picturesOf(proposal) };
  return outlined(proposal.id, {
    language: tongue.speech.language,
    title: `${proposal.name} · ${proposal.proposal_number}`,
    day: proposal.proposal_date,
    blocks: blocksOf(proposal, said, tongue),
    letter,
  });
}

/** What its sections show, by id; what is gone is not among them. */
async function picturesOf(proposal: ProposalRecord): Promise<ReadonlyMap<string, Uint8Array>> {
  const ids = [...new Set(Proposals.definition.holds?.(proposal))];
  const files = (await Attachment.about(ids)).filter((file): file is Attachment.File => file !== undefined);
  const read = await Promise.all(files.map(async (file) => [file.id, await Attachment.bytesOf(file)] as const));
  return new Map(read.filter((each): each is [string, Uint8Array] => each[1] !== undefined));
}
