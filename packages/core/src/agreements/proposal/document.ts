import { Attachment } from "../../people/attachment/attachment.ts";
import { composeLetter } from "../letterhead/letter.ts";
import { type Locale, resolveLocale } from "../letterhead/locale.ts";
import { buildOutline, type Outline } from "../letterhead/outline.ts";
import type { QuoteRecord } from "../quote/quote-access.ts";
import { buildBlocks } from "./document.rules.ts";
import { type IssueRecord, toPublicQuote } from "./issue.entity.ts";
import { loadMergeValues } from "./merge-values.ts";
import { type ProposalRecord, Proposals } from "./proposal.entity.ts";
import { loadIssue, loadQuote } from "./proposal-quote.ts";
import { resolveSections } from "./section.rules.ts";

/**
 * Builds the document of a proposal: as it was submitted, or a draft with present values. `language` is a BCP 47 tag. The caller must have checked
 * that the reader sees the proposal; its pictures and quote are included without a check.
 */
export async function outlineProposal(proposal: ProposalRecord, language?: string | null): Promise<Outline> {
  const issue = await loadIssue(proposal);
  const now = issue ? undefined : await loadQuote(proposal);
  return outlineFrom(proposal, { issue, quote: issue ? issue.quote : now ? toPublicQuote(now) : null, language });
}

interface OutlineParts {
  issue: IssueRecord | undefined;
  quote: QuoteRecord | null;
  language: string | null | undefined;
}

/** Builds the document with the given quote: as stored, or with the customer's choice. */
export async function outlineFrom(proposal: ProposalRecord, { issue, quote, language }: OutlineParts): Promise<Outline> {
  const letter = issue?.letter ?? (await composeLetter(proposal));
  const locale = resolveLocale(language, letter.language);
  const { sections } = resolveSections(proposal.sections, issue?.values ?? (await loadMergeValues(proposal, proposal)));
  const content = { sections, quote, pictures: await loadPictures(proposal) };
  return buildOutline(proposal.id, {
    language: locale.speech.language,
    title: nameDocument(proposal, locale),
    day: proposal.proposal_date,
    blocks: buildBlocks(proposal, content, locale),
    letter,
  });
}

/** A proposal without a name of its own has its first number as a name. */
const nameDocument = ({ name, proposal_number }: ProposalRecord, { words }: Locale): string =>
  proposal_number.startsWith(name) ? `${words.proposal} ${proposal_number}` : `${name} · ${proposal_number}`;

/** Loads the pictures of the sections, by id. Missing files are left out. */
async function loadPictures(proposal: ProposalRecord): Promise<ReadonlyMap<string, Uint8Array>> {
  const ids = [...new Set(Proposals.definition.attachmentIds?.(proposal))];
  const files = (await Attachment.loadLive(ids)).filter((file): file is Attachment.File => file !== undefined);
  const read = await Promise.all(files.map(async (file) => [file.id, await Attachment.readBytes(file)] as const));
  return new Map(read.filter((entry): entry is [string, Uint8Array] => entry[1] !== undefined));
}
