import { fieldLabel } from "../../api/field-label.ts";
import type { Kind } from "../../api/kind.ts";
import type { FilterField } from "../../ui/kit/filter-field.ts";
import type { FilterCondition, FilterType } from "../../ui/kit/filter-operators.ts";
import { hueForColor } from "../../ui/kit/hue.ts";

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

type KindFilter = Kind["filters"][number];

/** A field that a list can be filtered by, and what its values name. */
interface ListFilterField extends FilterField {
  /** The kind of record that the values name. */
  readonly record?: string;
  /** The kind of master data that the values name, if it has too many values to list them. */
  readonly master?: string;
}

/** The value of a filter by users that means the caller. */
export const CALLER = "me";

function toFilterField(kind: Pick<Kind, "fields">, filter: KindFilter): ListFilterField | undefined {
  const field = kind.fields.find(({ name }) => name === filter.field);
  const choices = filter.choices ?? field?.choices;
  const record = filter.record ?? field?.record;
  const master = filter.master ?? field?.master;
  const isSearched = filter.type === "master" && choices === undefined && master !== undefined;
  const hasSeveral = field?.format === "tags" || filter.operators.includes("has");
  const type = hasSeveral ? "choices" : isSearched ? "reference" : types[filter.type];
  if (type === undefined || filter.operators.length === 0) return undefined;
  if ((type === "choice" && !choices) || (type === "reference" && record === undefined && !isSearched)) return undefined;
  const options = choices?.map(({ code, name, color }) => ({
    id: code,
    label: name,
    ...(color ? { hue: hueForColor(color) } : {}),
  }));
  // Addresses from elsewhere may name master data by id.
  const names = Object.fromEntries((choices ?? []).flatMap(({ id, name }) => (id === undefined ? [] : [[id, name]])));
  return {
    name: filter.name,
    label: field?.label ?? fieldLabel(filter.name),
    type,
    operators: filter.operators,
    names,
    ...(options ? { options } : {}),
    ...(isSearched ? { master } : type === "reference" ? { record } : {}),
  };
}

/**
 * The fields that a list can be filtered by, in the order of their labels. Of two filters by one field, the menu offers that with the name of the field; the
 * other one is known in addresses.
 */
export function listFilterFields(kind: Pick<Kind, "fields" | "filters">, locale: string): ListFilterField[] {
  const isAlias = ({ name, field }: KindFilter): boolean =>
    field !== undefined && name !== field && kind.filters.some((other) => other.name === field);
  return kind.filters
    .flatMap((filter) => {
      const field = toFilterField(kind, filter);
      return field === undefined ? [] : [isAlias(filter) ? { ...field, isHidden: true } : field];
    })
    .sort((a, b) => a.label.localeCompare(b.label, locale));
}

/** A value of a filter that stands for something with a name. */
interface NamedValue {
  readonly kind: "record" | "master";
  readonly type: string;
  readonly id: string;
}

/** The records and the master data that the conditions name by id. */
export function listNamedValues(conditions: readonly FilterCondition[], fields: readonly ListFilterField[]): NamedValue[] {
  const values = conditions.flatMap(({ field: name, operator, values: ids }): NamedValue[] => {
    const field = fields.find((candidate) => candidate.name === name);
    const type = field?.record ?? field?.master;
    if (field === undefined || type === undefined || operator === "is_null") return [];
    return ids
      .filter((id) => id !== "" && id !== CALLER)
      .map((id) => ({ kind: field.record === undefined ? "master" : "record", type, id }));
  });
  return [...new Map(values.map((value) => [value.id, value])).values()];
}
