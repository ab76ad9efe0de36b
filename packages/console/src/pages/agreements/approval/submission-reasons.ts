import type { Schemas } from "@crm/sdk/index.ts";
import { formatDate, formatMoney } from "../../../api/value-text.ts";
import { formatPercent, numberFormat } from "../../../ui/i18n/formatters.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";

/** Why a record needs approval, in sentences. Pure. */

export type ReachedCondition = Schemas.SubmissionPreview["steps"][number]["conditions"][number];

/** Says why a level is reached, each reason once. One sentence says a discount that is the same on each line. */
export function describeReached(conditions: readonly ReachedCondition[], t: Translate, locale: string): string[] {
  const discounts = conditions.filter(({ field }) => field === "highest_line_percent" || field === "whole_percent");
  const isEven = discounts.length > 1 && new Set(discounts.map(({ value }) => value)).size === 1;
  const described = isEven
    ? conditions.map((reached) => (discounts.includes(reached) ? { ...reached, field: "discount_percent" } : reached))
    : conditions;
  return [...new Set(described.map((condition) => describeCondition(condition, t, locale)))];
}

/** Says why a level of the rule is reached: what the record has, and from which limit on that needs approval. */
function describeCondition(reached: ReachedCondition, t: Translate, locale: string): string {
  const { condition, limit } = reached;
  const fact = describeFact(reached, t, locale);
  if (limit === null || condition === "duration_months_over") return fact;
  const text = formatAmount(limit, reached, locale);
  return [
    fact,
    condition === "discount_over"
      ? t("Approval is needed above {limit}.", { limit: text })
      : t("Approval is needed from {limit}.", { limit: text }),
  ].join(" ");
}

const formatAmount = (value: string, { condition, currency }: ReachedCondition, locale: string): string =>
  currency !== null
    ? formatMoney(value, currency, locale)
    : condition === "recipients_from"
      ? numberFormat(locale).format(Number(value))
      : formatPercent(Number(value), locale);

function describeFact(reached: ReachedCondition, t: Translate, locale: string): string {
  const { condition, field, value, limit } = reached;
  const amount = value === null ? "" : value;
  const text = (): string => formatAmount(amount, reached, locale);
  const sentences: Readonly<Record<string, () => string>> = {
    highest_line_percent: () => t("A line has a discount of {percent}.", { percent: text() }),
    whole_percent: () => t("The whole document has a discount of {percent}.", { percent: text() }),
    discount_percent: () => t("The discount is {amount}.", { amount: text() }),
    discount_amount: () => t("The discount is {amount}.", { amount: text() }),
    net_amount: () => t("The net amount is {amount}.", { amount: text() }),
    contract_value: () => t("The contract value is {amount}.", { amount: text() }),
    renewal_value: () => t("The value of the next term is {amount}.", { amount: text() }),
    value_change_percent: () =>
      value === null ? t("The rule asks for it.") : t("The value changes by {amount}.", { amount: text() }),
    recipients: () => t("The audience has {count} members.", { count: text() }),
    value_change: () => t("The value changes by {amount}.", { amount: text() }),
    end_date: () =>
      t("The term ends on {day}, later than {limit}.", {
        day: formatDate(amount, locale),
        limit: formatDate(limit ?? amount, locale),
      }),
    every: () => t("The rule asks for it in every case."),
    without_quote: () => t("There is no quote with approved prices."),
    auto_renew: () => t("The contract renews automatically."),
    special_terms: () => t("There are special terms."),
    without_signature: () => t("The contract comes into force without signatures."),
    by_type: () => t("This type needs a legal review."),
    types: () => t("Amendments of this type need approval."),
    clauses: () => t("Clauses change."),
    requires_legal_review: () => t("The author asked for a legal review."),
  };
  return (sentences[field ?? ""] ?? sentences[condition])?.() ?? t("The rule asks for it.");
}
