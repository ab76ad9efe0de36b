import * as z from "zod";
import type { MasterReference } from "../../kernel/schema.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { buildFilterParameters, type FieldFilter, type FilterParameter, matchesFilter, toFieldFilters } from "./filter.ts";

/**
 * Conditions that lists are asked for in a body: `{or: [{company: {prefix: "acme"}}, {tags: {has: "vip"}}]}`, of the fields and
 * operators that there are as parameters (ask.ts). What an object names besides each other holds together.
 */
export type WhereClause = { readonly and: readonly WhereClause[] } | { readonly or: readonly WhereClause[] } | WhereCondition;

/** One condition, with its value as its schema has read it. */
export interface WhereCondition {
  readonly parameter: FilterParameter;
  /** As it was asked for: the field, the operator, and the value as typed. */
  readonly typed: readonly [name: string, operator: string, given: JsonValue];
  /** Where it stands. */
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

/** Conditions that are ready to be asked of records. */
export type FilterExpression =
  | { readonly and: readonly FilterExpression[] }
  | { readonly or: readonly FilterExpression[] }
  | FieldFilter;

const MAX_DEPTH = 8;
const MAX_CONDITIONS = 100;

type ClausePath = readonly (string | number)[];
type JsonValue = z.core.util.JSONType;

/** The ways to ask that there are, by name; some are made when they are asked for, and only examples of them listed. */
export type FilterParameters = Pick<ReadonlyMap<string, FilterParameter>, "get" | "keys">;

class WhereReader {
  readonly #parameters: FilterParameters;
  readonly wrong: { path: ClausePath; message: string }[] = [];
  #leaves = 0;

  constructor(parameters: FilterParameters) {
    this.#parameters = parameters;
  }

  group(given: JsonValue, path: ClausePath): WhereClause {
    if (path.length > 2 * MAX_DEPTH) return this.#refuse(path, `At most ${MAX_DEPTH} levels of and, or`);
    if (typeof given !== "object" || given === null || Array.isArray(given))
      return this.#refuse(path, 'An object of conditions, such as {"company": {"prefix": "acme"}}');
    const parts = Object.entries(given).flatMap(([name, value]) =>
      name === "and" || name === "or" ? [this.#joined(name, value, [...path, name])] : this.#field(name, value, [...path, name]),
    );
    return parts.length === 1 ? (parts[0] as WhereClause) : { and: parts };
  }

  #joined(by: "and" | "or", given: JsonValue, path: ClausePath): WhereClause {
    if (!Array.isArray(given) || given.length === 0) return this.#refuse(path, "A list of conditions, one at least");
    const all = given.map((each, at) => this.group(each, [...path, at]));
    return by === "and" ? { and: all } : { or: all };
  }

  /** A value alone is what the field is; of several it is one of them; null is no value. */
  #field(name: string, given: JsonValue, path: ClausePath): WhereClause[] {
    if (given === null) return [this.#leaf(name, "is_null", true, path)];
    if (Array.isArray(given)) return [this.#leaf(name, "in", given, path)];
    if (typeof given !== "object") return [this.#leaf(name, "eq", given, path)];
    return Object.entries(given).map(([operator, value]) => this.#leaf(name, operator, value, [...path, operator]));
  }

  #leaf(name: string, operator: string, given: JsonValue, path: ClausePath): WhereClause {
    if (++this.#leaves > MAX_CONDITIONS) return this.#refuse(path, `At most ${MAX_CONDITIONS} conditions`);
    const parameter = this.#parameters.get(`${name}[${operator}]`);
    if (!parameter) return this.#refuse(path, this.#exist(name));
    const { data, error } = parameter.schema.safeParse(given);
    for (const { path: inner, message } of error?.issues ?? []) this.#refuse([...path, ...(inner as ClausePath)], message);
    return { parameter, typed: [name, operator, given], path, value: data };
  }

  /** What there is in place of what there is not. */
  #exist(name: string): string {
    const split = [...this.#parameters.keys()].flatMap((each) => [/^([\w.]+)\[(\w+)\]$/.exec(each)?.slice(1) ?? []]);
    const ofField = split.flatMap(([field, operator]) => (field === name ? [operator] : []));
    if (ofField.length > 0) return `${name} is asked by ${ofField.join(", ")}`;
    return `Not a field of this list: ${[...new Set(split.flatMap(([field]) => field ?? []))].join(", ")}`;
  }

  #refuse(path: ClausePath, message: string): WhereClause {
    this.wrong.push({ path, message });
    return { and: [] };
  }
}

/** What a schema has read: a body can say nothing that would be taken for it. */
const parsedClauses = new WeakSet<object>();
const markParsed = (where: WhereClause): WhereClause => {
  parsedClauses.add(where);
  return where;
};

/** Whether a value is conditions that a schema has read. */
export const isWhereClause = (value: unknown): value is WhereClause =>
  typeof value === "object" && value !== null && parsedClauses.has(value);

/** Parameters of a list as they can be kept, and be read again by `readAgain`. */
export const toStoredQuery = <Q extends object>(query: Q & { where?: unknown }): Q =>
  isWhereClause(query.where) ? { ...query, where: toTypedJson(query.where) } : query;

function toTypedJson(where: WhereClause): JsonValue {
  if ("and" in where) return { and: where.and.map(toTypedJson) };
  if ("or" in where) return { or: where.or.map(toTypedJson) };
  const [name, operator, given] = where.typed;
  return { [name]: { [operator]: given } };
}

/** What was kept of the parameters of a list; conditions that there are no more are refused. */
export const parseStoredQuery = <Q extends object>({ shape }: z.ZodObject, query: Q & { where?: unknown }): Q =>
  query.where === undefined ? query : { ...query, where: (shape.where as z.ZodType).parse(query.where) };

const isObject = (given: unknown): boolean => typeof given === "object" && given !== null && !Array.isArray(given);

/** The conditions of a list, in the body of `POST /{kind}/query`; callers in the same process may give those that were read before. */
export function whereSchema<R extends BaseRecord>(collection: Collection<R>) {
  const schema = conditionsSchema(() => buildFilterParameters(collection.definition as never));
  collectionBySchema.set(schema, collection as never);
  return schema;
}

/** Conditions that are asked by these parameters. */
export const conditionsSchema = (parameters: () => FilterParameters) =>
  z
    .custom<Record<string, JsonValue> | WhereClause>(isObject, "An object of conditions, in the body of POST …/query")
    .describe('Conditions, such as {"or": [{"company": {"prefix": "acme"}}, {"tags": {"has": "vip"}}]}')
    .transform((given, { addIssue }): WhereClause => {
      if (isWhereClause(given)) return given;
      const reading = new WhereReader(parameters());
      const where = reading.group(given as JsonValue, []);
      for (const { path, message } of reading.wrong.slice(0, 20)) addIssue({ code: "custom", path: [...path], message });
      return markParsed(where);
    });

const collectionBySchema = new WeakMap<z.core.$ZodType, Collection<BaseRecord>>();

/** The collection that a list is of, by the schema of its parameters; undefined where it is asked for by no fields. */
export function findListCollection({ shape: { where } }: z.ZodObject): Collection<BaseRecord> | undefined {
  return where instanceof z.ZodOptional ? collectionBySchema.get(where.unwrap()) : undefined;
}

/** A value of master data as records hold it; the path says where it stands. */
type MasterResolver = (reference: MasterReference, given: unknown, path: string) => unknown;

/** The same conditions, with the master data that they name as records hold it; `field` is the one that they stand in. */
export const resolveMasters = async (where: WhereClause, resolve: MasterResolver, field = "where"): Promise<WhereClause> =>
  markParsed(await resolveClause(where, resolve, field));

async function resolveClause(where: WhereClause, resolve: MasterResolver, under: string): Promise<WhereClause> {
  const all = (parts: readonly WhereClause[]) => Promise.all(parts.map((each) => resolveClause(each, resolve, under)));
  if ("and" in where) return { and: await all(where.and) };
  if ("or" in where) return { or: await all(where.or) };
  const { parameter, path, value } = where;
  const { reference } = parameter;
  if (!reference) return where;
  const at = path.reduce<string>((above, part) => (typeof part === "number" ? `${above}[${part}]` : `${above}.${part}`), under);
  const values = Array.isArray(value)
    ? value.map((each, n) => resolve(reference, each, `${at}[${n}]`))
    : resolve(reference, value, at);
  return { ...where, value: Array.isArray(values) ? await Promise.all(values) : await values };
}

/** Conditions by what they ask, once all that they name is resolved. */
export function toExpression(where: WhereClause): FilterExpression {
  if ("and" in where) return { and: where.and.map(toExpression) };
  if ("or" in where) return { or: where.or.map(toExpression) };
  const asks = toFieldFilters(where.parameter, where.value);
  return asks.length === 1 ? (asks[0] as FieldFilter) : { and: asks };
}

/** What must hold in any case, for which there may be an index, and what is left. */
export function splitExpression(condition: FilterExpression): { asks: FieldFilter[]; rest: FilterExpression[] } {
  if ("or" in condition) return { asks: [], rest: [condition] };
  if (!("and" in condition)) return { asks: [condition], rest: [] };
  const parts = condition.and.map(splitExpression);
  return { asks: parts.flatMap(({ asks }) => asks), rest: parts.flatMap(({ rest }) => rest) };
}

/** Whether a record is as it is asked for. */
export const matchesExpression = (record: BaseRecord, condition: FilterExpression): boolean => {
  if ("and" in condition) return condition.and.every((each) => matchesExpression(record, each));
  if ("or" in condition) return condition.or.some((each) => matchesExpression(record, each));
  return matchesFilter(record, condition);
};

/** Each of the questions that conditions ask. */
export const listFilters = (condition: FilterExpression): FieldFilter[] => {
  if ("and" in condition) return condition.and.flatMap(listFilters);
  return "or" in condition ? condition.or.flatMap(listFilters) : [condition];
};

/** The fields that conditions name. */
export const listFields = (condition: FilterExpression): string[] => listFilters(condition).map(({ field }) => field);

export * as WhereClauses from "./where-clause.ts";
