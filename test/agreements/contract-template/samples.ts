import { contractDocument } from "@crm/core/agreements/contract-template/document.ts";
import { resolveContractLocale } from "@crm/core/agreements/contract-template/locale.ts";
import type { ContractFacts } from "@crm/core/agreements/contract-template/merge-fields.rules.ts";
import { composeTerms, type Term } from "@crm/core/agreements/contract-template/wording.rules.ts";
import { type Agreement, serviceClauses } from "../../../scripts/samples/contracts.ts";

/** The sample agreements as they appear in the document. */

const party = ([name = "", ...lines]: readonly string[]) => ({ name, lines });

export const buildSampleFacts = ({ company, customer, title, currency }: Agreement): ContractFacts => ({
  contract: {
    ...{ number: "CT-2030-000017", title, currency, contract_value: currency === "JPY" ? "1200000" : "12000.00" },
    ...{ billing_frequency: "QUARTERLY", payment_terms: "30", start_date: "2030-01-01", end_date: "2030-12-31" },
    ...{ duration_months: 12, auto_renew: true, renewal_notice_days: 60 },
  },
  customer: { name: customer[0] ?? null, address: customer.slice(1).join(", ") },
  tenant: { name: company[0] ?? null, address: company.slice(1).join(", ") },
});

/** Clauses have the keys `k0`, `k1`, …, except in the services agreement, whose clauses have their own keys. */
export function buildSampleTerms(agreement: Agreement): Term[] {
  const own = agreement.language === "en";
  const pieces = agreement.clauses.map(([level, heading, body], at) => ({
    ...{ level, heading, body, key: own ? (serviceClauses[at]?.key ?? "") : `k${at}` },
    ...{ page_break: false, when: [], is_mandatory: false, clause_id: null, clause_version: null },
  }));
  return composeTerms(pieces, buildSampleFacts(agreement), new Map(), resolveContractLocale(agreement.language)).terms;
}

export const buildSampleContent = (agreement: Agreement) => {
  const { language, company, customer, footer, deliverables, currency } = agreement;
  const amount = currency === "JPY" ? "300000" : "3000.00";
  return {
    id: "con_sample",
    day: "2030-01-01",
    language,
    letter: { language, paper: "A4" as const, from: [...company], to: [], footer, logo_upload_id: null },
    facts: buildSampleFacts(agreement),
    terms: buildSampleTerms(agreement),
    parties: { company: party(company), customer: party(customer) },
    deliverables: deliverables.map(([name, description, due_date]) => ({ name, description, due_date })),
    plan: ["01", "04", "07", "10"].map((month, at) => ({
      ...{ number: at + 1, due_date: `2030-${month}-01`, amount },
      ...{ period_start: `2030-${month}-01`, period_end: `2030-${String(Number(month) + 2).padStart(2, "0")}-28` },
    })),
    plan_total: buildSampleFacts(agreement).contract?.contract_value as string,
    signatures: [{ party: "company" as const, name: "Grace Hopper", title: "CEO", signed_on: "2030-01-02" }],
  };
};

export const renderSampleDocument = (agreement: Agreement) => contractDocument(buildSampleContent(agreement));
