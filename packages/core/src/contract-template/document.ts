import type { BusinessDocument } from "../document/document.ts";
import type { Pdf } from "../offer/offered.ts";
import type { Letter } from "../quote/beside.ts";
import { type Outline, outlined } from "../quote/document.ts";
import { letterNow } from "../quote/letter.ts";
import { QuotePdf } from "../quote/pdf.ts";
import { type AmendmentSaid, amendmentBlocksOf, blocksOf, type ContractSaid } from "./document.rules.ts";
import { contractTongueOf } from "./tongue.ts";

/** Contracts and amendments as documents, in a language by its tag of BCP 47, or else in that of the letterhead. */

interface Paper {
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
}): Promise<Letter> => letterNow({ customer_id, contact_id });

/** The parties stand on the cover, so the letter names nobody to whom it goes. */
const onCover = (letter: Letter): Letter => ({ ...letter, to: [] });

export function contractOutline({ id, day, letter, language, ...said }: ContractSaid & Paper): Outline {
  const tongue = contractTongueOf(language, letter.language);
  const { number, title } = said.facts.contract ?? {};
  const called = [tongue.contract.contract, number].filter(Boolean).join(" ");
  return outlined(id, {
    language: tongue.speech.language,
    title: title && title !== number ? `${called} · ${title}` : called,
    day,
    blocks: blocksOf(said, tongue),
    letter: onCover(letter),
  });
}

export const contractDocument = (contract: ContractSaid & Paper): Promise<BusinessDocument> => contractOutline(contract).whole();

/** Drawn once for all that it says, and kept. */
export const contractPdf = (contract: ContractSaid & Paper): Promise<Pdf> =>
  QuotePdf.kept(contract.id, contractOutline(contract));

export function amendmentOutline({ id, day, letter, language, ...said }: AmendmentSaid & Paper): Outline {
  const tongue = contractTongueOf(language, letter.language);
  const { contract } = tongue;
  return outlined(id, {
    language: tongue.speech.language,
    title: `${contract.amendment} ${said.amendment_number} ${contract.amendment_to} ${said.contract_number}`,
    day,
    blocks: amendmentBlocksOf(said, tongue),
    letter: onCover(letter),
  });
}

export const amendmentDocument = (amendment: AmendmentSaid & Paper): Promise<BusinessDocument> =>
  amendmentOutline(amendment).whole();

export const amendmentPdf = (amendment: AmendmentSaid & Paper): Promise<Pdf> =>
  QuotePdf.kept(amendment.id, amendmentOutline(amendment));

export * as ContractDocument from "./document.ts";
