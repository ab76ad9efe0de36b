import { useSettings } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { instantToDay } from "../../kernel/time-zone.ts";
import { Records } from "../../storage/write/records.ts";
import type { ContractRecord } from "../contract/contract.entity.ts";
import { Contract } from "../contract/contract.ts";
import { listSignatures } from "../contract/signature-input.ts";
import type { AmendmentEffect, DeliverableChange } from "../contract-template/document.rules.ts";
import { ContractDocument } from "../contract-template/document.ts";
import type { ContractFacts } from "../contract-template/merge-fields.rules.ts";
import { resolveLetter } from "../letterhead/letter.ts";
import { toParties } from "../letterhead/parties.rules.ts";
import { FileInput, type Pdf } from "../letterhead/pdf.ts";
import { type AmendmentRecord, Amendments, type Clause, isApproved, type Scope } from "./amendment.entity.ts";
import { Amendment, AmendmentIdInput } from "./amendment.ts";

/** An amendment as a PDF: the old and the new figures, and space for both signatures. */

export const render = fn(AmendmentIdInput.extend({ language: FileInput.shape.language }), async ({ language, ...reference }) => {
  const amendment = await Amendment.read(reference);
  return renderPdf(amendment, await Contract.read(amendment.contract_id), language);
});

/** Renders the PDF for a reader of the contract. Until the first signature, an unchanged amendment gives the same bytes each time. */
export const renderPdf = async (amendment: AmendmentRecord, contract: ContractRecord, language?: string | null): Promise<Pdf> =>
  ContractDocument.amendmentPdf(await buildContent(amendment, contract, language));

/** Builds the content of the document. */
/** Builds the document that the customer reads. */
export const buildDocument = async (amendment: AmendmentRecord, contract: ContractRecord, language: string) =>
  ContractDocument.amendmentDocument(await buildContent(amendment, contract, language));

async function buildContent(amendment: AmendmentRecord, contract: ContractRecord, language?: string | null) {
  const letter = await resolveLetter(contract);
  return {
    id: amendment.id,
    day: instantToDay(useSettings().timezone, amendment.drawn_at),
    letter,
    language,
    ...buildAmendmentEffect(amendment),
    contract_number: contract.contract_number,
    parties: toParties(letter),
    signatures: listSignatures(amendment),
    is_draft: !isApproved(amendment.status),
  };
}

/** Builds the comparison of the contract before and after the amendment. */
export function buildAmendmentEffect({ figures, currency, title, ...amendment }: AmendmentRecord): AmendmentEffect {
  const facts = (side: "before" | "after"): ContractFacts => ({
    contract: { currency, ...Object.fromEntries(figures.map((figure) => [figure.field, figure[side]])) },
  });
  return {
    amendment_number: amendment.amendment_number,
    description: title,
    reason: amendment.reason,
    effective_date: amendment.effective_date,
    before: facts("before"),
    after: facts("after"),
    clauses: amendment.clauses.map(toClauseChange),
    deliverables: amendment.deliverables ? listDeliverableChanges(amendment.deliverables) : [],
  };
}

/** A new heading is printed above the new text. */
function toClauseChange({ heading, text, original }: Clause) {
  const isOther = heading !== null && heading !== original.heading && text !== null;
  return {
    number: original.number,
    heading: original.heading,
    original: original.text,
    amended: isOther ? `${heading}\n\n${text}` : text,
  };
}

const listDeliverableChanges = ({ added, changed, removed }: Scope): DeliverableChange[] => [
  ...changed.map(({ before, set }) => ({ before, after: { ...before, ...set } as typeof before })),
  ...removed.map(({ before }) => ({ before, after: null })),
  ...added.map((after) => ({ before: null, after })),
];

/** Loads the comparisons of all amendments in effect, in the order of the contract's changes. */
export async function loadAmendmentEffects({ changes }: ContractRecord): Promise<AmendmentEffect[]> {
  const ids = changes.flatMap(({ amendment_id }) => amendment_id ?? []);
  const amendments = ids.length === 0 ? [] : await Records.loadMany(Amendments, ids);
  return amendments.flatMap((amendment) => (amendment ? [buildAmendmentEffect(amendment)] : []));
}

export * as AmendmentFile from "./document.ts";
