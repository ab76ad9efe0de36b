import { formatDate, formatMoney } from "../../../api/value-text.ts";
import { formatCount, formatPercent } from "../../../ui/i18n/formatters.ts";
import { isDecimal } from "../../../ui/kit/decimal.ts";
import { describeProperty, type SentenceSources } from "./rule-sentence.ts";
import type { Definition, Entry } from "./rule-shape.ts";

/** Says why a rule decides about a record as it does, from what the dry run of the API says. Pure. */

export interface DecisionCondition {
  readonly condition: string;
  readonly field: string | null;
  readonly value: string | null;
  readonly limit: string | null;
  readonly currency: string | null;
  readonly holds: boolean;
}

export interface DecisionEntry {
  /** `levels[1]`, or the name of a property. */
  readonly path: string;
  readonly name: string;
  readonly applies: boolean;
  readonly conditions: readonly DecisionCondition[];
}

export interface ScorePart {
  readonly key: string;
  readonly label: string;
  readonly points: number;
  readonly max: number;
  /** Why, in the language of the API. */
  readonly because: string;
}

/** A decision of a rule about a record. */
export interface Decision {
  readonly record_id: string;
  readonly title: string;
  readonly result: string;
  readonly entries?: readonly DecisionEntry[];
  readonly parts?: readonly ScorePart[];
}

/** The kind of the records that the dry run of a rule explains. */
export const explainedKinds: Readonly<Record<string, string>> = {
  quote_approval: "quote",
  proposal_approval: "proposal",
  contract_approval: "contract",
  contract_amendment_approval: "amendment",
  email_send_approval: "email_send",
  score_standard: "lead",
  score_dynamic: "lead",
};

const LIST_PATH = /^(\w+)\[(\d+)\]$/;

/** Returns the entry of a definition at a path. */
export function findEntryAt(definition: Definition, path: string): Entry | undefined {
  const [, list, index] = LIST_PATH.exec(path) ?? [];
  const value = list === undefined ? definition[path] : (definition[list] as readonly Entry[] | undefined)?.[Number(index)];
  return (value ?? undefined) as Entry | undefined;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Writes the value that a condition was compared with. */
function formatCompared({ field, value, currency }: DecisionCondition, { t, locale, text }: SentenceSources): string | undefined {
  if (value === null) return undefined;
  if (value === "true") return t("Yes");
  if (value === "false") return t("No");
  if (currency !== null) return formatMoney(value, currency, locale, "exact");
  if (DAY.test(value)) return formatDate(value, locale);
  if (!isDecimal(value)) return text.nameChoice(field ?? "", value);
  return field?.endsWith("_percent") ? formatPercent(Number(value), locale) : formatCount(Number(value), locale);
}

/** Says a condition of an entry with the values that it was compared with: `Discount from percent 10: Discount on the whole is 7.5 %`. */
export function describeChecks(checks: readonly DecisionCondition[], entry: Entry | undefined, sources: SentenceSources): string {
  const { t, locale, text } = sources;
  const [first] = checks;
  if (first === undefined) return "";
  const label = describeProperty(first.condition, entry?.[first.condition], sources) ?? text.nameField(first.condition);
  const compared = checks.flatMap((check) => {
    if (check.field === null) return [];
    const value = formatCompared(check, sources);
    // The condition itself says what it is about.
    if (check.value === "true" || check.value === "false") return [value ?? ""];
    const field = text.nameField(check.field);
    return [value === undefined ? t("{field} is empty", { field }) : t("{field} is {value}", { field, value })];
  });
  if (compared.length === 0) return label;
  return t("{label}: {value}", { label, value: new Intl.ListFormat(locale, { type: "unit" }).format(compared) });
}

/** Says why an entry applies or not: the conditions that hold, or else all of them. */
export function explainEntry(decision: DecisionEntry, entry: Entry | undefined, sources: SentenceSources): readonly string[] {
  const held = decision.conditions.filter(({ holds }) => holds);
  const checks = held.length > 0 ? held : decision.conditions;
  return [...Map.groupBy(checks, ({ condition }) => condition).values()].map((group) => describeChecks(group, entry, sources));
}
