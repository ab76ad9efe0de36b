import type { JsonSchema } from "../../../api/step-schema.ts";
import type { FilterField } from "../../../ui/kit/filter-field.ts";
import type { FilterCondition } from "../../../ui/kit/filter-operators.ts";
import type { Option } from "../../../ui/kit/option-type.ts";
import { findMaster, listChoices } from "./rule-fields.ts";
import type { RuleText } from "./rule-names.ts";
import { dropNull, type Entry } from "./rule-shape.ts";

/** The conditions of a rule as the chips of a filter: one condition for each property of `when`. Pure. */

export interface ConditionField extends FilterField {
  /** How the rule has the value. */
  readonly storedAs: "list" | "numbers" | "number" | "boolean" | "text" | "ranges";
  readonly master?: string;
}

/** `min_score` and `max_score` are bounds of the score. */
const bounds = { min_: "gte", max_: "lte" } as const;
const POSTAL_CODES = "postal_codes";
/** Master data with too many values to list them. */
const searchedMasters: ReadonlySet<string> = new Set(["states", "cities"]);

interface FieldSources {
  readonly text: RuleText;
  readonly options: (master: string) => readonly Option[];
  readonly names: (master: string) => Readonly<Record<string, string>>;
  readonly search: (master: string) => FilterField["search"];
  readonly currency: string;
}

function toConditionField(name: string, part: JsonSchema, sources: FieldSources): ConditionField | undefined {
  const { text } = sources;
  const schema = dropNull(part);
  const types = [schema.type].flat();
  if (name === POSTAL_CODES) return { name, label: text.nameField(name), type: "text", operators: ["eq"], storedAs: "ranges" };
  if (types.includes("array")) {
    const values = listChoices(schema.items ?? {});
    const master = findMaster(name, part);
    const common = { name, label: text.nameField(name) };
    if (values) {
      const options = values.map((value) => ({ id: String(value), label: text.nameChoice(name, String(value)) }));
      const storedAs = values.every((value) => typeof value === "number") ? "numbers" : "list";
      return { ...common, type: "choice", operators: ["in"], options, storedAs };
    }
    if (master === undefined) return undefined;
    const names = sources.names(master);
    if (!searchedMasters.has(master))
      return { ...common, type: "choice", operators: ["in"], options: sources.options(master), names, storedAs: "list", master };
    const search = sources.search(master);
    const searched = { ...common, type: "reference", operators: ["eq"], names, storedAs: "list", master } as const;
    return search === undefined ? searched : { ...searched, search };
  }
  if (types.includes("boolean"))
    return { name, label: text.nameField(name), type: "boolean", operators: ["eq"], storedAs: "boolean" };
  const prefix = (Object.keys(bounds) as (keyof typeof bounds)[]).find((start) => name.startsWith(start));
  const operator = prefix === undefined ? "eq" : bounds[prefix];
  const label = text.nameField(prefix === undefined ? name : name.slice(prefix.length));
  if (types.includes("integer") || types.includes("number"))
    return { name, label, type: "number", operators: [operator], storedAs: "number" };
  if ((schema as { readonly "x-type"?: string })["x-type"] === "money")
    return { name, label, type: "money", operators: [operator], currency: sources.currency, storedAs: "text" };
  return types.includes("string") ? { name, label, type: "text", operators: ["eq"], storedAs: "text" } : undefined;
}

/** Lists the conditions that a rule can have. */
export const listConditionFields = (when: JsonSchema, sources: FieldSources): ConditionField[] =>
  Object.entries(when.properties ?? {}).flatMap(([name, part]) => toConditionField(name, part, sources) ?? []);

type PostalRange = string | { readonly from: string; readonly to: string };

const formatRange = (range: PostalRange): string => (typeof range === "string" ? range : `${range.from}–${range.to}`);

/** Reads `10000–19999, 20095`. */
function parseRanges(text: string): PostalRange[] {
  return text
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => {
      const [from = "", to] = part.split(/\s*–\s*|\s+-\s+/);
      return to === undefined ? from : { from, to };
    });
}

const isPresent = (value: unknown): boolean =>
  value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);

/** Returns the conditions of an entry as those of a filter. */
export function readConditions(when: Entry | null | undefined, fields: readonly ConditionField[]): FilterCondition[] {
  return fields.flatMap((field): FilterCondition[] => {
    const value = when?.[field.name];
    if (!isPresent(value)) return [];
    const operator = (field.operators?.[0] ?? "eq") as FilterCondition["operator"];
    if (field.storedAs === "ranges")
      return [{ field: field.name, operator, values: [(value as readonly PostalRange[]).map(formatRange).join(", ")] }];
    const values = [value].flat().map(String);
    return operator === "eq" && values.length > 1
      ? values.map((one) => ({ field: field.name, operator, values: [one] }))
      : [{ field: field.name, operator, values }];
  });
}

/** Returns the conditions of a filter as an entry has them. Conditions that no chip can show stay. */
export function writeConditions(
  conditions: readonly FilterCondition[],
  fields: readonly ConditionField[],
  before: Entry = {},
): Entry {
  const shown = new Set(fields.map(({ name }) => name));
  const rest = Object.entries(before).filter(([name]) => !shown.has(name));
  const written = fields.flatMap(({ name, storedAs }): [string, unknown][] => {
    const values = conditions.filter(({ field }) => field === name).flatMap((condition) => condition.values);
    const [last] = values.slice(-1);
    if (last === undefined) return [];
    if (storedAs === "list") return [[name, [...new Set(values)]]];
    if (storedAs === "numbers") return [[name, values.map(Number)]];
    if (storedAs === "number") return [[name, Number(last)]];
    if (storedAs === "boolean") return [[name, last === "true"]];
    return [[name, storedAs === "ranges" ? parseRanges(last) : last]];
  });
  return Object.fromEntries([...rest, ...written]);
}
