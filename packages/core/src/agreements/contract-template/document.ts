import type { BusinessDocument } from "../../lib/pdf/document.ts";
import { buildOutline, type Outline } from "../quote/document.ts";
import { composeLetter } from "../quote/letter.ts";
import { QuotePdf } from "../quote/pdf.ts";
import type { Letter } from "../quote/quote-access.ts";
import type { Pdf } from "../share-link/offerable.ts";
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

/** Composes the present letterhead. A caller that stores an issued document must store the letter too. */
export const letterFor = ({
  customer_id,
  contact_id = null,
}: {
  customer_id: string;
  contact_id?: string | null;
}): Promise<Letter> => composeLetter({ customer_id, contact_id });

/** The parties are on the cover, so the letterhead names no recipient. */
const withoutRecipient = (letter: Letter): Letter => ({ ...letter, to: [] });

export function contractOutline({ id, day, letter, language, ...said }: ContractContent & DocumentFrame): Outline {
  const tongue = resolveContractLocale(language, letter.language);
  const { number, title } = said.facts.contract ?? {};
  const called = [tongue.contract.contract, number].filter(Boolean).join(" ");
  return buildOutline(id, {
    language: tongue.speech.language,
    title: title && title !== number ? `${called} · ${title}` : called,
    day,
    blocks: buildContractBlocks(said, tongue),
    letter: withoutRecipient(letter),
  });
}

export const contractDocument = (contract: ContractContent & DocumentFrame): Promise<BusinessDocument> =>
  contractOutline(contract).render();

/** Renders the PDF once for the same content, and caches it. */
export const contractPdf = (contract: ContractContent & DocumentFrame): Promise<Pdf> =>
  QuotePdf.renderCached(contract.id, contractOutline(contract));

export function amendmentOutline({ id, day, letter, language, ...said }: AmendmentContent & DocumentFrame): Outline {
  const tongue = resolveContractLocale(language, letter.language);
  const { contract } = tongue;
  return buildOutline(id, {
    language: tongue.speech.language,
    title: `${contract.amendment} ${said.amendment_number} ${contract.amendment_to} ${said.contract_number}`,
    day,
    blocks: buildAmendmentBlocks(said, tongue),
    letter: withoutRecipient(letter),
  });
}

export const amendmentDocument = (amendment: AmendmentContent & DocumentFrame): Promise<BusinessDocument> =>
  amendmentOutline(amendment).render();

export const amendmentPdf = (amendment: AmendmentContent & DocumentFrame): Promise<Pdf> =>
  QuotePdf.renderCached(amendment.id, amendmentOutline(amendment));

export * as ContractDocument from "./document.ts";
