import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useLocale } from "react-aria-components/I18nProvider";
import { crm } from "../../../api/client.ts";
import { fieldLabel } from "../../../api/field-label.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { type Kind, useKind, useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { useFilterFields } from "../../../input/filters/use-filter-fields.ts";
import { listCountries } from "../../../ui/i18n/country-list.ts";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { describeCondition } from "../../../ui/kit/filter-builder.tsx";
import type { FilterField } from "../../../ui/kit/filter-field.ts";
import { buildFilter, type Groups, isCountable, listFacts, parseFact } from "./segment-rules.ts";

/** The kind of the records that a kind of sets holds. */
export const memberKinds: Readonly<Record<string, string>> = { segment: "customer", contact_list: "contact" };

const SAMPLE_SIZE = 5;

/** Fields that say how the system treats a record, and nothing about the record. */
const HIDDEN_FIELDS: ReadonlySet<string> = new Set(["person_sight"]);

const textOperators = ["contains", "not_contains", "prefix", "eq", "ne", "is_null"] as const;
const choiceOperators = ["in", "is_null"] as const;
const numberOperators = ["eq", "ne", "gt", "gte", "lt", "lte"] as const;

function nameFact(
  name: string,
  { t, kind, nameType }: { readonly t: Translate; readonly kind: Kind; readonly nameType: (code: string) => string },
): string {
  const fact = parseFact(name);
  if (fact?.is === "score")
    return { recency: t("Recency score"), frequency: t("Frequency score"), monetary: t("Monetary score") }[fact.of];
  if (fact?.is === "days_since")
    return t("Days since: {field}", {
      field: kind.fields.find((field) => field.name === fact.field)?.label ?? fieldLabel(fact.field),
    });
  if (fact?.is === "address")
    return { city: t("City"), postal_code: t("Postal code"), state: t("State or region"), country: t("Country") }[fact.part];
  if (fact?.is !== "interactions") return fieldLabel(name);
  return fact.type === undefined
    ? t("Interactions in {days} days", { days: String(fact.days) })
    : t("Interactions in {days} days: {type}", { days: String(fact.days), type: nameType(fact.type) });
}

/** The titles under which conditions are offered, in their order. */
const listGroupTitles = (t: Translate) =>
  ({
    field: t("Fields"),
    custom: t("Custom fields"),
    address: t("Address"),
    days_since: t("Days since a date"),
    interactions: t("Interactions"),
    score: t("Scores"),
  }) as const;

/** The fields by which sets of a kind can be filled: those of its records, and facts that are computed. */
export function useSegmentFields(kind: Kind, groups: Groups): FilterField[] {
  const t = useText();
  const { locale } = useLocale();
  const { data: kinds = [] } = useKindIndex();
  const { data: interactions } = useKind(kinds.some((summary) => summary.kind === "interaction") ? "interaction" : undefined);
  const conditions = useMemo(() => groups.flat(), [groups]);
  const fields = useFilterFields(kind, conditions);
  return useMemo(() => {
    const types = interactions?.fields.find(({ name }) => name === "interaction_type_id")?.choices ?? [];
    const nameType = (code: string): string => types.find((type) => type.code === code)?.name ?? fieldLabel(code);
    const own = fields.filter(({ name }) => !HIDDEN_FIELDS.has(name) && kind.fields.some((field) => field.name === name));
    const facts = listFacts({
      fields: kind.fields.filter(({ name }) => name === "addresses" || own.some((field) => field.name === name)),
      interactionTypes: types.map(({ code }) => code),
      isScored: kind.kind === "customer",
      groups,
    }).map((name): FilterField => {
      const label = nameFact(name, { t, kind, nameType });
      const fact = parseFact(name);
      if (fact?.is !== "address") return { name, label, type: "number", operators: numberOperators };
      if (fact.part !== "country") return { name, label, type: "text", operators: textOperators };
      const options = listCountries(locale);
      const names = Object.fromEntries(options.map((option) => [option.id, option.label]));
      return { name, label, type: "choice", operators: choiceOperators, options, names };
    });
    const titles = listGroupTitles(t);
    const order: readonly string[] = Object.values(titles);
    const findTitle = (name: string): string =>
      titles[parseFact(name)?.is ?? (name.startsWith("custom_fields.") ? "custom" : "field")];
    return [...own, ...facts]
      .map((field) => ({ ...field, group: findTitle(field.name) }))
      .sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group) || a.label.localeCompare(b.label, locale));
  }, [fields, interactions, kind, groups, t, locale]);
}

/** Writes alternatives as sentences, one for each. */
export function useRuleText(fields: readonly FilterField[]): (groups: Groups) => string[] {
  const t = useText();
  const { locale } = useLocale();
  const list = new Intl.ListFormat(locale, { type: "conjunction" });
  return (groups) =>
    groups.map((group) =>
      list.format(
        group.map((condition) => {
          const field = fields.find(({ name }) => name === condition.field);
          if (!field) return fieldLabel(condition.field);
          const { verb, text } = describeCondition(t, locale, field, condition);
          return [field.label, verb, text].filter((part) => part !== "").join(" ");
        }),
      ),
    );
}

interface Matches {
  readonly total: number;
  readonly isLowerBound: boolean;
  readonly sample: readonly ConsoleRecord[];
}

/** Counts the records that match while conditions are edited. Undefined conditions are not counted. */
export function useMatches(kind: Kind, groups: Groups) {
  const scope = useScope();
  const where = buildFilter(groups);
  return useQuery({
    queryKey: [...scope, "list", kind.kind, "segment-matches", where],
    enabled: where !== undefined && isCountable(groups),
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: async ({ signal }): Promise<Matches> => {
      const body = { where, limit: SAMPLE_SIZE };
      const { data, meta } = await crm.request<ConsoleRecord[]>("POST", `${kind.path}/query`, { body, signal }).withResponse();
      const { total, total_is_lower_bound } = meta as { total?: number; total_is_lower_bound?: boolean };
      return { total: Number(total ?? data.length), isLowerBound: total_is_lower_bound === true, sample: data };
    },
  });
}
