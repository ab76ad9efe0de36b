import { useSettings } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { instantToDay } from "../../kernel/time-zone.ts";
import { Master } from "../../platform/master-data/master.ts";
import { CONTRACT_TYPES } from "../../platform/master-data/shared.masters.ts";
import { loadAmendmentEffects } from "../amendment/document.ts";
import type { ContractRecord } from "../contract/contract.entity.ts";
import { Contract } from "../contract/contract.ts";
import { computeInstalments } from "../contract/instalments.ts";
import { listSignatures } from "../contract/signature-input.ts";
import { isOpen } from "../contract/status.rules.ts";
import type { Term } from "../contract/text.entity.ts";
import { loadWording } from "../contract/wording.ts";
import { ContractDocument } from "../contract-template/document.ts";
import { resolveLetter } from "../letterhead/letter.ts";
import { toParties } from "../letterhead/parties.rules.ts";
import { FileInput, type Pdf } from "../letterhead/pdf.ts";

/** A contract as a PDF: parties, terms, deliverables, instalments and space for both signatures. */

export const render = fn(FileInput, async ({ id, language }) => renderPdf(await Contract.read(id), language));

/** Renders the PDF for a reader of the contract. From the submission on it uses the stored letter, so later renames and moves do not change it. */
export async function renderPdf(contract: ContractRecord, language?: string | null): Promise<Pdf> {
  const [letter, wording, contract_type, amendments] = await Promise.all([
    resolveLetter(contract),
    loadWording(contract),
    contract.contract_type_id ? Master.findLabel(CONTRACT_TYPES, contract.contract_type_id) : null,
    loadAmendmentEffects(contract),
  ]);
  const { contract_number, title, description, contract_value, currency, monthly_fee, billing_frequency } = contract;
  const { payment_terms, start_date, end_date, duration_months, auto_renew, renewal_notice_days } = contract;
  return ContractDocument.contractPdf({
    id: contract.id,
    day: instantToDay(useSettings().timezone, contract.created_at),
    letter,
    language,
    facts: {
      contract: {
        ...{
          number: contract_number,
          title,
          description,
          contract_type: contract_type ?? null,
          contract_value,
          currency,
          monthly_fee,
        },
        ...{ billing_frequency, payment_terms, start_date, end_date, duration_months, auto_renew, renewal_notice_days },
        ...{ governing_law: contract.governing_law, jurisdiction: contract.jurisdiction },
      },
    },
    terms: [...(wording?.terms ?? []), ...listFurtherTerms(contract)].map((term) => ({
      ...{ level: 1, clause_id: null, clause_version: null, page_break: false, is_mandatory: false },
      ...Object.fromEntries(Object.entries(term).filter(([, value]) => value !== undefined)),
      ...{ key: term.key, number: term.number, heading: term.heading, text: term.text },
    })),
    parties: toParties(letter),
    plan: computeInstalments(contract),
    plan_total: contract_value,
    deliverables: contract.deliverables,
    signatures: listSignatures(contract),
    amendments,
    is_draft: isOpen(contract.status) && contract.status !== "APPROVED",
  });
}

/** Terms outside the wording; they are printed after it. */
const listFurtherTerms = ({ terms_and_conditions, special_terms }: ContractRecord): Term[] =>
  Object.entries({ terms_and_conditions, special_terms }).flatMap(([key, value]) =>
    value ? [{ key, number: "", heading: null, text: value }] : [],
  );

export * as ContractFile from "./contract-document.ts";
