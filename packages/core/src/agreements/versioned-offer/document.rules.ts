import type { Block, Fact, Paragraph } from "../../lib/pdf/document.ts";
import { buildEvenTable, buildHeading, plainParagraph, strongParagraph } from "../letterhead/blocks.rules.ts";
import type { Locale } from "../letterhead/locale.ts";
import type { OfferRecord } from "./offer-fields.ts";
import { isOpen } from "./status.rules.ts";

/** Pure rules: the blocks that the documents of quotes and proposals have in common. */

/** A notice that the record is not approved yet. */
export const buildDraftNotice = ({ status }: Pick<OfferRecord, "status">, { words }: Locale): Block[] =>
  isOpen(status) && status !== "APPROVED" ? [strongParagraph(words.draft)] : [];

/** Date, last valid day, and the version if it is not the first. */
export function buildFacts(
  { day, expiration_date, version_number }: Pick<OfferRecord, "expiration_date" | "version_number"> & { day: string },
  { speech, words }: Locale,
): Paragraph {
  const facts: Fact[] = [
    [words.date, speech.day(day)],
    [words.valid_until, speech.day(expiration_date)],
    ...(version_number > 1 ? [[words.version, speech.number(String(version_number))] as const] : []),
  ];
  return { ...plainParagraph(facts.map(([label, value]) => `${label}${words.colon}${value}`).join("\n")), facts };
}

/** Blank space above the labels, for signing by hand. */
export const buildSignatureTable = ({ words }: Locale): Block[] => [
  buildHeading(words.acceptance),
  buildEvenTable([words.place_and_date, words.name, words.signature], [["\n\n", "\n\n", "\n\n"]]),
];
