import type { Field, RecordData } from "../../../api/kind.ts";
import { formatDate, formatMoney, formatValue, type TextOptions } from "../../../api/value-text.ts";
import { numberFormat } from "../../../ui/i18n/formatters.ts";
import { formatDecimal, isDecimal } from "../../../ui/kit/decimal.ts";

/** Rules of the pricing rules' pages: what a rule says, in words, and the order in which rules are tried. */

type Values = Readonly<Record<string, unknown>>;

/** Returns the names behind the ids of a field, joined for a sentence. */
type NameList = (field: string) => string;

/** Names the values of the fields of a rule by the schema and the names that the API sends along. */
export function createNameList(fields: readonly Field[], rule: Values, options: TextOptions): NameList {
  const list = new Intl.ListFormat(options.locale, { type: "disjunction" });
  return (name) => {
    const field = fields.find((candidate) => candidate.name === name);
    const text = field ? formatValue(rule as RecordData, field, options) : "";
    const names = text.split(", ").filter((part) => part !== "");
    return list.format(names);
  };
}

const isFilled = (value: unknown): boolean => Array.isArray(value) && value.length > 0;

/** What the rule does to a price. Undefined while its value is missing. */
function describeEffect(rule: Values, { locale, currency, t }: TextOptions): string | undefined {
  const unit = String(rule.currency ?? currency);
  const amount = rule.amount ? formatMoney(String(rule.amount), unit, locale, "exact") : undefined;
  if (rule.effect === "PERCENT")
    return rule.percent === null || rule.percent === undefined
      ? undefined
      : t("{percent} off the price", {
          percent: numberFormat(locale, { style: "unit", unit: "percent", maximumFractionDigits: 2 }).format(
            Number(rule.percent),
          ),
        });
  if (amount === undefined) return undefined;
  return rule.effect === "AMOUNT" ? t("{amount} off each piece", { amount }) : t("{amount} for each piece", { amount });
}

/** When the rule counts, one text for each condition. None: always. */
function listConditions(rule: Values, nameList: NameList, { locale, t }: TextOptions): string[] {
  const quantity = String(rule.min_quantity ?? "");
  const [from, to] = [rule.valid_from, rule.valid_to].map((day) => (day ? formatDate(String(day), locale) : undefined));
  const named = (field: string, say: (names: string) => string): string[] =>
    isFilled(rule[field]) ? [say(nameList(field))] : [];
  return [
    ...named("product_ids", (names) => t("for {names}", { names })),
    ...named("category_ids", (names) => t("for products of the category {names}", { names })),
    ...(isDecimal(quantity) ? [t("from {quantity} pieces on", { quantity: formatDecimal(quantity, locale) })] : []),
    ...named("together_with", (names) => t("together with {names}", { names })),
    ...named("customer_ids", (names) => t("if the customer is {names}", { names })),
    ...named("customer_type_ids", (names) => t("if the type of the customer is {names}", { names })),
    ...named("tiers", (names) => t("if the tier of the customer is {names}", { names })),
    ...named("customer_tags", (names) => t("if the customer has the tag {names}", { names })),
    ...(from && to ? [t("from {from} until {to}", { from, to })] : []),
    ...(from && !to ? [t("from {from} on", { from })] : []),
    ...(to && !from ? [t("until {to}", { to })] : []),
  ];
}

/** Says what a rule does, and when, in one sentence. */
export function describeRule(rule: Values, nameList: NameList, options: TextOptions): string {
  const { t, locale } = options;
  const effect = describeEffect(rule, options) ?? t("No effect yet");
  const conditions = listConditions(rule, nameList, options);
  if (conditions.length === 0) return t("{effect}, for every line", { effect });
  return new Intl.ListFormat(locale, { type: "unit" }).format([effect, ...conditions]);
}

/** Puts rules into the order in which the API tries them: the highest priority first, of equal ones the older. */
export const sortRules = <R extends Values>(rules: readonly R[]): R[] =>
  [...rules].sort(
    (a, b) => Number(b.priority) - Number(a.priority) || String(a.created_at ?? "").localeCompare(String(b.created_at ?? "")),
  );

const inputNames = [
  ...["name", "description", "is_active", "priority", "stacks", "effect", "percent", "amount", "currency", "min_quantity"],
  ...["valid_from", "valid_to", "customer_ids", "customer_type_ids", "tiers", "customer_tags", "product_ids", "category_ids"],
  "together_with",
];

/** Returns the rule of a form as the API takes it for a trial. Undefined while it has no effect. */
export function toTrialRule(values: Values, id: string | undefined): Record<string, unknown> | undefined {
  const hasEffect = values.effect === "PERCENT" ? values.percent : values.amount;
  if (hasEffect === null || hasEffect === undefined || hasEffect === "") return undefined;
  const input = Object.fromEntries(
    inputNames.flatMap((name) => (values[name] === undefined || values[name] === null ? [] : [[name, values[name]]])),
  );
  return { ...input, name: String(values.name ?? "").trim() || "–", ...(id === undefined ? {} : { id }) };
}

/** Returns what a change of the effect changes beside it: fields that only other effects have are emptied. */
export const changeEffect = (effect: string): Values =>
  effect === "PERCENT" ? { effect, amount: null, currency: null } : { effect, percent: null };
