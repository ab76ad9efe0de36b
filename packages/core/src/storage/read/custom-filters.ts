import { invalid } from "../../kernel/error.ts";
import { describeIssue } from "../../kernel/issue-message.ts";
import { memoizeByObject } from "../../kernel/memoize.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { type CustomFieldValue, type CustomListField, customName, isCustomPath } from "../table/custom-field-values.ts";
import { readStoredCustom } from "./column-kind.ts";
import { describeCustomField, type FieldFilter, FilterParameter, isTextType, isUnresolved, toFieldFilters } from "./filter.ts";
import type { CustomValue, ListQuery } from "./list-query.ts";
import { type FilterExpression, WhereClauses } from "./where-clause.ts";

/**
 * Custom fields in lists: `custom_fields.size[gte]=5`, also in `where` and `sort`. They are looked up when a list is read, under the definitions of that
 * moment and the rights of the caller, who can neither filter nor sort by a field that they do not see.
 */

const PARAMETER = /^([^[\]]+)(?:\[(\w+)\])?$/;

/** Returns the path and the operator of a parameter such as `custom_fields.size[gte]`. */
function parseCustomParameter(name: string): { path: string; operator: string | undefined } {
  const [, path = name, operator] = PARAMETER.exec(name) ?? [];
  return { path, operator };
}

const valueFor = memoizeByObject(({ path, type, meaning, readValue }: CustomListField): CustomValue => {
  const name = customName(path);
  return {
    column: {
      type: { name: `${path}@${meaning}`, type, isText: isTextType(type) },
      source: path,
      convert: (stored) => readValue(stored as CustomFieldValue | undefined),
    },
    read: (record) => readValue(readStoredCustom(record, name)),
  };
});

const describe = memoizeByObject(({ path, type, schema }: CustomListField) => describeCustomField(path, type, schema));

/** Returns the operators by which lists filter by a custom field. */
export const listCustomOperators = (field: CustomListField): readonly string[] => describe(field).operators;

/** Parses one filter by a custom field. `place` names it in errors. */
function parseFilter(field: CustomListField, operator: string | undefined, value: unknown, place: string): FieldFilter[] {
  const described = describe(field);
  // One of several choices: `custom_fields.colors=red`.
  const [usual] = described.operators;
  const name = operator ?? (described.type === "choices" ? "has" : "eq");
  const known = described.operators.find((each) => each === name);
  if (known === undefined || usual === undefined)
    throw invalid(place, `${field.path} supports the operators ${described.operators.join(", ")}`);
  const parameter = new FilterParameter(place, known, described);
  const { data, error } = parameter.schema.safeParse(value);
  if (error) throw invalid(place, describeIssue(error.issues[0] as (typeof error.issues)[number]));
  return toFieldFilters(parameter, data).map((filter) => ({ ...filter, ...valueFor(field) }));
}

class CustomResolver {
  readonly #fields: ReadonlyMap<string, CustomListField>;

  constructor(fields: readonly CustomListField[]) {
    this.#fields = new Map(fields.map((field) => [field.path, field]));
  }

  /** A field that the caller does not see has the same message as one that does not exist. */
  find(path: string, place: string): CustomListField {
    const field = this.#fields.get(path);
    if (!field) throw invalid(place, `Must be a custom field of this list that you can see: ${path}`);
    return field;
  }

  parameter(name: string, value: string): FieldFilter[] {
    const { path, operator } = parseCustomParameter(name);
    return parseFilter(this.find(path, name), operator, value, name);
  }

  filter(filter: FieldFilter): FieldFilter[] {
    if (!isUnresolved(filter)) return [filter];
    const { field: path, operator, value } = filter;
    const place = `where.${path}.${operator}`;
    const field = this.find(path, place);
    return parseFilter(field, operator === "eq" && field.type === "choices" ? "has" : operator, value, place);
  }

  expression(expression: FilterExpression): FilterExpression {
    if ("and" in expression) return { and: expression.and.map((part) => this.expression(part)) };
    if ("or" in expression) return { or: expression.or.map((part) => this.expression(part)) };
    const filters = this.filter(expression);
    return filters.length === 1 ? (filters[0] as FieldFilter) : { and: filters };
  }

  sort(path: string): CustomValue {
    const field = this.find(path, "sort");
    if (field.type === "choices") throw invalid("sort", `A list of choices has no order: ${path}`);
    return valueFor(field);
  }
}

const listSortPaths = ({ sort, thenBy = [] }: Pick<ListQuery, "sort" | "thenBy">): string[] =>
  [sort, ...thenBy.map((next) => next.sort)].filter(isCustomPath);

/** Lists all filters of a list, also those in alternatives. */
export const listAllFilters = ({ fieldFilters = [], where = [] }: Pick<ListQuery, "fieldFilters" | "where">): FieldFilter[] => [
  ...fieldFilters,
  ...where.flatMap(WhereClauses.listFilters),
];

/** Returns the custom fields by which the caller may filter and sort. `paths` are those that a request names. */
export async function listCustomFields<R extends BaseRecord>(
  { name, definition }: Collection<R>,
  paths: readonly string[] = [],
): Promise<readonly CustomListField[]> {
  const { customFields, customListFields = customFields?.listFields } = definition;
  return customListFields ? customListFields(name, paths) : [];
}

/** Returns the query with the custom fields that it names. Refuses those that the caller does not see, and values of another type. */
export async function resolveCustomFields<R extends BaseRecord>(collection: Collection<R>, query: ListQuery): Promise<ListQuery> {
  const { paths = {}, fieldFilters = [], where } = query;
  const names = Object.keys(paths).filter(isCustomPath);
  const sorts = listSortPaths(query);
  const filtered = listAllFilters(query).filter(isUnresolved);
  if (names.length + sorts.length + filtered.length === 0) return query;
  const used = [...names.map((name) => parseCustomParameter(name).path), ...sorts, ...filtered.map(({ field }) => field)];
  const resolver = new CustomResolver(await listCustomFields(collection, used));
  const otherPaths = Object.entries(paths).filter(([name]) => !isCustomPath(name));
  const filters = [
    ...fieldFilters.flatMap((filter) => resolver.filter(filter)),
    ...names.flatMap((name) => resolver.parameter(name, String(paths[name]))),
  ];
  return {
    ...query,
    paths: otherPaths.length > 0 ? Object.fromEntries(otherPaths) : undefined,
    fieldFilters: filters.length > 0 ? filters : undefined,
    where: where?.map((condition) => resolver.expression(condition)),
    ...(sorts.length > 0 ? { customSorts: Object.fromEntries(sorts.map((path) => [path, resolver.sort(path)])) } : {}),
  };
}

/** Whether a list needs more of its records than their rows: custom fields, or `updated_at`. */
export const needsWholeRecords = (
  query: Pick<ListQuery, "fieldFilters" | "where" | "customSorts" | "sort" | "thenBy">,
): boolean =>
  query.customSorts !== undefined ||
  [query.sort, ...(query.thenBy ?? []).map(({ sort }) => sort)].includes("updated_at") ||
  listAllFilters(query).some(isWholeFilter);

/** Returns the query without the conditions that rows do not tell of. */
export const keepRowFilters = (query: ListQuery): ListQuery => ({
  ...query,
  fieldFilters: query.fieldFilters?.filter((filter) => !isWholeFilter(filter)),
  where: query.where?.filter((condition) => !WhereClauses.listFilters(condition).some(isWholeFilter)),
});

/** Whether rows do not tell if a filter holds. */
const isWholeFilter = ({ field, read }: FieldFilter): boolean => read !== undefined || field === "updated_at";
