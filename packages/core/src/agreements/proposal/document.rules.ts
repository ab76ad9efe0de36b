import type { Block } from "../../lib/pdf/document.ts";
import { bounds } from "../../lib/pdf/document-bounds.ts";
import { buildHeading, plainParagraph } from "../letterhead/blocks.rules.ts";
import type { Locale } from "../letterhead/locale.ts";
import { buildOfferBlocks } from "../quote/document.rules.ts";
import type { QuoteRecord } from "../quote/quote-access.ts";
import { buildDraftNotice, buildFacts, buildSignatureTable } from "../versioned-offer/document.rules.ts";
import type { ProposalRecord, SectionRecord } from "./proposal.entity.ts";

/** Pure rules: a proposal as blocks of a document for the customer. Notes, tags, approval and own fields are internal and left out. */

/** Sections with values inserted, the quote, and the bytes of the pictures by attachment id. */
interface ProposalContent {
  sections: readonly SectionRecord[];
  quote: QuoteRecord | null;
  pictures: ReadonlyMap<string, Uint8Array>;
}

export const buildBlocks = (
  proposal: ProposalRecord,
  { sections, quote, pictures }: ProposalContent,
  locale: Locale,
): Block[] => [
  ...buildDraftNotice(proposal, locale),
  buildFacts({ ...proposal, day: proposal.proposal_date }, locale),
  ...sections.flatMap((section) => [
    ...(section.page_break ? [{ kind: "page_break" } as const] : []),
    ...(section.heading ? [buildHeading(section.heading)] : []),
    ...buildSectionBlocks(section, { quote, pictures }, locale),
  ]),
  ...(proposal.requires_signature || quote?.requires_signature ? buildSignatureTable(locale) : []),
];

function buildSectionBlocks(
  { section_type, text, attachment_id, alt_text }: SectionRecord,
  { quote, pictures }: Omit<ProposalContent, "sections">,
  locale: Locale,
): Block[] {
  if (section_type === "QUOTE_LINES") return quote ? buildOfferBlocks(quote, locale) : [];
  if (section_type === "TEXT") return splitText(text ?? "").map(plainParagraph);
  const bytes = pictures.get(attachment_id ?? "");
  const alt = alt_text ?? "";
  // If the file is missing, the document shows the alternative text.
  return bytes ? [{ kind: "image", image: { bytes, alt } }] : [plainParagraph(`[${alt}]`)];
}

/** Splits a text into parts of the maximum length of a block, at line ends if possible. */
function splitText(text: string): string[] {
  const pieces: string[] = [];
  for (let rest = text; rest.trim() !== ""; ) {
    const line = rest.length > bounds.text ? rest.lastIndexOf("\n", bounds.text - 1) + 1 : rest.length;
    // Do not split a surrogate pair.
    const end = line > 0 ? line : bounds.text - Number(/[\ud800-\udbff]/.test(rest.charAt(bounds.text - 1)));
    pieces.push(rest.slice(0, end).replace(/\n$/, ""));
    rest = rest.slice(end);
  }
  return pieces;
}
