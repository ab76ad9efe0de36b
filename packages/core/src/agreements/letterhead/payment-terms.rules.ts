import { fillPlaceholders } from "../../kernel/text.ts";
import type { LocaleFormat } from "../../lib/pdf/locale-format.ts";
import type { Translations } from "./i18n.ts";

/**
 * Pure rules: payment terms are text of the tenant. The usual English ones, such as "30 days net" of samples and imports, appear in the language of a document.
 */

const NET_DAYS = /^(?:net )?(\d{1,3})(?: days)?(?: net)?$/i;
const ON_RECEIPT = /^(?:due|payable) (?:up)?on receipt$/i;

export function formatPaymentTerms(terms: string, { speech, words }: { speech: LocaleFormat; words: Translations }): string {
  // An English document has the words of the tenant.
  if (/^en\b/.test(speech.language)) return terms;
  const text = terms.trim().replace(/\.$/, "");
  if (ON_RECEIPT.test(text)) return words.due_on_receipt;
  const [, days] = (/[a-z]/i.test(text) && NET_DAYS.exec(text)) || [];
  return days === undefined ? terms : fillPlaceholders(words.net_days, { days: speech.number(days) });
}
