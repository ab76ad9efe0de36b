import { resolveLocale } from "@crm/core/agreements/letterhead/locale.ts";
import { formatPaymentTerms } from "@crm/core/agreements/letterhead/payment-terms.rules.ts";
import { expect, it } from "vitest";

it.each([
  ["30 days net", "de", "30 Tage netto"],
  ["Net 14", "de", "14 Tage netto"],
  ["Net 60 days.", "fr", "60 jours net"],
  ["Due on receipt", "ja", "受領後ただちにお支払い"],
  ["Net 30", "en-GB", "Net 30"],
  ["30 Tage netto", "fr", "30 Tage netto"],
  ["30 days net, 2 % within 10 days", "de", "30 days net, 2 % within 10 days"],
  ["30", "de", "30"],
])("writes the payment terms %j in %s as %j", (terms, language, text) => {
  expect(formatPaymentTerms(terms, resolveLocale(language))).toBe(text);
});
