import * as z from "zod";
import type { FieldType } from "../../kernel/field.ts";
import { memoizeByObject } from "../../kernel/memoize.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { buildFilterParameters, type FilterParameter, readField } from "../../storage/read/filter.ts";
import { type FilterExpression, WhereClauses } from "../../storage/read/where-clause.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import type { CustomFieldAdapter, CustomFieldValues } from "../../storage/table/custom-field-values.ts";
import { customName, customPath, isCustomPath } from "../../storage/table/custom-field-values.ts";

/**
 * Custom fields in filters of sets. Only fields with values that every user can see are allowed, because a user who sees a set sees which records
 * its filter matches. A condition on a field that was since deleted, hidden or retyped matches no record, and the set reports it as a problem.
 */

/** Returns the name of the custom field; undefined for any other field. */
export const parseCustomField = (field: string): string | undefined => (isCustomPath(field) ? customName(field) : undefined);

/** The filter parameters of custom fields and a reader of their values, according to the current definitions. */
interface CustomFieldFilter {
  parameters: ReadonlyMap<string, FilterParameter>;
  /** Field types by filter name, which includes the prefix. */
  types: ReadonlyMap<string, FieldType>;
  readValues(record: BaseRecord): Record<string, unknown>;
}

const parametersFor = memoizeByObject((schemas: Readonly<Record<string, z.ZodType>>): ReadonlyMap<string, FilterParameter> => {
  const shape = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [customPath(name), schema.nullable()]));
  return buildFilterParameters({
    kind: { isDerived: false },
    schema: z.object(shape),
    row: [],
    filterableFields: Object.keys(shape),
    indexes: {},
  });
});

interface FilterMembers {
  members: { readonly name: string; readonly definition: { readonly customFields?: CustomFieldAdapter } };
}

export async function loadCustomFieldFilter({ members: { name, definition } }: FilterMembers): Promise<CustomFieldFilter> {
  const { schemas, read } = definition.customFields ? await CustomFields.loadOpenFields(name) : { schemas: {}, read: () => ({}) };
  const parameters = parametersFor(schemas);
  return {
    parameters,
    types: new Map([...parameters.values()].map(({ field, type }) => [field, type])),
    readValues: (record) => {
      const values = read((record as BaseRecord & { custom_fields?: CustomFieldValues | null }).custom_fields ?? null);
      return Object.fromEntries(Object.entries(values).map(([field, value]) => [customPath(field), value]));
    },
  };
}

/** Returns whether the field of a condition still exists with the type that it had when the filter was written. */
const isUnchanged = ({ types }: CustomFieldFilter, field: string, type: FieldType): boolean =>
  parseCustomField(field) === undefined || types.get(field) === type;

/** Matches no record. */
const NO_MATCH: FilterExpression = { or: [] };

/** Replaces conditions on changed fields with one that matches no record. Those on custom fields read what `readValues` adds to records. */
export function withCurrentFields(condition: FilterExpression, fieldFilter: CustomFieldFilter): FilterExpression {
  if ("and" in condition) return { and: condition.and.map((operand) => withCurrentFields(operand, fieldFilter)) };
  if ("or" in condition) return { or: condition.or.map((operand) => withCurrentFields(operand, fieldFilter)) };
  const { field, type } = condition;
  if (!isUnchanged(fieldFilter, field, type)) return NO_MATCH;
  return parseCustomField(field) === undefined ? condition : { ...condition, read: (record) => readField(record, field) };
}

export const Problem = z.object({ field: z.string(), message: z.string() });

/** Lists the conditions of a filter that match no record because their field changed. */
export function listProblems(condition: FilterExpression | null, fieldFilter: CustomFieldFilter): z.output<typeof Problem>[] {
  const fields = new Set(
    condition
      ? WhereClauses.listFilters(condition).flatMap((leaf) => (isUnchanged(fieldFilter, leaf.field, leaf.type) ? [] : leaf.field))
      : [],
  );
  const message =
    "The field was deleted, deactivated, hidden from some users or given another type: the condition matches no record";
  return [...fields].map((field) => ({ field, message }));
}
