import * as z from "zod";
import { useSettings } from "../../kernel/context.ts";
import { type FieldType, typeOfSchema } from "../../kernel/field.ts";
import { date, instant, query, valueSchemaOf } from "../../kernel/schema.ts";
import { fold } from "../../kernel/text.ts";
import { dayAfter, startOfDay } from "../../kernel/zone.ts";
import { type BaseRecord, type Collection, isTracked } from "../table/collection.ts";

/**
 * What lists ask of fields beside their filters: `field[operator]=value`. A collection names the fields (`asks`), the type of each
 * says which operators there are, and its row answers. This is the one place where an operator is read, and where it is evaluated.
 */
export type Operator = "eq" | "in" | "gt" | "gte" | "lt" | "lte" | "has";

/** One question, with its value as records hold it. Of bounds only these two are left: all are instants, to the millisecond. */
export interface Ask {
  readonly field: string;
  readonly operator: Exclude<Operator, "gt" | "lte">;
  readonly value: string | readonly string[];
}

const equality = ["eq", "in"] as const;

/** The operators of each type; the first may be left out where it is not one of order (`field=value`). */
const operatorsOf: Partial<Record<FieldType, readonly Operator[]>> = {
  text: equality,
  choice: equality,
  master: equality,
  reference: equality,
  boolean: ["eq"],
  instant: ["gte", "gt", "lt", "lte"],
  choices: ["has"],
};

const MOST_VALUES = 50;

const dayOrInstant = z
  .union([date(), instant()], "Neither a day, YYYY-MM-DD, nor an RFC 3339 instant")
  .meta({ id: "DayOrInstant", description: "A day in the tenant's time zone, or an instant" });

/** What is typed behind an operator, by the schema of the field. */
const typedOf: Record<Operator, (field: z.ZodType) => z.ZodType> = {
  eq: (field) => (field instanceof z.ZodBoolean ? query.boolean() : field),
  in: (field) => query.several(field, MOST_VALUES).describe(`One of these, ${MOST_VALUES} at most, with commas between them`),
  gt: () => dayOrInstant,
  gte: () => dayOrInstant,
  lt: () => dayOrInstant,
  lte: () => dayOrInstant,
  has: (field) => (field instanceof z.ZodArray ? (field.element as z.ZodType) : field),
};

type Holds = (held: unknown, asked: string | readonly string[]) => boolean;
const isThere = (held: unknown): boolean => held !== null && held !== undefined;

/** Whether what a record holds is what is asked for. Ids and words are compared as they are, tags whatever their letter case. */
const holdsOf: Record<Ask["operator"], Holds> = {
  eq: (held, asked) => isThere(held) && String(held) === asked,
  in: (held, asked) => isThere(held) && asked.includes(String(held)),
  gte: (held, asked) => isThere(held) && String(held) >= String(asked),
  lt: (held, asked) => isThere(held) && String(held) < String(asked),
  has: (held, asked) => Array.isArray(held) && held.some((each) => fold(String(each)) === fold(String(asked))),
};

interface Parameter {
  name: string;
  field: string;
  operator: Operator;
  schema: z.ZodType;
}

const known = new WeakMap<object, readonly Parameter[]>();

/** The parameters of a kind's list by which its fields are asked for. */
function parametersOf<R extends BaseRecord>({ definition, name: kind }: Collection<R>): readonly Parameter[] {
  const made = known.get(definition);
  if (made) return made;
  const fields: readonly (keyof R & string)[] = [
    ...(definition.asks ?? []),
    ...(isTracked(definition) ? ["updated_at" as const] : []),
  ];
  const parameters = fields.flatMap((field): Parameter[] => {
    const isTime = field === "created_at" || field === "updated_at";
    const schema: z.ZodType = isTime ? instant() : valueSchemaOf(definition.schema.shape[field] as z.ZodType);
    const type = typeOfSchema(schema);
    const operators = operatorsOf[type];
    if (!operators || !(isTime || definition.row.includes(field)))
      throw new Error(`${kind}: lists cannot ask for ${field}: its type (${type}) has no operator, or it is not in the row`);
    return operators.flatMap((operator, at) => {
      const parameter = { field, operator, schema: typedOf[operator](schema) };
      const plain = at === 0 && !isBound(operator) ? [{ name: field, ...parameter }] : [];
      return [...plain, { name: `${field}[${operator}]`, ...parameter }];
    });
  });
  known.set(definition, parameters);
  return parameters;
}

/** For the types of callers: such parameters, whichever there are. */
export type Shape = { [name in `${string}[${Operator}]`]: z.ZodOptional<z.ZodType<string, string>> };

/** Those parameters for the schema of a list. */
export const askShape = <R extends BaseRecord>(collection: Collection<R>): Shape =>
  Object.fromEntries(parametersOf(collection).map(({ name, schema }) => [name, schema.optional()])) as Shape;

/** What parameters ask for; master data and records among their values are resolved before. */
export function asksIn<R extends BaseRecord>(collection: Collection<R>, given: ReadonlyMap<string, unknown>): Ask[] {
  return parametersOf(collection).flatMap(({ name, field, operator }): Ask[] => {
    const value = given.get(name);
    if (value === undefined) return [];
    if (isBound(operator)) return [{ field, ...boundOf(operator, String(value)) }];
    return [{ field, operator, value: Array.isArray(value) ? value.map(String) : String(value) }];
  });
}

/** Of bounds: whether they lie behind the day or instant that they name. */
const beyond = { gte: false, gt: true, lt: false, lte: true };
const isBound = (operator: Operator): operator is keyof typeof beyond => operator in beyond;

const LAST = "9999-12-31T23:59:59.999Z";

/** Days begin as they do in the tenant's zone; long ago, and at the end of time, as they do in UTC. */
function boundOf(operator: keyof typeof beyond, named: string): Pick<Ask, "operator" | "value"> {
  const isDay = named.length === "YYYY-MM-DD".length;
  const day = isDay && beyond[operator] ? dayAfter(named, 1) : named;
  const start = (): string => (day < "1900" || day > "9998" ? `${day}T00:00:00.000Z` : startOfDay(useSettings().timezone, day));
  const behind = (): string => new Date(Date.parse(named) + 1).toISOString();
  const value = isDay ? start() : beyond[operator] ? behind() : named;
  return { operator: operator === "gt" || operator === "gte" ? "gte" : "lt", value: value.startsWith("+") ? LAST : value };
}

/** Whether a record is as it is asked for. */
export const holds = (record: BaseRecord, { field, operator, value }: Ask): boolean =>
  holdsOf[operator]((record as unknown as Record<string, unknown>)[field], value);

/** The part of a field's order in which all lies that is asked for: from an instant on, and up to another. */
export function boundsOf(asks: readonly Ask[], field: string): { from?: string; to?: string } {
  const valuesOf = (operator: Ask["operator"]): string[] =>
    asks.flatMap((ask) => (ask.field === field && ask.operator === operator ? [String(ask.value)] : [])).sort();
  const [from, before] = [valuesOf("gte").at(-1), valuesOf("lt")[0]];
  return {
    ...(from === undefined ? {} : { from }),
    ...(before === undefined ? {} : { to: new Date(Date.parse(before) - 1).toISOString() }),
  };
}

/** Whether that part is all that is asked. */
export const isBoundOf = (ask: Ask, field: string): boolean => ask.field === field && isBound(ask.operator);

export * as Asks from "./ask.ts";
