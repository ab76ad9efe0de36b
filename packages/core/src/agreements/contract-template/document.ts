import type { BusinessDocument } from "../../lib/pdf/document.ts";
import type { Letter } from "../letterhead/letter.schema.ts";
import { buildOutline, type Outline } from "../letterhead/outline.ts";
import { type Pdf, renderCached } from "../letterhead/pdf.ts";
import { type AmendmentContent, buildAmendmentBlocks, buildContractBlocks, type ContractContent } from "./document.rules.ts";
import { resolveContractLocale } from "./locale.ts";

/** Contracts and amendments as documents. The language is a BCP 47 tag; the default is the language of the letterhead. */

interface DocumentFrame {
  /** Id of the record that the document shows. */
  id: string;
  /** Date of the document, YYYY-MM-DD. */
  day: string;
  letter: Letter;
  language?: string | null | undefined;
}

/** The parties are on the cover, so the letterhead names no recipient. */
const withoutRecipient = (letter: Letter): Letter => ({ ...letter, to: [] });

export function contractOutline({ id, day, letter, language, ...content }: ContractContent & DocumentFrame): Outline {
  const locale = resolveContractLocale(language, letter.language);
  const { number, title } = content.facts.contract ?? {};
  const contractLabel = [locale.contract.contract, number].filter(Boolean).join(" ");
  return buildOutline(id, {
    language: locale.speech.language,
    title: title && title !== number ? `${contractLabel} · ${title}` : contractLabel,
    day,
    blocks: buildContractBlocks(content, locale),
    letter: withoutRecipient(letter),
  });
}

export const contractDocument = (contract: ContractContent & DocumentFrame): Promise<BusinessDocument> =>
  contractOutline(contract).render();

/** Renders the PDF once for the same content, and caches it. */
export const contractPdf = (contract: ContractContent & DocumentFrame): Promise<Pdf> => renderCached(contractOutline(contract));

export function amendmentOutline({ id, day, letter, language, ...content }: AmendmentContent & DocumentFrame): Outline {
  const locale = resolveContractLocale(language, letter.language);
  const { contract } = locale;
  return buildOutline(id, {
    language: locale.speech.language,
    title: `${contract.amendment} ${content.amendment_number} ${contract.amendment_to} ${content.contract_number}`,
    day,
    blocks: buildAmendmentBlocks(content, locale),
    letter: withoutRecipient(letter),
  });
}

export const amendmentDocument = (amendment: AmendmentContent & DocumentFrame): Promise<BusinessDocument> =>
  amendmentOutline(amendment).render();

export const amendmentPdf = (amendment: AmendmentContent & DocumentFrame): Promise<Pdf> =>
  renderCached(amendmentOutline(amendment));

export * as ContractDocument from "./document.ts";
