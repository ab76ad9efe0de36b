import { createTranslator } from "../../lib/i18n/catalog.ts";
import type { BillingFrequency } from "./billing-frequency.rules.ts";
import ar from "./i18n/ar.json" with { type: "json" };
import de from "./i18n/de.json" with { type: "json" };
import en from "./i18n/en.json" with { type: "json" };
import es from "./i18n/es.json" with { type: "json" };
import fr from "./i18n/fr.json" with { type: "json" };
import it from "./i18n/it.json" with { type: "json" };
import ja from "./i18n/ja.json" with { type: "json" };
import ko from "./i18n/ko.json" with { type: "json" };
import zhHans from "./i18n/zh-Hans.json" with { type: "json" };
import zhHant from "./i18n/zh-Hant.json" with { type: "json" };

/** The fixed words of contracts, in each language for customers. */
export interface ContractTranslations {
  contract: string;
  amendment: string;
  /** Mark of a contract that is not approved yet. */
  draft: string;
  parties: string;
  /** The tenant, as a party. */
  company: string;
  customer: string;
  value: string;
  monthly_fee: string;
  billing: string;
  starts: string;
  ends: string;
  duration: string;
  months: string;
  renewal: string;
  /** Label of the notice period for the renewal. */
  notice: string;
  days: string;
  governing_law: string;
  jurisdiction: string;
  payment_terms: string;
  deliverables: string;
  deliverable: string;
  due: string;
  payment_plan: string;
  number: string;
  period: string;
  amount: string;
  total: string;
  signatures: string;
  for_company: string;
  for_customer: string;
  name: string;
  /** Job title of a signer. */
  title: string;
  signature: string;
  signed: string;
  yes: string;
  no: string;
  /** Word between the title and the number of the amended contract. */
  amendment_to: string;
  effective: string;
  reason: string;
  clauses_changed: string;
  clause: string;
  original: string;
  amended: string;
  added: string;
  removed: string;
  figures_changed: string;
  figure: string;
  before: string;
  after: string;
  frequencies: Readonly<Record<BillingFrequency, string>>;
}

export const translationsFor = createTranslator<ContractTranslations>({
  en,
  de,
  fr,
  es,
  it,
  ar,
  ja,
  "zh-Hans": zhHans,
  "zh-Hant": zhHant,
  ko,
});
