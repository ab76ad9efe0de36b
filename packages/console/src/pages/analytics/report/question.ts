import type { Translate } from "../../../ui/i18n/use-text.ts";
import { describeCondition } from "../../../ui/kit/filter-builder.tsx";
import type { FilterField } from "../../../ui/kit/filter-field.ts";
import type { FilterCondition } from "../../../ui/kit/filter-operators.ts";

/** Writes the conditions of a report as one sentence. */
export function describeConditions(
  conditions: readonly FilterCondition[],
  fields: readonly FilterField[],
  { t, locale }: { readonly t: Translate; readonly locale: string },
): string {
  const parts = conditions.flatMap((condition) => {
    const field = fields.find(({ name }) => name === condition.field);
    if (!field) return [];
    const { verb, text } = describeCondition(t, locale, field, condition);
    return [[field.label, verb, text].filter((part) => part !== "").join(" ")];
  });
  return new Intl.ListFormat(locale, { type: "conjunction" }).format(parts);
}
