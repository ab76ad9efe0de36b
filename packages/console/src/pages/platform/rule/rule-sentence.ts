import { formatMoney } from "../../../api/value-text.ts";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";
import type { FilterCondition } from "../../../ui/kit/filter-operators.ts";
import { type ConditionField, readConditions } from "./rule-conditions.ts";
import type { RuleText } from "./rule-names.ts";
import type { Entry, RuleShape } from "./rule-shape.ts";

/** Says an entry of a rule in a sentence: its conditions, and its effect. Pure. */

export interface SentenceSources {
  readonly t: Translate;
  readonly locale: string;
  readonly text: RuleText;
  readonly conditionFields: readonly ConditionField[];
  /** Says one condition of the filter. */
  readonly describe: (field: ConditionField, condition: FilterCondition) => string;
  /** The name of a user, a team or a value of master data; undefined while it loads. */
  readonly nameId: (id: string) => string | undefined;
}

/** Parts of an entry that are no conditions. */
const effectParts: ReadonlySet<string> = new Set([
  ...["name", "reason", "to", "when", "approvers", "side_by_side", "patience", "territory", "level_at_least", "target_hours"],
  ...["stage", "rank", "do", "is_active", "subject", "activity_type_id", "priority_id", "due_in_days", "text", "days_after_due"],
]);

const UNKNOWN = "…";

const joinAll = (parts: readonly string[], locale: string, type: "conjunction" | "disjunction" = "conjunction"): string =>
  new Intl.ListFormat(locale, { type }).format(parts);

/** Conditions of the same field are alternatives. */
function mergeConditions(conditions: readonly FilterCondition[]): FilterCondition[] {
  return [...Map.groupBy(conditions, ({ field, operator }) => `${field} ${operator}`).values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    return group.length === 1 ? [first] : [{ ...first, operator: "in" as const, values: group.flatMap(({ values }) => values) }];
  });
}

interface Amount {
  readonly currency: string;
  readonly amount: string;
}

const isAmounts = (value: unknown): value is readonly Amount[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((item) => typeof item === "object" && item !== null && "amount" in item);

/** Says a condition that is a property of the entry itself. */
export function describeProperty(name: string, value: unknown, { t, locale, text }: SentenceSources): string | undefined {
  if (value === null || value === undefined || value === false || value === "") return undefined;
  const label = text.nameField(name);
  if (value === true) return label;
  if (isAmounts(value)) {
    const amounts = value.map(({ currency, amount }) => formatMoney(amount, currency, locale));
    return t("{label} {value}", { label, value: joinAll(amounts, locale, "disjunction") });
  }
  if (Array.isArray(value)) {
    const names = value.map((item) => text.nameChoice(name, String(item)));
    return names.length === 0 ? undefined : t("{label}: {value}", { label, value: joinAll(names, locale, "disjunction") });
  }
  if (typeof value === "object") return undefined;
  return t("{label} {value}", {
    label,
    value: typeof value === "number" ? formatCount(value, locale) : text.nameChoice(name, String(value)),
  });
}

/** Says the conditions of an entry; empty if it always holds. */
function describeConditions(entry: Entry, { hasWhen }: Pick<RuleShape, "hasWhen">, sources: SentenceSources): string {
  const { locale, conditionFields, describe } = sources;
  if (!hasWhen) {
    const said = Object.entries(entry).flatMap(([name, value]) =>
      effectParts.has(name) ? [] : (describeProperty(name, value, sources) ?? []),
    );
    return joinAll(entry.every === true ? [] : said, locale);
  }
  const conditions = mergeConditions(readConditions(entry.when as Entry | undefined, conditionFields));
  const said = conditions.flatMap((condition) => {
    const field = conditionFields.find(({ name }) => name === condition.field);
    return field ? [describe(field, condition)] : [];
  });
  return joinAll(said, locale);
}

interface Destination {
  readonly method: string;
  readonly user_ids?: readonly string[] | null;
  readonly team_id?: string | null;
}

/** Says whom a destination assigns to. */
export function describeDestination(to: Destination | null | undefined, { t, locale, nameId }: SentenceSources): string {
  if (!to) return t("no assignment");
  const users = to.team_id
    ? t("the users of {team}", { team: nameId(to.team_id) ?? UNKNOWN })
    : joinAll(
        (to.user_ids ?? []).map((id) => nameId(id) ?? UNKNOWN),
        locale,
        "disjunction",
      );
  if (users === "") return t("no assignment");
  if (to.method === "USER") return t("assign to {users}", { users });
  if (to.method === "ROUND_ROBIN") return t("assign in turn to {users}", { users });
  return t("assign to the one with the lowest load of {users}", { users });
}

const actionNames = (t: Translate): Readonly<Record<string, string>> => ({
  mail: t("send an email"),
  task: t("create a task"),
  notify: t("notify"),
  health: t("update the customer's health"),
});

/** Says what an entry does. */
export function describeEffect(entry: Entry, sources: SentenceSources): string {
  const { t, locale, text, nameId } = sources;
  if ("to" in entry) return describeDestination(entry.to as Destination, sources);
  if (typeof entry.territory === "string") return t("territory {name}", { name: nameId(entry.territory) ?? UNKNOWN });
  if (entry.target_hours !== undefined) {
    const target = t("target {hours, plural, one {# hour} other {# hours}}", { hours: Number(entry.target_hours) });
    const level = entry.level_at_least;
    return level === null || level === undefined
      ? target
      : t("priority at least {level}, {target}", { level: text.nameChoice("levels", String(level)), target });
  }
  if (Array.isArray(entry.approvers)) {
    const approvers = entry.approvers.map((role) => text.nameChoice("approvers", String(role)));
    if (approvers.length < 2) return t("approval by {roles}", { roles: approvers.join() });
    return entry.side_by_side === true
      ? t("approval by {roles} at the same time", { roles: joinAll(approvers, locale) })
      : t("approval by {roles}, one after the other", { roles: joinAll(approvers, locale) });
  }
  if (Array.isArray(entry.do)) {
    const names = actionNames(t);
    const said = (entry.do as readonly { readonly action: string }[]).map(
      ({ action }) => names[action] ?? text.nameField(action),
    );
    return joinAll(said, locale);
  }
  if (entry.days_after_due !== undefined)
    return t("reminder {days, plural, one {# day} other {# days}} after the due date", { days: Number(entry.days_after_due) });
  if (entry.subject !== undefined)
    return t("task “{subject}”, due in {days, plural, one {# day} other {# days}}", {
      subject: String(entry.subject),
      days: Number(entry.due_in_days ?? 1),
    });
  const choice = entry.stage ?? entry.rank;
  return choice === undefined ? "" : text.nameChoice(entry.stage === undefined ? "rank" : "stage", String(choice));
}

/** Says an entry as one sentence. */
export function describeEntry(entry: Entry, shape: Pick<RuleShape, "hasWhen">, sources: SentenceSources): string {
  const { t } = sources;
  const conditions = describeConditions(entry, shape, sources);
  const effect = describeEffect(entry, sources);
  if (effect === "") return conditions;
  return conditions === "" ? t("Always: {effect}", { effect }) : t("If {conditions}: {effect}", { conditions, effect });
}
