import * as z from "zod";
import { listActorFields } from "../../kernel/actor.ts";
import { useActor, useSettings } from "../../kernel/context.ts";
import { formatInstant } from "../../kernel/date-bounds.ts";
import { invalid } from "../../kernel/error.ts";
import { type FieldType, listEnumValues, resolveFieldType } from "../../kernel/field.ts";
import { memoizeByObject } from "../../kernel/memoize.ts";
import {
  findMasterReferences,
  instant,
  isFilteredAsText,
  isNullable,
  type MasterReference,
  oneOf,
  query,
  text,
  valueSchema,
} from "../../kernel/schema.ts";
import { isEmpty, toSortKey } from "../../kernel/sort-key.ts";
import { tagKey } from "../../kernel/tag.ts";
import { fold, textSortKey, withArticle } from "../../kernel/text.ts";
import { endOfDay, startOfDay } from "../../kernel/time-zone.ts";
import { serializeLink } from "../../kernel/web-url.ts";
import type { DerivedColumn } from "../columns/column.ts";
import { type BaseRecord, type ChangeIndexed, type Collection, hasChangeIndex } from "../table/collection.ts";
import { isCustomPath } from "../table/custom-field-values.ts";
import { dayOrInstantSchema, dayOrPeriodSchema, parseDays } from "./filter-day.ts";

/**
 * Filters of lists: `field[operator]=value`. Every field of a row can be filtered; its type gives the operators. Operators are parsed and
 * evaluated only in this file; where-clause.ts combines filters by `and` and `or`.
 */
export const operators = [
  ...(["eq", "ne", "in", "not_in", "gt", "gte", "lt", "lte", "prefix", "contains", "not_contains"] as const),
  ...(["has", "not_has", "is_null"] as const),
] as const;
export type Operator = (typeof operators)[number];

/** One filter. The value is encoded for comparison (`toSortKey`). A day becomes two filters on an instant. */
export interface FieldFilter {
  readonly field: string;
  readonly operator: Operator;
  readonly type: FieldType;
  /** Compared without letter case and accents. */
  readonly folded?: true | undefined;
  readonly value: string | readonly string[];
  /** The column of a custom field. */
  readonly column?: DerivedColumn;
  /** Returns the value of a custom field. */
  readonly read?: (record: BaseRecord) => unknown;
}

const equalityOperators = ["eq", "ne", "in", "not_in"] as const;
const rangeOperators = ["gt", "gte", "lt", "lte"] as const;
const numberOperators = [...equalityOperators, ...rangeOperators] as const;
const textOperators = [...equalityOperators, "prefix", "contains", "not_contains"] as const;
/** Operators that exclude values. A field with several values must have none of them; an empty one has none. */
const negations: ReadonlySet<Operator> = new Set(["ne", "not_in", "not_contains"]);

/** The operators of each type. `is_null` is added if a field may be empty. `eq` may be left out (`field=value`). */
const operatorsByType: Partial<Record<FieldType, readonly Operator[]>> = {
  text: textOperators,
  email: textOperators,
  phone: textOperators,
  url: textOperators,
  choice: equalityOperators,
  master: equalityOperators,
  reference: equalityOperators,
  boolean: ["eq", "ne"],
  integer: numberOperators,
  number: numberOperators,
  money: numberOperators,
  date: numberOperators,
  instant: ["eq", ...rangeOperators],
  choices: ["has", "not_has"],
};

/** Returns whether values of this type are sorted as text, without letter case and accents. */
export const isTextType = (type: FieldType): boolean => (operatorsByType[type] as unknown) === textOperators;

/** Returns whether the order of values of this type is meaningful. */
const isSortable = (type: FieldType): boolean => type !== "choices";

const MAX_VALUES = 50;
/** `me`, in any letter case, means the id of the caller. */
const isMe = (value: unknown): boolean => typeof value === "string" && value.toLowerCase() === "me";

/** Text from a query string, or a number from a body. */
const decimalSchema = z
  .union([z.number(), z.string().regex(/^-?\d{1,15}(\.\d{1,4})?$/)], "Must be a number, such as 12 or 12.50")
  .transform(String);
const wordSchema = text(255).min(1);

/** Returns the schema of one value of a field, as typed. */
function valueSchemaFor(type: FieldType, field: z.ZodType): z.ZodType {
  switch (type) {
    case "boolean":
      return query.boolean();
    case "integer":
    case "number":
    case "money":
      return decimalSchema;
    case "date":
      return dayOrPeriodSchema;
    case "instant":
      return dayOrInstantSchema;
    case "reference":
      return idSchema(field);
    case "choices":
      return field instanceof z.ZodArray ? (field.element as z.ZodType) : field;
    case "choice":
      return oneOf(listEnumValues(field));
    case "master":
      return field;
    default:
      return wordSchema.meta({ "x-type": type });
  }
}

/** Checks only the form of an id: a filter by a record that does not exist, or is hidden, finds nothing. */
function idSchema(field: z.ZodType): z.ZodType {
  const kind = String(field.meta()?.["x-record"]);
  const isId = (value: string): boolean => (kind === "user" && isMe(value)) || field.safeParse(value).success;
  return wordSchema
    .refine(isId, `Must be the id of ${withArticle(kind.replaceAll("_", " "))}${kind === "user" ? " or `me`" : ""}`)
    .meta({ "x-record": kind });
}

/** Returns the schema of the value of an operator. */
function operatorSchema(operator: Operator, type: FieldType, field: z.ZodType): z.ZodType {
  if (operator === "is_null") return query.boolean();
  if (operator === "prefix") return wordSchema.describe("Beginning of the value, in any letter case");
  if (operator === "contains" || operator === "not_contains") return wordSchema.describe("Part of the value, in any letter case");
  const value = valueSchemaFor(type, field);
  if (operator !== "in" && operator !== "not_in") return value;
  const choice = operator === "in" ? "One" : "None";
  return query.list(value, MAX_VALUES).describe(`${choice} of these, at most ${MAX_VALUES}, separated by commas`);
}

/** Describes a custom field by which lists can be filtered. Texts are compared without letter case and accents. */
export const describeCustomField = (field: string, type: FieldType, schema: z.ZodType): FilterableField => ({
  field,
  type,
  operators: operatorsByType[type] ? [...operatorsByType[type], "is_null"] : [],
  schema,
  alias: undefined,
  acceptsMe: type === "reference",
  folded: isTextType(type) || undefined,
});

/** A field by which lists can be filtered. */
export interface FilterableField {
  readonly field: string;
  readonly type: FieldType;
  readonly operators: readonly Operator[];
  /** The schema of a value, without null and undefined. */
  readonly schema: z.ZodType;
  /** The name of the filter, if it differs from the field. */
  readonly alias: string | undefined;
  /** The field is an actor or a reference, so that its filters accept `me` for the caller. */
  readonly acceptsMe: boolean;
  readonly folded: true | undefined;
}

/** Fields of every record. Rows contain `created_at` and `created_by`. */
const baseFieldSchemas = {
  created_at: instant(),
  created_by: z.string().meta({ "x-record": "user" }),
  updated_at: instant(),
} as const;

/** What filters read of a definition. The definition of every kind is one; its own type is of one kind of record. */
export interface FilterDefinition extends ChangeIndexed {
  readonly schema: z.ZodObject;
  readonly row: readonly string[];
  readonly owner?: string;
  readonly filterableFields?: readonly string[];
  readonly internal?: readonly string[];
  readonly secret?: readonly string[];
  readonly filters?: Readonly<Record<string, { readonly field: string }>>;
  readonly hashedTextFields?: readonly string[];
}

/** Lists the filterable fields of a kind, in the order of its rows. */
export const listFilterableFields = memoizeByObject((definition: FilterDefinition): readonly FilterableField[] => {
  const { row, filterableFields, internal = [], secret = [], filters = {}, hashedTextFields = [], schema } = definition;
  const hidden = new Set<string>([...internal, ...secret]);
  const rowFields: readonly string[] = filterableFields ?? row.filter((field) => !hidden.has(field));
  const always = filterableFields ? ["created_at"].filter((field) => rowFields.includes(field)) : ["created_at", "created_by"];
  const tracked = hasChangeIndex(definition) ? ["updated_at"] : [];
  const fields = [...new Set([...rowFields, ...always, ...tracked])];
  const actors = listActorFields(schema.shape);
  const aliases = new Map(Object.entries(filters).map(([name, { field }]) => [field, name]));
  return fields.flatMap((field): FilterableField[] => {
    const declared = (schema.shape[field] ?? baseFieldSchemas[field as keyof typeof baseFieldSchemas]) as z.ZodType | undefined;
    if (!declared) return [];
    const value = valueSchema(declared);
    const type = resolveFieldType(value);
    const isOfParts = value instanceof z.ZodArray && resolveFieldType(value.element as z.ZodType) === "json";
    const typeOperators = isOfParts ? [] : isFilteredAsText(value) ? textOperators : (operatorsByType[type] ?? []);
    const isOften = type === "choices" || isNullable(declared);
    const alias = aliases.get(field);
    return typeOperators.length === 0
      ? []
      : [
          {
            field,
            type,
            operators: isOften ? [...typeOperators, "is_null"] : typeOperators,
            schema: value,
            alias: alias === field ? undefined : alias,
            acceptsMe: type === "reference" || actors.includes(field),
            folded: hashedTextFields.includes(field) || undefined,
          },
        ];
  });
});

/** The fields that name the user who is responsible for a record, the first one first. */
const responsibleFields = ["owner_id", "assigned_to_id", "assigned_to"];

/**
 * Returns the field by which `owner` filters the lists of a kind: the one that decides who sees a record, or else the user who is
 * responsible for it. Undefined if the kind has no such field, or if it holds other values than users.
 */
export const findOwnerField = memoizeByObject((definition: FilterDefinition): FilterableField | undefined => {
  const { owner } = definition;
  const userFields = listFilterableFields(definition).filter(({ acceptsMe }) => acceptsMe);
  const names = owner === undefined ? responsibleFields : [owner];
  return names.flatMap((name) => userFields.find(({ field }) => field === name) ?? [])[0];
});

/** Lists the fields by which a list of few records can be sorted. */
export const listSortableFields = <R extends BaseRecord>({ definition }: Collection<R>): string[] =>
  listFilterableFields(definition).flatMap(({ field, type }) => (isSortable(type) && field !== "updated_at" ? [field] : []));

/** A filter parameter, such as `company[prefix]`. */
export class FilterParameter {
  readonly name: string;
  readonly operator: Operator;
  readonly #asked: FilterableField;
  #schema: z.ZodType | undefined;

  constructor(name: string, operator: Operator, field: FilterableField) {
    this.name = name;
    this.operator = operator;
    this.#asked = field;
  }

  get field(): string {
    return this.#asked.field;
  }

  get type(): FieldType {
    return this.#asked.type;
  }

  get acceptsMe(): boolean {
    return this.#asked.acceptsMe;
  }

  get folded(): true | undefined {
    return this.#asked.folded;
  }

  /** The schema of its value. It is built on first use, because most parameters are never used. */
  get schema(): z.ZodType {
    this.#schema ??= operatorSchema(this.operator, this.type, this.#asked.schema);
    return this.#schema;
  }

  /** The kind of master data that its value names. */
  get reference(): MasterReference | undefined {
    return this.operator === "is_null" ? undefined : findMasterReferences({ value: this.schema }).get("value");
  }
}

/** Returns the parameter of a custom field that is not looked up yet. Its value stays as it is. */
export const unresolvedParameter = (field: string, operator: Operator): FilterParameter =>
  new FilterParameter(`${field}[${operator}]`, operator, describeCustomField(field, "json", z.json()));

/** Parameters of lists that are not filters: paging, order, search, included fields, translated names, and the id of a path. */
export const reservedParameters: ReadonlySet<string> = new Set([
  "page",
  "limit",
  "sort",
  "order",
  "cursor",
  "search",
  "deleted",
  "include",
  "paths",
  "where",
  "fields",
  "expand",
  "translated",
  "id",
]);

/**
 * Builds the filter parameters of a kind, by name. `company` is short for `company[eq]`. A filter with a name of its own also has a
 * parameter of that name.
 */
export const buildFilterParameters = memoizeByObject((definition: FilterDefinition): ReadonlyMap<string, FilterParameter> => {
  const { owner } = definition;
  const ownerField = owner ?? findOwnerField(definition)?.field;
  const parameters = listFilterableFields(definition).flatMap((filterableField) => {
    const isOwner = filterableField.field === ownerField;
    const names = [
      filterableField.field,
      ...(filterableField.alias === undefined ? [] : [filterableField.alias]),
      ...(isOwner ? ["owner"] : []),
    ];
    // The list itself has the parameter `owner` of kinds whose owner decides who sees a record (list.ts).
    const plainNames = [filterableField.field, ...(isOwner && owner === undefined ? ["owner"] : [])];
    return filterableField.operators.flatMap((operator) => [
      ...(operator === "eq"
        ? plainNames
            .filter((name) => !reservedParameters.has(name))
            .map((name) => new FilterParameter(name, operator, filterableField))
        : []),
      ...names.map((name) => new FilterParameter(`${name}[${operator}]`, operator, filterableField)),
    ]);
  });
  return new Map(parameters.map((parameter) => [parameter.name, parameter]));
});

type FilterValue = string | number | boolean;
/** The type of any filter parameters, for callers in TypeScript. */
export type FilterShape = {
  [name in `${string}[${Operator}]`]: z.ZodOptional<z.ZodType<string, FilterValue | readonly FilterValue[]>>;
};

/** The type of filter parameters that have the names of these fields. */
export type NamedFilterShape<N extends string> = { [name in N]: FilterShape[`${string}[eq]`] };

/** Builds the filter parameters for the schema of a list. */
export function buildFilterShape<R extends BaseRecord>({ definition }: Collection<R>): FilterShape {
  const shape = {};
  for (const [name, parameter] of buildFilterParameters(definition))
    Object.defineProperty(shape, name, { enumerable: true, get: () => parameter.schema.optional() });
  return shape;
}

/** Parses the parameters that are not filters of the collection's definition. Master data in their values must already be resolved. */
export function parseFilters<R extends BaseRecord>(
  { definition }: Collection<R>,
  input: ReadonlyMap<string, unknown>,
): FieldFilter[] {
  const parameters = buildFilterParameters(definition);
  return [...input].flatMap(([name, value]) => {
    const parameter = Object.hasOwn(definition.filters ?? {}, name) ? undefined : parameters.get(name);
    return parameter && value !== undefined ? toFieldFilters(parameter, value) : [];
  });
}

/** Converts a parameter and its parsed value to filters. A day becomes two filters on an instant. */
export function toFieldFilters(
  { name, field, type, operator, acceptsMe, folded }: FilterParameter,
  value: unknown,
): FieldFilter[] {
  const ask = (operator: Operator, value: FieldFilter["value"]): FieldFilter => ({
    field,
    type,
    operator,
    value,
    ...(folded ? { folded } : {}),
  });
  if (type === "json") return [ask(operator, Array.isArray(value) ? value.map(String) : String(value))];
  if (operator === "is_null") return [ask(operator, String(value))];
  if (operator === "prefix" || operator === "contains" || operator === "not_contains")
    return [ask(operator, fold(String(value)))];
  if (operator === "has" || operator === "not_has") return [ask(operator, tagKey(String(value)))];
  if (type === "instant") {
    const bound = String(value);
    if (operator !== "eq") return [ask(isLowerBound(operator) ? "gte" : "lt", resolveBound(operator, bound))];
    return [ask("gte", resolveBound("gte", bound)), ask("lt", resolveBound("lte", bound))];
  }
  if (type === "date") return toDayFilters(name, operator, value).map(([dayOperator, day]) => ask(dayOperator, day));
  const toFilterKey = (element: unknown): string =>
    folded ? fold(String(element).trim()) : toSortKey(type, acceptsMe && isMe(element) ? requireUserId(name) : element);
  // Addresses are stored as the parser writes them. Earlier versions stored them as typed.
  if (type === "url") {
    const addresses = [value].flat().map(String);
    const keys = [...new Set([...addresses, ...addresses.map(serializeLink)].map(toFilterKey))];
    if (operator === "eq" || operator === "in") return [ask("in", keys)];
    if (operator === "ne" || operator === "not_in") return [ask("not_in", keys)];
  }
  return [ask(operator, Array.isArray(value) ? [...new Set(value.map(toFilterKey))] : toFilterKey(value))];
}

function requireUserId(name: string): string {
  const actor = useActor();
  if (actor.type !== "user") throw invalid(name, "`me` requires a signed-in user: an API key owns no records");
  return actor.id;
}

/** Returns the owner id of the filter `owner`. */
export const resolveOwner = (owner: string): string => (isMe(owner) ? requireUserId("owner") : owner);

/** Whether a bound lies after the named day or instant. */
const exclusiveBounds = { gte: false, gt: true, lt: false, lte: true } as const;
const isLowerBound = (operator: Operator): boolean => operator === "gt" || operator === "gte";

/** Days begin in the tenant's time zone, unless the bound names another one. */
function resolveBound(operator: Operator, bound: string): string {
  const isBehind = exclusiveBounds[operator as keyof typeof exclusiveBounds];
  const period = parseDays(bound);
  if (!period) return isBehind ? formatInstant(Date.parse(bound) + 1) : bound;
  const { first, last, timezone = useSettings().timezone } = period;
  return isBehind ? endOfDay(timezone, last) : startOfDay(timezone, first);
}

/** Returns the operators and the days of a filter on a date. A period becomes its first and its last day. */
function toDayFilters(name: string, operator: Operator, value: unknown): (readonly [Operator, FieldFilter["value"]])[] {
  const periods = [value].flat().map((day) => parseDays(String(day)) ?? { first: String(day), last: String(day) });
  const [{ first, last } = { first: "", last: "" }] = periods;
  if (operator === "eq" && first !== last)
    return [
      ["gte", first],
      ["lte", last],
    ];
  if (operator === "gte" || operator === "lt") return [[operator, first]];
  if (operator === "gt" || operator === "lte") return [[operator, last]];
  if (periods.some((period) => period.first !== period.last))
    throw invalid(name, "Must be one day, such as today-7d: only eq, gt, gte, lt and lte take a period");
  return [[operator, Array.isArray(value) ? [...new Set(periods.map((period) => period.first))] : first]];
}

type OperatorTest = (value: unknown, operand: string | readonly string[], type: FieldType) => boolean;
const compareSortKeys =
  (holds: (value: string, operand: string) => boolean): OperatorTest =>
  (value, operand, type) =>
    !isEmpty(value) && holds(toSortKey(type, value), String(operand));

const operatorTests: Record<Operator, OperatorTest> = {
  eq: compareSortKeys((value, operand) => value === operand),
  // An empty field is not equal to any value.
  ne: (value, operand, type) => !operatorTests.eq(value, operand, type),
  in: (value, operand, type) => !isEmpty(value) && operand.includes(toSortKey(type, value)),
  not_in: (value, operand, type) => !operatorTests.in(value, operand, type),
  gt: compareSortKeys((value, operand) => value > operand),
  gte: compareSortKeys((value, operand) => value >= operand),
  lt: compareSortKeys((value, operand) => value < operand),
  lte: compareSortKeys((value, operand) => value <= operand),
  prefix: (value, operand) => typeof value === "string" && fold(value).startsWith(String(operand)),
  contains: (value, operand) => typeof value === "string" && fold(value).includes(String(operand)),
  not_contains: (value, operand, type) => !operatorTests.contains(value, operand, type),
  has: (value, operand) => Array.isArray(value) && value.some((tag) => tagKey(String(tag)) === operand),
  not_has: (value, operand, type) => !operatorTests.has(value, operand, type),
  is_null: (value, operand) => String(isEmpty(value)) === operand,
};

/** Operators that take all values of a field together. */
const ofWholeLists: ReadonlySet<Operator> = new Set(["has", "not_has", "is_null"]);

/** Returns whether a record passes a filter. Ids and words are compared exactly; prefixes and tags without letter case. */
export function matchesFilter(record: BaseRecord, filter: FieldFilter): boolean {
  if (isUnresolved(filter)) throw invalid(filter.field, "Custom fields cannot be filtered here");
  return matchesValue(filter.read ? filter.read(record) : readField(record, filter.field), filter);
}

/** Whether a filter names a custom field that was not looked up yet (custom-filters.ts). */
export const isUnresolved = ({ field, read }: FieldFilter): boolean => read === undefined && isCustomPath(field);

export const readField = (record: BaseRecord, field: string): unknown => (record as unknown as Record<string, unknown>)[field];

/** Returns whether a value passes a filter. */
export function matchesValue(storedValue: unknown, { operator, value, type, folded }: FieldFilter): boolean {
  const test = (stored: unknown): boolean =>
    operatorTests[operator](folded && typeof stored === "string" ? fold(stored.trim()) : stored, value, type);
  if (!Array.isArray(storedValue) || ofWholeLists.has(operator)) return test(storedValue);
  // One of several values must match, and none may be an excluded one.
  return negations.has(operator) ? storedValue.every(test) : storedValue.some(test);
}

/** Returns the type of a field by which lists filter and sort. */
export const findFieldType = <R extends BaseRecord>({ definition }: Collection<R>, name: string): FieldType | undefined =>
  listFilterableFields(definition).find(({ field }) => field === name)?.type;

/** Returns a record's sort key in the order of a field. Records without a value sort last in either direction. */
export function fieldSortKey<R extends BaseRecord>(
  collection: Collection<R>,
  sort: string,
  order: "asc" | "desc",
  record: R,
): string {
  const value = readField(record, sort);
  const type = findFieldType(collection, sort) ?? "text";
  if (isEmpty(value)) return order === "asc" ? "~" : "!";
  return `0${isTextType(type) ? textSortKey(String(value)) : toSortKey(type, value)}`;
}

/** Returns the range of an instant field to which the filters limit a list. */
export function resolveTimeRange(asks: readonly FieldFilter[], field: string): { from?: string; to?: string } {
  const listValues = (operator: Operator): string[] =>
    asks.flatMap((ask) => (isTimeBound(ask, field) && ask.operator === operator ? [String(ask.value)] : [])).sort();
  const [from, before] = [listValues("gte").at(-1), listValues("lt")[0]];
  return {
    ...(from === undefined ? {} : { from }),
    ...(before === undefined ? {} : { to: formatInstant(Date.parse(before) - 1) }),
  };
}

/** Returns whether that range expresses the whole filter. */
export const isTimeBound = ({ field, type, operator }: FieldFilter, fieldName: string): boolean =>
  field === fieldName && type === "instant" && operator in exclusiveBounds;

export * as FieldFilters from "./filter.ts";
