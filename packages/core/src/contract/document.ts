import * as z from "zod";
import { ContractDocument } from "../contract-template/document.ts";
import { useSettings } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { language } from "../kernel/language.ts";
import { text } from "../kernel/schema.ts";
import { dayIn } from "../kernel/zone.ts";
import { Master } from "../masters/master.ts";
import { CONTRACT_TYPES } from "../masters/shared.masters.ts";
import type { Pdf } from "../offer/offered.ts";
import { amendedIn } from "./amendment/document.ts";
import type { ContractRecord } from "./contract.entity.ts";
import { Contract } from "./contract.ts";
import { instalmentsOf } from "./instalments.ts";
import { partiesOf, signaturesOf } from "./letter.ts";
import { isOpen } from "./status.rules.ts";
import type { Term } from "./text.entity.ts";
import { wordingOf } from "./wording.ts";

/** A contract as a file: who makes it with whom, its terms, what is owed, what is paid when, and room for both signatures. */

const Asked = z.strictObject({
  id: text(64),
  language: language().optional().describe("That of the letterhead unless told otherwise"),
});

export const file = fn(Asked, async ({ id, language: wanted }) => pdfOf(await Contract.read(id), wanted));

/** For who sees the contract. From its submission on it says the same for good, whatever is renamed or moves. */
export async function pdfOf(contract: ContractRecord, wanted?: string | null): Promise<Pdf> {
  const [letter, wording, contract_type, amendments] = await Promise.all([
    contract.letter ?? ContractDocument.letterFor(contract),
    wordingOf(contract),
    contract.contract_type_id ? Master.labelOf(CONTRACT_TYPES, contract.contract_type_id) : null,
    amendedIn(contract),
  ]);
  const { contract_number: number, title, description, contract_value, currency, monthly_fee, billing_frequency } = contract;
  const { payment_terms, start_date, end_date, duration_months, auto_renew, renewal_notice_days } = contract;
  return ContractDocument.contractPdf({
    id: contract.id,
    day: dayIn(useSettings().timezone, contract.created_at),
    letter,
    language: wanted,
    facts: {
      contract: {
        ...{ number, title, description, contract_type: contract_type ?? null, contract_value, currency, monthly_fee },
        ...{ billing_frequency, payment_terms, start_date, end_date, duration_months, auto_renew, renewal_notice_days },
        ...{ governing_law: contract.governing_law, jurisdiction: contract.jurisdiction },
      },
    },
    terms: [...(wording?.terms ?? []), ...further(contract)].map((term) => ({
      ...{ level: 1, clause_id: null, clause_version: null, page_break: false, is_mandatory: false },
      ...Object.fromEntries(Object.entries(term).filter(([, value]) => value !== undefined)),
      ...{ key: term.key, number: term.number, heading: term.heading, text: term.text },
    })),
    parties: partiesOf(letter),
    plan: instalmentsOf(contract),
    plan_total: contract_value,
    deliverables: contract.deliverables,
    signatures: signaturesOf(contract),
    amendments,
    is_draft: isOpen(contract.status) && contract.status !== "APPROVED",
  });
}

/** What was agreed beside the terms, behind them. */
const further = ({ terms_and_conditions, special_terms }: ContractRecord): Term[] =>
  Object.entries({ terms_and_conditions, special_terms }).flatMap(([key, said]) =>
    said ? [{ key, number: "", heading: null, text: said }] : [],
  );

export * as ContractFile from "./document.ts";
