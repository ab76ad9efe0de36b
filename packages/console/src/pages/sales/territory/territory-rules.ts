import type { Translate } from "../../../ui/i18n/use-text.ts";

/** The rule that puts records into territories, in sentences. */

interface TerritoryConditions {
  readonly countries?: readonly string[] | null;
  readonly states?: readonly string[] | null;
  readonly postal_codes?: readonly (string | { readonly from: string; readonly to: string })[] | null;
  readonly industries?: readonly string[] | null;
  readonly sources?: readonly string[] | null;
  readonly min_employees?: number | null;
  readonly max_employees?: number | null;
}

export interface TerritoryRule {
  readonly rules: readonly { readonly name: string; readonly territory: string; readonly when: TerritoryConditions }[];
  readonly otherwise: string | null;
}

/** The lists of master data that conditions name by id. */
const conditionMasters = {
  countries: "countries",
  states: "states",
  industries: "industries",
  sources: "lead_sources",
} as const;

/** Lists the values of master data in a rule, to read their names. */
export const listConditionIds = ({ rules }: TerritoryRule): { readonly id: string; readonly master: string }[] =>
  rules.flatMap(({ when }) =>
    Object.entries(conditionMasters).flatMap(([field, master]) =>
      (when[field as keyof typeof conditionMasters] ?? []).map((id) => ({ id, master })),
    ),
  );

/** Says when an entry of the rule applies: `Country: Germany or Austria. At least 50 employees.` */
export function describeConditions(when: TerritoryConditions, names: ReadonlyMap<string, string>, t: Translate): string[] {
  const list = (values: readonly string[]): string => values.map((value) => names.get(value) ?? value).join(", ");
  const codes = (when.postal_codes ?? []).map((code) => (typeof code === "string" ? `${code}…` : `${code.from}–${code.to}`));
  const parts: readonly (readonly [text: string, isSet: boolean])[] = [
    [t("Country: {values}", { values: list(when.countries ?? []) }), Boolean(when.countries?.length)],
    [t("State: {values}", { values: list(when.states ?? []) }), Boolean(when.states?.length)],
    [t("Postal code: {values}", { values: codes.join(", ") }), codes.length > 0],
    [t("Industry: {values}", { values: list(when.industries ?? []) }), Boolean(when.industries?.length)],
    [t("Source: {values}", { values: list(when.sources ?? []) }), Boolean(when.sources?.length)],
    [t("At least {count} employees", { count: when.min_employees }), typeof when.min_employees === "number"],
    [t("At most {count} employees", { count: when.max_employees }), typeof when.max_employees === "number"],
  ];
  const texts = parts.flatMap(([text, isSet]) => (isSet ? [text] : []));
  return texts.length > 0 ? texts : [t("All records")];
}
