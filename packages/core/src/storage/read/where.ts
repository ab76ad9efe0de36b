import * as z from "zod";
import type { Reference } from "../../kernel/schema.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { type Ask, asksOf, holds, type Parameter, parametersOf } from "./ask.ts";

/**
 * Conditions that lists are asked for in a body: `{or: [{company: {prefix: "acme"}}, {tags: {has: "vip"}}]}`, of the fields and
 * operators that there are as parameters (ask.ts). What an object names besides each other holds together.
 */
export type Where = { readonly and: readonly Where[] } | { readonly or: readonly Where[] } | Leaf;

/** One condition, with its value as its schema has read it. */
export interface Leaf {
  readonly parameter: Parameter;
  /** As it was asked for: the field, the operator, and the value as typed. */
  readonly asked: readonly [name: string, operator: string, given: Json];
  /** Where it stands. */
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

/** Conditions that are ready to be asked of records. */
export type Condition = { readonly and: readonly Condition[] } | { readonly or: readonly Condition[] } | Ask;

const DEEPEST = 8;
const MOST_LEAVES = 100;

type Path = readonly (string | number)[];
type Json = z.core.util.JSONType;

/** The ways to ask that there are, by name; some are made when they are asked for, and only examples of them listed. */
export type Parameters = Pick<ReadonlyMap<string, Parameter>, "get" | "keys">;

class Reading {
  readonly #parameters: Parameters;
  readonly wrong: { path: Path; message: string }[] = [];
  #leaves = 0;

  constructor(parameters: Parameters) {
    this.#parameters = parameters;
  }

  group(given: Json, path: Path): Where {
    if (path.length > 2 * DEEPEST) return this.#refuse(path, `At most ${DEEPEST} levels of and, or`);
    if (typeof given !== "object" || given === null || Array.isArray(given))
      return this.#refuse(path, 'An object of conditions, such as {"company": {"prefix": "acme"}}');
    const parts = Object.entries(given).flatMap(([name, value]) =>
      name === "and" || name === "or" ? [this.#joined(name, value, [...path, name])] : this.#field(name, value, [...path, name]),
    );
    return parts.length === 1 ? (parts[0] as Where) : { and: parts };
  }

  #joined(by: "and" | "or", given: Json, path: Path): Where {
    if (!Array.isArray(given) || given.length === 0) return this.#refuse(path, "A list of conditions, one at least");
    const all = given.map((each, at) => this.group(each, [...path, at]));
    return by === "and" ? { and: all } : { or: all };
  }

  /** A value alone is what the field is; of several it is one of them; null is no value. */
  #field(name: string, given: Json, path: Path): Where[] {
    if (given === null) return [this.#leaf(name, "is_null", true, path)];
    if (Array.isArray(given)) return [this.#leaf(name, "in", given, path)];
    if (typeof given !== "object") return [this.#leaf(name, "eq", given, path)];
    return Object.entries(given).map(([operator, value]) => this.#leaf(name, operator, value, [...path, operator]));
  }

  #leaf(name: string, operator: string, given: Json, path: Path): Where {
    if (++this.#leaves > MOST_LEAVES) return this.#refuse(path, `At most ${MOST_LEAVES} conditions`);
    const parameter = this.#parameters.get(`${name}[${operator}]`);
    if (!parameter) return this.#refuse(path, this.#exist(name));
    const { data, error } = parameter.schema.safeParse(given);
    for (const { path: inner, message } of error?.issues ?? []) this.#refuse([...path, ...(inner as Path)], message);
    return { parameter, asked: [name, operator, given], path, value: data };
  }

  /** What there is in place of what there is not. */
  #exist(name: string): string {
    const split = [...this.#parameters.keys()].flatMap((each) => [/^([\w.]+)\[(\w+)\]$/.exec(each)?.slice(1) ?? []]);
    const ofField = split.flatMap(([field, operator]) => (field === name ? [operator] : []));
    if (ofField.length > 0) return `${name} is asked by ${ofField.join(", ")}`;
    return `Not a field of this list: ${[...new Set(split.flatMap(([field]) => field ?? []))].join(", ")}`;
  }

  #refuse(path: Path, message: string): Where {
    this.wrong.push({ path, message });
    return { and: [] };
  }
}

/** What a schema has read: a body can say nothing that would be taken for it. */
const known = new WeakSet<object>();
const asRead = (where: Where): Where => {
  known.add(where);
  return where;
};

/** Whether a value is conditions that a schema has read. */
export const isWhere = (value: unknown): value is Where => typeof value === "object" && value !== null && known.has(value);

/** Parameters of a list as they can be kept, and be read again by `readAgain`. */
export const kept = <Q extends object>(query: Q & { where?: unknown }): Q =>
  isWhere(query.where) ? { ...query, where: asTyped(query.where) } : query;

function asTyped(where: Where): Json {
  if ("and" in where) return { and: where.and.map(asTyped) };
  if ("or" in where) return { or: where.or.map(asTyped) };
  const [name, operator, given] = where.asked;
  return { [name]: { [operator]: given } };
}

/** What was kept of the parameters of a list; conditions that there are no more are refused. */
export const readAgain = <Q extends object>({ shape }: z.ZodObject, query: Q & { where?: unknown }): Q =>
  query.where === undefined ? query : { ...query, where: (shape.where as z.ZodType).parse(query.where) };

const isObject = (given: unknown): boolean => typeof given === "object" && given !== null && !Array.isArray(given);

/** The conditions of a list, in the body of `POST /{kind}/query`; callers in the same process may give those that were read before. */
export function whereSchema<R extends BaseRecord>(collection: Collection<R>) {
  const schema = conditions(() => parametersOf(collection.definition as never));
  listed.set(schema, collection as never);
  return schema;
}

/** Conditions that are asked by these parameters. */
export const conditions = (parameters: () => Parameters) =>
  z
    .custom<Record<string, Json> | Where>(isObject, "An object of conditions, in the body of POST …/query")
    .describe('Conditions, such as {"or": [{"company": {"prefix": "acme"}}, {"tags": {"has": "vip"}}]}')
    .transform((given, { addIssue }): Where => {
      if (isWhere(given)) return given;
      const reading = new Reading(parameters());
      const where = reading.group(given as Json, []);
      for (const { path, message } of reading.wrong.slice(0, 20)) addIssue({ code: "custom", path: [...path], message });
      return asRead(where);
    });

const listed = new WeakMap<z.core.$ZodType, Collection<BaseRecord>>();

/** The collection that a list is of, by the schema of its parameters; undefined where it is asked for by no fields. */
export function collectionOfList({ shape: { where } }: z.ZodObject): Collection<BaseRecord> | undefined {
  return where instanceof z.ZodOptional ? listed.get(where.unwrap()) : undefined;
}

/** A value of master data as records hold it; the path says where it stands. */
type Resolve = (reference: Reference, given: unknown, path: string) => unknown;

/** The same conditions, with the master data that they name as records hold it; `field` is the one that they stand in. */
export const resolved = async (where: Where, resolve: Resolve, field = "where"): Promise<Where> =>
  asRead(await resolvedIn(where, resolve, field));

async function resolvedIn(where: Where, resolve: Resolve, under: string): Promise<Where> {
  const all = (parts: readonly Where[]) => Promise.all(parts.map((each) => resolvedIn(each, resolve, under)));
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
export function conditionIn(where: Where): Condition {
  if ("and" in where) return { and: where.and.map(conditionIn) };
  if ("or" in where) return { or: where.or.map(conditionIn) };
  const asks = asksOf(where.parameter, where.value);
  return asks.length === 1 ? (asks[0] as Ask) : { and: asks };
}

/** What must hold in any case, for which there may be an index, and what is left. */
export function split(condition: Condition): { asks: Ask[]; rest: Condition[] } {
  if ("or" in condition) return { asks: [], rest: [condition] };
  if (!("and" in condition)) return { asks: [condition], rest: [] };
  const parts = condition.and.map(split);
  return { asks: parts.flatMap(({ asks }) => asks), rest: parts.flatMap(({ rest }) => rest) };
}

/** Whether a record is as it is asked for. */
export const isSo = (record: BaseRecord, condition: Condition): boolean => {
  if ("and" in condition) return condition.and.every((each) => isSo(record, each));
  if ("or" in condition) return condition.or.some((each) => isSo(record, each));
  return holds(record, condition);
};

/** Each of the questions that conditions ask. */
export const leavesIn = (condition: Condition): Ask[] => {
  if ("and" in condition) return condition.and.flatMap(leavesIn);
  return "or" in condition ? condition.or.flatMap(leavesIn) : [condition];
};

/** The fields that conditions name. */
export const fieldsIn = (condition: Condition): string[] => leavesIn(condition).map(({ field }) => field);

export * as Wheres from "./where.ts";
