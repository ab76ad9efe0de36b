import type { BusinessDocument } from "../../lib/pdf/document.ts";
import { buildOutline, type Outline } from "../quote/document.ts";
import { composeLetter } from "../quote/letter.ts";
import { QuotePdf } from "../quote/pdf.ts";
import type { Letter } from "../quote/quote-access.ts";
import type { Pdf } from "../share-link/offerable.ts";
import { type AmendmentContent, buildAmendmentBlocks, buildContractBlocks, type ContractContent } from "./document.rules.ts";
import { resolveContractLocale } from "./locale.ts";

/** Contracts and amendments as documents, in a language by its tag of BCP 47, or else in that of the letterhead. */

interface DocumentFrame {
  /** The id of the record that it is the document of. */
  id: string;
  /** Of which day it is, YYYY-MM-DD. */
  day: string;
  letter: Letter;
  language?: string | null | undefined;
}

/** The letterhead as it is now: whoever keeps what was issued keeps this too. */
export const letterFor = ({
  customer_id,
  contact_id = null,
}: {
  customer_id: string;
  contact_id?: string | null;
}): Promise<Letter> => composeLetter({ customer_id, contact_id });

/** The parties stand on the cover, so the letter names nobody to whom it goes. */
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

/** Drawn once for all that it says, and kept. */
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
