import type { Field } from "../../api/kind.ts";
import { formatValue, type TextOptions } from "../../api/value-text.ts";

/** Lists the editable fields that differ after an action, each with its new value. A record that is named by an id has its label only. */
export function listChangedValues(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  fields: readonly Field[],
  options: TextOptions,
): string[] {
  return fields
    .filter(
      ({ name, editable }) =>
        editable && name in before && name in after && JSON.stringify(before[name]) !== JSON.stringify(after[name]),
    )
    .map((field) => (field.type === "reference" ? field.label : `${field.label}: ${formatValue(after, field, options)}`));
}
