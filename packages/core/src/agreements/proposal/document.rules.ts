import { bounds } from "../../lib/pdf/document.rules.ts";
import type { Block } from "../../lib/pdf/document.ts";
import {
  buildDraftNotice,
  buildFacts,
  buildOfferBlocks,
  buildSignatureTable,
  type Locale,
  plainParagraph,
} from "../quote/document.rules.ts";
import type { QuoteRecord } from "../quote/quote-access.ts";
import type { ProposalRecord, SectionRecord } from "./proposal.entity.ts";

/** What a proposal says to the customer, as blocks of a document. Pure. Notes, tags, approval and own fields are for the house. */

/** What stands in its sections: with values in place of merge fields, its quote, and the bytes of its pictures. */
export interface ProposalContent {
  sections: readonly SectionRecord[];
  quote: QuoteRecord | null;
  pictures: ReadonlyMap<string, Uint8Array>;
}

export const buildBlocks = (
  proposal: ProposalRecord,
  { sections, quote, pictures }: ProposalContent,
  tongue: Locale,
): Block[] => [
  ...buildDraftNotice(proposal, tongue),
  buildFacts({ ...proposal, day: proposal.proposal_date }, tongue),
  ...sections.flatMap((section) => [
    ...(section.page_break ? [{ kind: "page_break" } as const] : []),
    ...(section.heading ? [{ kind: "heading", level: 1, text: section.heading } as const] : []),
    ...buildSectionBlocks(section, { quote, pictures }, tongue),
  ]),
  ...(proposal.requires_signature || quote?.requires_signature ? buildSignatureTable(tongue) : []),
];

function buildSectionBlocks(
  { section_type, text, attachment_id, alt_text }: SectionRecord,
  { quote, pictures }: Omit<ProposalContent, "sections">,
  tongue: Locale,
): Block[] {
  if (section_type === "QUOTE_LINES") return quote ? buildOfferBlocks(quote, tongue) : [];
  if (section_type === "TEXT") return splitText(text ?? "").map(plainParagraph);
  const bytes = pictures.get(attachment_id ?? "");
  const alt = alt_text ?? "";
  // Whose file is gone is what it showed.
  return bytes ? [{ kind: "image", image: { bytes, alt } }] : [plainParagraph(`[${alt}]`)];
}

/** A text in parts that a document takes, which end with a line where they can. */
function splitText(text: string): string[] {
  const pieces: string[] = [];
  for (let rest = text; rest.trim() !== ""; ) {
    const line = rest.length > bounds.text ? rest.lastIndexOf("\n", bounds.text - 1) + 1 : rest.length;
    // Letters of two units stay whole.
    const end = line > 0 ? line : bounds.text - Number(/[\ud800-\udbff]/.test(rest.charAt(bounds.text - 1)));
    pieces.push(rest.slice(0, end).replace(/\n$/, ""));
    rest = rest.slice(end);
  }
  return pieces;
}
