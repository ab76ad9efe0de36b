import * as z from "zod";
import { actorsOf } from "../../kernel/actor.ts";
import { useActor, useSettings } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import { type FieldType, typeOfSchema, wordsOfSchema } from "../../kernel/field.ts";
import { onceFor } from "../../kernel/once.ts";
import { placeOf } from "../../kernel/place.ts";
import {
  date,
  instant,
  isAskedAsText,
  mayBeNull,
  oneOf,
  query,
  type Reference,
  referencesOf,
  text,
  valueSchemaOf,
} from "../../kernel/schema.ts";
import { tagKey } from "../../kernel/tag.ts";
import { fold, sortKeyOf, withArticle } from "../../kernel/text.ts";
import { dayAfter, startOfDay } from "../../kernel/zone.ts";
import { type BaseRecord, type Collection, type Definition, isTracked } from "../table/collection.ts";

/**
 * What lists ask of fields: `field[operator]=value`. Every field of a row can be asked for; its type says by which operators.
 * This is the one place where an operator is read, and where it is evaluated; where.ts joins several by `and` and `or`.
 */
export const operators = ["eq", "ne", "in", "gt", "gte", "lt", "lte", "prefix", "has", "is_null"] as const;
export type Operator = (typeof operators)[number];

/** One question, with its value in the form in which values of its type are compared (`placeOf`). Instants have two bounds. */
export interface Ask {
  readonly field: string;
  readonly operator: Operator;
  readonly type: FieldType;
  /** Compared whatever its letter case and accents: so the filter of such a field compares it. */
  readonly folded?: true | undefined;
  readonly value: string | readonly string[];
}

const equality = ["eq", "ne", "in"] as const;
const bounds = ["gt", "gte", "lt", "lte"] as const;
const number = [...equality, ...bounds] as const;
const words = [...equality, "prefix"] as const;

/** The operators of each type, beside `is_null` where a field may be empty; `eq` may be left out (`field=value`). */
const operatorsOf: Partial<Record<FieldType, readonly Operator[]>> = {
  text: words,
  email: words,
  phone: words,
  url: words,
  choice: equality,
  master: equality,
  reference: equality,
  boolean: ["eq", "ne"],
  integer: number,
  number,
  money: number,
  date: number,
  instant: ["eq", ...bounds],
  choices: ["has"],
};

/** Types whose values have an order that says something. */
const isOrdered = (type: FieldType): boolean => type !== "choices";

const MOST_VALUES = 50;
/** In place of an id, in either case: who asks. */
const isMe = (given: unknown): boolean => typeof given === "string" && given.toLowerCase() === "me";

const dayOrInstant = z
  .union([date(), instant()], "Neither a day, YYYY-MM-DD, nor an RFC 3339 instant")
  .meta({ id: "DayOrInstant", description: "A day in the tenant's time zone, or an instant" });

/** Text, or from a body the number itself. */
const decimal = z
  .union([z.number(), z.string().regex(/^-?\d{1,15}(\.\d{1,4})?$/)], "Not a number, such as 12 or 12.50")
  .transform(String);
const word = text(255).min(1);

/** One value of a field, as it is typed. */
function typedValue(type: FieldType, field: z.ZodType): z.ZodType {
  switch (type) {
    case "boolean":
      return query.boolean();
    case "integer":
    case "number":
    case "money":
      return decimal;
    case "date":
      return date();
    case "instant":
      return dayOrInstant;
    case "reference":
      return idOf(field);
    case "choices":
      return field instanceof z.ZodArray ? (field.element as z.ZodType) : field;
    case "choice":
      return oneOf(wordsOfSchema(field));
    case "master":
      return field;
    default:
      return word.meta({ "x-type": type });
  }
}

/** The form of an id alone: a record that is not there, or not shown, is one that nothing names. */
function idOf(field: z.ZodType): z.ZodType {
  const kind = String(field.meta()?.["x-record"]);
  const isId = (given: string): boolean => (kind === "user" && isMe(given)) || field.safeParse(given).success;
  return word
    .refine(isId, `Not the id of ${withArticle(kind.replaceAll("_", " "))}${kind === "user" ? ", nor `me`" : ""}`)
    .meta({ "x-record": kind });
}

/** What is typed behind an operator. */
function typedOf(operator: Operator, type: FieldType, field: z.ZodType): z.ZodType {
  if (operator === "is_null") return query.boolean();
  if (operator === "prefix") return word.describe("How it begins, whatever the letter case");
  const value = typedValue(type, field);
  if (operator !== "in") return value;
  return query.several(value, MOST_VALUES).describe(`One of these, ${MOST_VALUES} at most, with commas between them`);
}

/** A field that lists are asked for. */
export interface Asked {
  readonly field: string;
  readonly type: FieldType;
  readonly operators: readonly Operator[];
  /** What a field takes where it is neither empty nor left out. */
  readonly schema: z.ZodType;
  /** The filter that has a name of its own. */
  readonly alias: string | undefined;
  /** Says who did something, or names a record: `me` may stand for who asks. */
  readonly mayBeMe: boolean;
  readonly folded: true | undefined;
}

/** Of what every record has; rows say who made it, and when. */
const ofBase = { created_at: instant(), created_by: z.string().meta({ "x-record": "user" }), updated_at: instant() } as const;

/** The fields by which the lists of a kind are asked, in the order of their rows. */
export const askedOf = onceFor((definition: Definition<never>): readonly Asked[] => {
  const {
    row,
    asks,
    internal = [],
    secret = [],
    filters = {},
    texts = [],
    schema,
  } = definition as unknown as Definition<BaseRecord>;
  const hidden = new Set<string>([...internal, ...secret]);
  const own: readonly string[] = asks ?? row.filter((field) => !hidden.has(field));
  const always = asks ? ["created_at"].filter((field) => own.includes(field)) : ["created_at", "created_by"];
  const tracked = isTracked(definition) ? ["updated_at"] : [];
  const fields = [...new Set([...own, ...always, ...tracked])];
  const actors = actorsOf(schema.shape);
  const aliases = new Map(Object.entries(filters).map(([name, { field }]) => [field as string, name]));
  return fields.flatMap((field): Asked[] => {
    const declared = (schema.shape[field] ?? ofBase[field as keyof typeof ofBase]) as z.ZodType | undefined;
    if (!declared) return [];
    const value = valueSchemaOf(declared);
    const type = typeOfSchema(value);
    const isOfParts = value instanceof z.ZodArray && typeOfSchema(value.element as z.ZodType) === "json";
    const known = isOfParts ? [] : isAskedAsText(value) ? words : (operatorsOf[type] ?? []);
    const isOften = type === "choices" || mayBeNull(declared);
    const alias = aliases.get(field);
    return known.length === 0
      ? []
      : [
          {
            field,
            type,
            operators: isOften ? [...known, "is_null"] : known,
            schema: value,
            alias: alias === field ? undefined : alias,
            mayBeMe: type === "reference" || actors.includes(field),
            folded: (texts as readonly string[]).includes(field) || undefined,
          },
        ];
  });
});

/** The fields that any list of few records may be sorted by. */
export const sortsOf = <R extends BaseRecord>({ definition }: Collection<R>): string[] =>
  askedOf(definition as never).flatMap(({ field, type }) => (isOrdered(type) && field !== "updated_at" ? [field] : []));

/** A way to ask for a field: `company[prefix]`. */
export class Parameter {
  readonly name: string;
  readonly operator: Operator;
  readonly #asked: Asked;
  #schema: z.ZodType | undefined;

  constructor(name: string, operator: Operator, asked: Asked) {
    this.name = name;
    this.operator = operator;
    this.#asked = asked;
  }

  get field(): string {
    return this.#asked.field;
  }

  get type(): FieldType {
    return this.#asked.type;
  }

  get mayBeMe(): boolean {
    return this.#asked.mayBeMe;
  }

  get folded(): true | undefined {
    return this.#asked.folded;
  }

  /** What is typed behind it. Most are never asked for: it is made when they are. */
  get schema(): z.ZodType {
    this.#schema ??= typedOf(this.operator, this.type, this.#asked.schema);
    return this.#schema;
  }

  /** The master data that its value names. */
  get reference(): Reference | undefined {
    return this.operator === "is_null" ? undefined : referencesOf({ value: this.schema }).get("value");
  }
}

/** Parameters of lists that ask for no field: paging, order and search, what is shown, and what a path is named by. */
export const reserved: ReadonlySet<string> = new Set([
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
  "id",
]);

/** The ways to ask for the fields of a kind, by name; `company` is `company[eq]`. A filter with a name of its own has that too. */
export const parametersOf = onceFor((definition: Definition<never>): ReadonlyMap<string, Parameter> => {
  const { owner } = definition as { owner?: string };
  const parameters = askedOf(definition).flatMap((asked) => {
    const names = [asked.field, ...(asked.alias === undefined ? [] : [asked.alias]), ...(asked.field === owner ? ["owner"] : [])];
    return asked.operators.flatMap((operator) => [
      ...(operator === "eq" && !reserved.has(asked.field) ? [new Parameter(asked.field, operator, asked)] : []),
      ...names.map((name) => new Parameter(`${name}[${operator}]`, operator, asked)),
    ]);
  });
  return new Map(parameters.map((parameter) => [parameter.name, parameter]));
});

type Typed = string | number | boolean;
/** For the types of callers: such parameters, whichever there are. */
export type Shape = { [name in `${string}[${Operator}]`]: z.ZodOptional<z.ZodType<string, Typed | readonly Typed[]>> };

/** Those parameters for the schema of a list. */
export function askShape<R extends BaseRecord>({ definition }: Collection<R>): Shape {
  const shape = {};
  for (const [name, parameter] of parametersOf(definition as never))
    Object.defineProperty(shape, name, { enumerable: true, get: () => parameter.schema.optional() });
  return shape;
}

/** What parameters ask for that are no filters of their own; master data among their values is resolved before. */
export function asksIn<R extends BaseRecord>({ definition }: Collection<R>, given: ReadonlyMap<string, unknown>): Ask[] {
  const parameters = parametersOf(definition as never);
  return [...given].flatMap(([name, value]) => {
    const parameter = Object.hasOwn(definition.filters ?? {}, name) ? undefined : parameters.get(name);
    return parameter && value !== undefined ? asksOf(parameter, value) : [];
  });
}

/** What one of them asks with this value, which its schema has read: an instant within a day has two bounds. */
export function asksOf({ name, field, type, operator, mayBeMe, folded }: Parameter, value: unknown): Ask[] {
  const ask = (operator: Operator, value: Ask["value"]): Ask => ({ field, type, operator, value, ...(folded ? { folded } : {}) });
  if (operator === "is_null") return [ask(operator, String(value))];
  if (operator === "prefix") return [ask(operator, fold(String(value)))];
  if (operator === "has") return [ask(operator, tagKey(String(value)))];
  if (type === "instant") {
    const named = String(value);
    if (operator !== "eq") return [ask(isFrom(operator) ? "gte" : "lt", boundOf(operator, named))];
    return [ask("gte", boundOf("gte", named)), ask("lt", boundOf("lte", named))];
  }
  const placed = (each: unknown): string =>
    folded ? fold(String(each).trim()) : placeOf(type, mayBeMe && isMe(each) ? whoAsks(name) : each);
  return [ask(operator, Array.isArray(value) ? [...new Set(value.map(placed))] : placed(value))];
}

function whoAsks(name: string): string {
  const actor = useActor();
  if (actor.type !== "user") throw invalid(name, "`me` is a user who signed in: an API key owns nothing");
  return actor.id;
}

/** The id of the owner that a list is asked for by its own filter. */
export const ownerAsked = (given: string): string => (isMe(given) ? whoAsks("owner") : given);

/** Of bounds: whether they lie behind the day or instant that they name. */
const beyond = { gte: false, gt: true, lt: false, lte: true } as const;
const isFrom = (operator: Operator): boolean => operator === "gt" || operator === "gte";

const LAST = "9999-12-31T23:59:59.999Z";

/** Days begin as they do in the tenant's zone; long ago, and at the end of time, as they do in UTC. */
function boundOf(operator: Operator, named: string): string {
  const isDay = named.length === "YYYY-MM-DD".length;
  const isBehind = beyond[operator as keyof typeof beyond];
  const day = isDay && isBehind ? dayAfter(named, 1) : named;
  const start = (): string => (day < "1900" || day > "9998" ? `${day}T00:00:00.000Z` : startOfDay(useSettings().timezone, day));
  const behind = (): string => new Date(Date.parse(named) + 1).toISOString();
  const value = isDay ? start() : isBehind ? behind() : named;
  return value.startsWith("+") ? LAST : value;
}

type Holds = (held: unknown, asked: string | readonly string[], type: FieldType) => boolean;
const isEmpty = (held: unknown): boolean =>
  held === null || held === undefined || held === "" || (Array.isArray(held) && held.length === 0);
const compared =
  (holds: (held: string, asked: string) => boolean): Holds =>
  (held, asked, type) =>
    !isEmpty(held) && holds(placeOf(type, held), String(asked));

const holdsOf: Record<Operator, Holds> = {
  eq: compared((held, asked) => held === asked),
  // What has no value has another one.
  ne: (held, asked, type) => !holdsOf.eq(held, asked, type),
  in: (held, asked, type) => !isEmpty(held) && asked.includes(placeOf(type, held)),
  gt: compared((held, asked) => held > asked),
  gte: compared((held, asked) => held >= asked),
  lt: compared((held, asked) => held < asked),
  lte: compared((held, asked) => held <= asked),
  prefix: (held, asked) => typeof held === "string" && fold(held).startsWith(String(asked)),
  has: (held, asked) => Array.isArray(held) && held.some((each) => tagKey(String(each)) === asked),
  is_null: (held, asked) => String(isEmpty(held)) === asked,
};

/** Whether a record is as it is asked for. Ids and words are compared as they are; prefixes and tags whatever their letter case. */
export function holds(record: BaseRecord, { field, operator, value, type, folded }: Ask): boolean {
  const held = (record as unknown as Record<string, unknown>)[field];
  return holdsOf[operator](folded && typeof held === "string" ? fold(held.trim()) : held, value, type);
}

/** The place of a record in the order of a field of its row; those without a value are behind all others in either direction. */
export function placeIn<R extends BaseRecord>(
  { definition }: Collection<R>,
  sort: string,
  order: "asc" | "desc",
  record: R,
): string {
  const value = (record as unknown as Record<string, unknown>)[sort];
  const type = askedOf(definition as never).find(({ field }) => field === sort)?.type ?? "text";
  if (isEmpty(value)) return order === "asc" ? "~" : "!";
  return `0${(operatorsOf[type] as unknown) === words ? sortKeyOf(String(value)) : placeOf(type, value)}`;
}

/** The part of a field's order in which all lies that is asked for: from an instant on, and up to another. */
export function boundsOf(asks: readonly Ask[], field: string): { from?: string; to?: string } {
  const valuesOf = (operator: Operator): string[] =>
    asks.flatMap((ask) => (isBoundOf(ask, field) && ask.operator === operator ? [String(ask.value)] : [])).sort();
  const [from, before] = [valuesOf("gte").at(-1), valuesOf("lt")[0]];
  return {
    ...(from === undefined ? {} : { from }),
    ...(before === undefined ? {} : { to: new Date(Date.parse(before) - 1).toISOString() }),
  };
}

/** Whether that part is all that is asked. */
export const isBoundOf = ({ field, type, operator }: Ask, of: string): boolean =>
  field === of && type === "instant" && operator in beyond;

export * as Asks from "./ask.ts";
