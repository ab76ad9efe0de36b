import * as z from "zod";
import { describeClosest } from "../../kernel/edit-distance.ts";
import { findFieldName } from "../../kernel/field-names.ts";
import { describeIssue } from "../../kernel/issue-message.ts";
import { isJsonObject } from "../../kernel/json.ts";
import type { MasterReference } from "../../kernel/schema.ts";
import { joinSentences } from "../../kernel/text.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { isCustomPath } from "../table/custom-field-values.ts";
import {
  buildFilterParameters,
  type FieldFilter,
  type FilterParameter,
  matchesFilter,
  operators,
  toFieldFilters,
  unresolvedParameter,
} from "./filter.ts";

/**
 * Conditions in the body of a list query: `{or: [{company: {prefix: "acme"}}, {tags: {has: "vip"}}]}`. They use the fields and operators of
 * the filter parameters (filter.ts). The properties of an object are combined by `and`.
 */
export type WhereClause = { readonly and: readonly WhereClause[] } | { readonly or: readonly WhereClause[] } | WhereCondition;

/** One condition, with its parsed value. */
export interface WhereCondition {
  readonly parameter: FilterParameter;
  /** The condition as typed: field, operator and value. */
  readonly typed: readonly [name: string, operator: string, given: JsonValue];
  /** Its path in the body. */
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

/** Conditions that can be evaluated on records. */
export type FilterExpression =
  | { readonly and: readonly FilterExpression[] }
  | { readonly or: readonly FilterExpression[] }
  | FieldFilter;

const MAX_DEPTH = 8;
const MAX_CONDITIONS = 100;

type ClausePath = readonly (string | number)[];
type JsonValue = z.core.util.JSONType;

/** The known filter parameters by name. `get` may build some on demand; `keys` lists only examples of those. */
export type FilterParameters = Pick<ReadonlyMap<string, FilterParameter>, "get" | "keys">;

/** What conditions may name. */
interface WhereNames {
  readonly parameters: FilterParameters;
  /** Whether they may name custom fields, which are looked up when the list is read (custom-filters.ts). */
  readonly ownFields?: boolean;
}

class WhereReader {
  readonly #parameters: FilterParameters;
  readonly #hasOwnFields: boolean;
  readonly wrong: { path: ClausePath; message: string }[] = [];
  #leaves = 0;

  constructor({ parameters, ownFields = false }: WhereNames) {
    this.#parameters = parameters;
    this.#hasOwnFields = ownFields;
  }

  group(input: JsonValue, path: ClausePath): WhereClause {
    if (path.length > 2 * MAX_DEPTH) return this.#refuse(path, `Must have at most ${MAX_DEPTH} levels of and, or`);
    if (typeof input !== "object" || input === null || Array.isArray(input))
      return this.#refuse(path, 'Must be an object of conditions, such as {"company": {"prefix": "acme"}}');
    const parts = Object.entries(input).flatMap(([name, value]) =>
      name === "and" || name === "or" ? [this.#joined(name, value, [...path, name])] : this.#field(name, value, [...path, name]),
    );
    return parts.length === 1 ? (parts[0] as WhereClause) : { and: parts };
  }

  #joined(connective: "and" | "or", input: JsonValue, path: ClausePath): WhereClause {
    if (!Array.isArray(input) || input.length === 0) return this.#refuse(path, "Must be a list of at least one condition");
    const all = input.map((part, index) => this.group(part, [...path, index]));
    return connective === "and" ? { and: all } : { or: all };
  }

  /** A single value means `eq`, a list means `in`, and null means `is_null`. */
  #field(name: string, input: JsonValue, path: ClausePath): WhereClause[] {
    if (input === null) return [this.#leaf(name, "is_null", true, path)];
    if (Array.isArray(input)) return [this.#leaf(name, "in", input, path)];
    if (typeof input !== "object") return [this.#leaf(name, "eq", input, path)];
    return Object.entries(input).map(([operator, value]) => this.#leaf(name, operator, value, [...path, operator]));
  }

  #leaf(name: string, operator: string, input: JsonValue, path: ClausePath): WhereClause {
    if (++this.#leaves > MAX_CONDITIONS) return this.#refuse(path, `Must have at most ${MAX_CONDITIONS} conditions`);
    const field = findFieldName(name, (other) => this.#parameters.get(`${other}[${operator}]`) !== undefined);
    const parameter = field === undefined ? undefined : this.#parameters.get(`${field}[${operator}]`);
    if (!parameter && this.#hasOwnFields && isCustomPath(name)) return this.#customLeaf(name, operator, input, path);
    if (!parameter) return this.#refuse(path, this.#exist(name));
    const { data, error } = parameter.schema.safeParse(input);
    for (const issue of error?.issues ?? []) this.#refuse([...path, ...(issue.path as ClausePath)], describeIssue(issue));
    // A relative date is stored as what it meant when it was parsed.
    const isDay = (parameter.type === "date" || parameter.type === "instant") && operator !== "is_null";
    const typed = isDay && error === undefined ? (data as JsonValue) : input;
    return { parameter, typed: [name, operator, typed], path, value: data };
  }

  #customLeaf(name: string, operator: string, input: JsonValue, path: ClausePath): WhereClause {
    const known = operators.find((each) => each === operator);
    if (!known) return this.#refuse(path, `Must be an operator: ${operators.join(", ")}`);
    const value = Array.isArray(input) ? input.map(String) : input;
    return { parameter: unresolvedParameter(name, known), typed: [name, operator, input], path, value };
  }

  /** Returns an error message that lists the operators of the field, or all fields. */
  #exist(name: string): string {
    const split = [...this.#parameters.keys()].flatMap((parameterName) => [
      /^([\w.]+)\[(\w+)\]$/.exec(parameterName)?.slice(1) ?? [],
    ]);
    const ofField = split.flatMap(([field, operator]) => (field === name ? [operator] : []));
    if (ofField.length > 0) return `${name} supports the operators ${ofField.join(", ")}`;
    const fields = split.flatMap(([field]) => field ?? []);
    const hint = "GET /api/v1/schema lists the filters of each kind";
    return joinSentences("Must be a field of this list", describeClosest(name, fields), hint);
  }

  #refuse(path: ClausePath, message: string): WhereClause {
    this.wrong.push({ path, message });
    return { and: [] };
  }
}

/** Clauses that a schema has parsed. A request body cannot imitate one. */
const parsedClauses = new WeakSet<object>();
const markParsed = (where: WhereClause): WhereClause => {
  parsedClauses.add(where);
  return where;
};

/** Returns whether a value is a clause that a schema has parsed. */
export const isWhereClause = (value: unknown): value is WhereClause =>
  typeof value === "object" && value !== null && parsedClauses.has(value);

/** Converts the parameters of a list to JSON for storage; `parseStoredQuery` reads them again. */
export const toStoredQuery = <Q extends object>(query: Q & { where?: unknown }): Q =>
  isWhereClause(query.where) ? { ...query, where: toTypedJson(query.where) } : query;

function toTypedJson(where: WhereClause): JsonValue {
  if ("and" in where) return { and: where.and.map(toTypedJson) };
  if ("or" in where) return { or: where.or.map(toTypedJson) };
  const [name, operator, input] = where.typed;
  return { [name]: { [operator]: input } };
}

/** Parses stored parameters of a list. Refuses conditions that no longer exist. */
export const parseStoredQuery = <S extends z.ZodObject>({ shape }: S, query: Readonly<Record<string, unknown>>): z.output<S> =>
  // The other parameters were parsed before they were stored.
  (query.where === undefined ? query : { ...query, where: (shape.where as z.ZodType).parse(query.where) }) as z.output<S>;

/** The conditions in the body of `POST /{kind}/query`. Callers in the same process may pass a parsed clause. */
export function whereSchema<R extends BaseRecord>(
  collection: Collection<R>,
  { ownFields = false }: { ownFields?: boolean } = {},
) {
  const schema = conditionsSchema(() => buildFilterParameters(collection.definition), ownFields);
  collectionBySchema.set(schema, collection as Collection<BaseRecord>);
  return schema;
}

/** Builds the schema of conditions on these parameters. */
export const conditionsSchema = (parameters: () => FilterParameters, ownFields = false) =>
  z
    .custom<Record<string, JsonValue> | WhereClause>(isJsonObject, "Must be an object of conditions, in the body of POST …/query")
    .describe('Conditions, such as {"or": [{"company": {"prefix": "acme"}}, {"tags": {"has": "vip"}}]}')
    .transform((input, { addIssue }): WhereClause => {
      if (isWhereClause(input)) return input;
      const reading = new WhereReader({ parameters: parameters(), ownFields });
      const where = reading.group(input as JsonValue, []);
      for (const { path, message } of reading.wrong.slice(0, 20)) addIssue({ code: "custom", path: [...path], message });
      return markParsed(where);
    });

const collectionBySchema = new WeakMap<z.core.$ZodType, Collection<BaseRecord>>();

/** Returns the collection of a list from the schema of its parameters; undefined if the list cannot be filtered by fields. */
export function findListCollection({ shape: { where } }: z.ZodObject): Collection<BaseRecord> | undefined {
  return where instanceof z.ZodOptional ? collectionBySchema.get(where.unwrap()) : undefined;
}

/** Resolves a value of master data to what records store. `path` names the value in error messages. */
type MasterResolver = (reference: MasterReference, value: unknown, path: string) => unknown;

/** Returns the conditions with master data resolved to what records store. `field` is the field of the request that contains them. */
export const resolveMasters = async (where: WhereClause, resolve: MasterResolver, field = "where"): Promise<WhereClause> =>
  markParsed(await resolveClause(where, resolve, field));

async function resolveClause(where: WhereClause, resolve: MasterResolver, basePath: string): Promise<WhereClause> {
  const all = (parts: readonly WhereClause[]) => Promise.all(parts.map((part) => resolveClause(part, resolve, basePath)));
  if ("and" in where) return { and: await all(where.and) };
  if ("or" in where) return { or: await all(where.or) };
  const { parameter, path, value } = where;
  const { reference } = parameter;
  if (!reference) return where;
  const valuePath = path.reduce<string>(
    (above, part) => (typeof part === "number" ? `${above}[${part}]` : `${above}.${part}`),
    basePath,
  );
  const values = Array.isArray(value)
    ? value.map((item, n) => resolve(reference, item, `${valuePath}[${n}]`))
    : resolve(reference, value, valuePath);
  return { ...where, value: Array.isArray(values) ? await Promise.all(values) : await values };
}

/** Converts a clause to filters. Its master data must already be resolved. */
export function toExpression(where: WhereClause): FilterExpression {
  if ("and" in where) return { and: where.and.map(toExpression) };
  if ("or" in where) return { or: where.or.map(toExpression) };
  const asks = toFieldFilters(where.parameter, where.value);
  return asks.length === 1 ? (asks[0] as FieldFilter) : { and: asks };
}

/** Splits conditions into filters that must all hold, which an index may serve, and the rest. */
export function splitExpression(condition: FilterExpression): { asks: FieldFilter[]; rest: FilterExpression[] } {
  if ("or" in condition) return { asks: [], rest: [condition] };
  if (!("and" in condition)) return { asks: [condition], rest: [] };
  const parts = condition.and.map(splitExpression);
  return { asks: parts.flatMap(({ asks }) => asks), rest: parts.flatMap(({ rest }) => rest) };
}

export const matchesExpression = (record: BaseRecord, condition: FilterExpression): boolean => {
  if ("and" in condition) return condition.and.every((part) => matchesExpression(record, part));
  if ("or" in condition) return condition.or.some((part) => matchesExpression(record, part));
  return matchesFilter(record, condition);
};

/** Lists all filters in the conditions. */
export const listFilters = (condition: FilterExpression): FieldFilter[] => {
  if ("and" in condition) return condition.and.flatMap(listFilters);
  return "or" in condition ? condition.or.flatMap(listFilters) : [condition];
};

export const listFields = (condition: FilterExpression): string[] => listFilters(condition).map(({ field }) => field);

export * as WhereClauses from "./where-clause.ts";
