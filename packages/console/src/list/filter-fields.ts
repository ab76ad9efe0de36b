import { fieldLabel } from "../data/field-label.ts";
import type { Kind } from "../data/schema.ts";
import type { FilterField } from "../kit/filter-builder.tsx";
import type { FilterType } from "../kit/filter-operators.ts";
import { hueForColor } from "../kit/hue.ts";

const types: Readonly<Record<string, FilterType>> = {
  text: "text",
  email: "text",
  phone: "text",
  url: "text",
  choice: "choice",
  master: "choice",
  reference: "reference",
  integer: "number",
  number: "number",
  money: "money",
  date: "date",
  instant: "instant",
  boolean: "boolean",
};

/** The fields that a list can be filtered by, with their choices. References need an id, which people do not know: they are left out until a search is offered. */
export function listFilterFields(kind: Kind): FilterField[] {
  return kind.filters.flatMap((filter): FilterField[] => {
    const field = kind.fields.find(({ name }) => name === filter.field);
    const type = field?.format === "tags" ? "choices" : types[filter.type];
    const choices = filter.choices ?? field?.choices;
    if (type === undefined || type === "reference" || filter.operators.length === 0 || (type === "choice" && !choices)) return [];
    const options = choices?.map(({ code, name, color }) => ({
      id: code,
      label: name,
      ...(color ? { hue: hueForColor(color) } : {}),
    }));
    return [{ name: filter.name, label: field?.label ?? fieldLabel(filter.name), type, ...(options ? { options } : {}) }];
  });
}
