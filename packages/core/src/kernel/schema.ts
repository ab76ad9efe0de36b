import * as z from "zod";
import * as Amount from "./amount.ts";
import { findTenantZone } from "./context-storage.ts";
import { MAX_DATE, MAX_INSTANT, MIN_DATE, MIN_INSTANT } from "./date-bounds.ts";
import { idPattern, type Kind } from "./id.ts";
import { describeIssue, unlessMissing } from "./issue-message.ts";
import type { MasterKind } from "./master-kind.ts";
import { memoizeByObject } from "./memoize.ts";
import { MAX_TAG_LENGTH, MAX_TAGS, mergeTags } from "./tag.ts";
import { withArticle } from "./text.ts";
import { findTextProblem, hasLineEnd, LINE_END_MESSAGE } from "./text-content.ts";
import { endOfDay, isZone, lastInstantOfDay, startOfDay } from "./time-zone.ts";
import { findLinkProblem, findUrlProblem, hasUnsafeScheme, serializeLink } from "./web-url.ts";

/**
 * Field types for all domains. A schema of these types parses input and describes itself in OpenAPI. Text is stored as typed; only instants
 * and money are normalized.
 */

/**
 * Returns whether a value is nested deeper than `most` levels. It works level by level: recursion would overflow the stack on input that is
 * nested deeply enough.
 */
function isDeeperThan(value: unknown, maxDepth: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return true;
    level = level.flatMap((node) => (node !== null && typeof node === "object" ? Object.values(node) : []));
  }
  return false;
}

const hasValidCharacters = (value: string): boolean => findTextProblem(value) === undefined || retainedTexts.has(value);
const describeCharacters = { error: ({ input }: { input?: unknown }) => findTextProblem(String(input)) };

/** Text of up to `max` characters and several lines, stored as typed. */
export const text = (max: number) => z.string().max(max).refine(hasValidCharacters, describeCharacters);

/** The input of operations that need only the id of a record. */
export const IdInput = z.strictObject({ id: text(64) });

const lineSchemas = new WeakMap<z.core.$ZodType, true>();

/** Text on one line, such as a name, a subject or a part of an address, without surrounding blanks. */
export function oneLine(max: number) {
  const schema = z
    .string()
    .trim()
    .max(max)
    .refine(hasValidCharacters, describeCharacters)
    .refine((value) => !hasLineEnd(value) || retainedTexts.has(value), { error: LINE_END_MESSAGE, params: { isRetained: true } });
  lineSchemas.set(schema, true);
  return schema;
}

/** Returns whether `oneLine`, or a type made of it, declares the values of a field. */
export const isOneLine = (field: z.ZodType): boolean => findDeclared(lineSchemas, unwrapField(field).inner) === true;

/** A line that is not blank. */
export const name = (max: number, min = 1) =>
  oneLine(max).refine((value) => value.length >= min, min > 1 ? `Must have at least ${min} characters` : "Must not be blank");

const EMAIL = /^[^\s@"(),:;<>[\\\]\p{C}]{1,64}@[^\s@.,;:<>()[\]"\p{C}]+(\.[^\s@.,;:<>()[\]"\p{C}]+)+$/u;
export const email = (max = 255) =>
  z.preprocess(trimText, z.email({ pattern: EMAIL, error: unlessMissing("Must be a valid email address") }).max(max));

const trimText = (input: string): unknown => (typeof input === "string" ? input.trim() : input);

/** A telephone number as typed, without surrounding blanks. The person resolution decides later whether it can be parsed. */
export const phone = (max = 50) => oneLine(max).meta({ "x-type": "phone" });

/**
 * A web address with http, https or no scheme, for pages that make a link of it. It is stored as the URL parser of browsers writes it; without
 * a scheme it stays as typed.
 */
export const url = (max = 255) => webAddress(max, findLinkProblem, serializeLink);

/** A complete URL with http or https, stored as the URL parser of browsers writes it. */
export const completeUrl = (max: number) => webAddress(max, findUrlProblem, serializeLink);

/** A complete URL that stays as typed, because another system signs it in this form. A user and password may be part of it. */
export const signedUrl = (max: number) =>
  webAddress(
    max,
    (value) => findUrlProblem(value, { takesCredentials: true }),
    (value) => value,
  );

const webAddress = (max: number, findProblem: (value: string) => string | undefined, serialize: (value: string) => string) =>
  text(max)
    .superRefine((value, { addIssue }) => {
      if (retainedTexts.has(value) && !hasUnsafeScheme(value)) return;
      const isTooLong = value.length <= max && serialize(value).length > max;
      const message = findProblem(value) ?? (isTooLong ? `Must have at most ${max} characters after escaping` : undefined);
      if (message !== undefined) addIssue({ code: "custom", message, params: { isRetained: true } });
    })
    .overwrite((value) => (retainedTexts.has(value) ? value : serialize(value)))
    .meta({ "x-type": "url" });

type TextSet = Pick<ReadonlySet<string>, "has">;

/** Web addresses and lines that the schemas accept as they are, because the changed record has them already. */
let retainedTexts: TextSet = new Set();

/** For values that come from the table: an earlier release may have stored any of them. */
export const EVERY_TEXT: TextSet = { has: () => true };

/** Runs a parser for which texts that were stored under earlier rules stay valid. */
export function parseRetaining<R>(texts: TextSet, parse: () => R): R {
  // Parsing is synchronous, so no other input is parsed meanwhile.
  retainedTexts = texts;
  try {
    return parse();
  } finally {
    retainedTexts = new Set();
  }
}

/** Returns the name of the field if an issue does not apply to the stored value of this field. */
export function findRetainedField(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code !== "custom" || issue.params?.isRetained !== true) return undefined;
  return issue.path.findLast((part) => typeof part === "string");
}

/** An IANA time zone. */
export const zone = () =>
  z
    .string()
    .trim()
    .max(64)
    .refine(isZone, "Must be an IANA time zone")
    .meta({ "x-format": "time_zone", examples: ["Europe/Berlin"] });

/** A date of any year, as stored values may be. */
export const storedDate = () => z.iso.date({ error: unlessMissing("Must be a date, YYYY-MM-DD"), abort: true });

export const date = () =>
  storedDate().refine((value) => value >= MIN_DATE && value <= MAX_DATE, {
    error: `Must be a date from ${MIN_DATE} to ${MAX_DATE}`,
    abort: true,
  });

/** The first character of the mask that replaces a sealed value for readers who may not see it. */
const MASK_CHARACTER = "•";
export const isMask = (value: unknown): value is string => typeof value === "string" && value.startsWith(MASK_CHARACTER);

/**
 * A text that is stored sealed. Input may also be the mask that readers are shown; the stored value then stays. The code that seals checks
 * whether the mask belongs to the stored value. The JSON Schema has `x-sealed`.
 */
export const sealed = (value: z.ZodType<string, string>) => {
  const { $schema: _version, ...jsonSchema } = z.toJSONSchema(value, { io: "input" });
  const checked = z
    .string()
    .superRefine((input, { addIssue }) => {
      if (isMask(input)) return;
      for (const issue of value.safeParse(input).error?.issues ?? []) addIssue({ code: "custom", message: describeIssue(issue) });
    })
    .overwrite((input) => (isMask(input) ? input : (value.safeParse(input).data ?? input)));
  return checked.meta({ ...jsonSchema, "x-sealed": true });
};

const [MIN_MONTH, MAX_MONTH] = [MIN_DATE.slice(0, 7), MAX_DATE.slice(0, 7)] as const;

export const month = () =>
  z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, { error: "Must be a month, YYYY-MM", abort: true })
    .refine((value) => value >= MIN_MONTH && value <= MAX_MONTH, `Must be a month from ${MIN_MONTH} to ${MAX_MONTH}`);

const [MIN_INSTANT_MS, MAX_INSTANT_MS] = [Date.parse(MIN_INSTANT), Date.parse(MAX_INSTANT)] as const;

const INVALID_INSTANT = "Must be an RFC 3339 timestamp or a date, YYYY-MM-DD";

/** The checks of an instant of any year. The result is in UTC with milliseconds. */
const readInstant = (schema: z.ZodString): z.ZodString =>
  schema
    .check(z.iso.datetime({ offset: true, error: INVALID_INSTANT, abort: true }))
    .refine((value) => !Number.isNaN(Date.parse(value)), { error: INVALID_INSTANT, abort: true })
    .overwrite((value) => (Number.isNaN(Date.parse(value)) ? value : new Date(value).toISOString()))
    .meta({ format: "date-time" });

/** An instant of any year, as stored values may be. */
export const storedInstant = () => readInstant(z.string({ error: unlessMissing(INVALID_INSTANT) }));

/**
 * The instant that a plain date means: the start of the day, its end (the start of the next day) where something ends at the instant, or
 * its last millisecond where values up to the instant are meant, or where the end is shown as a day.
 */
type DayPosition = "start" | "end" | "last";

/**
 * Input: RFC 3339 with any offset, or a date, which is that day in the tenant's time zone. Output: UTC with milliseconds. A caller without a
 * tenant has no time zone and sends a timestamp.
 */
export const instant = ({ day = "start" }: { day?: DayPosition } = {}) =>
  readInstant(z.string({ error: unlessMissing(INVALID_INSTANT) }).overwrite((value) => dayToInstant(value, day))).refine(
    (value) => !(Date.parse(value) < MIN_INSTANT_MS || Date.parse(value) > MAX_INSTANT_MS),
    { error: "Must be a timestamp from 1970-01-01T00:00:00Z to 9999-12-31T23:59:59Z", abort: true },
  );

const MIN_INSTANT_DAY = MIN_INSTANT.slice(0, 10);

function dayToInstant(value: string, position: DayPosition): string {
  const timezone = findTenantZone();
  if (timezone === undefined || !/^\d{4}-\d\d-\d\d$/.test(value) || !date().safeParse(value).success) return value;
  if (position === "start") {
    const start = startOfDay(timezone, value);
    return value === MIN_INSTANT_DAY && start < MIN_INSTANT ? MIN_INSTANT : start;
  }
  return position === "end" ? endOfDay(timezone, value) : lastInstantOfDay(timezone, value);
}

/** An instant that the system itself wrote, which needs no check. */
export const outputInstant = () => z.string().meta({ format: "date-time" });

/**
 * An amount that is not negative: a decimal string with up to 13 digits before the point, or an equal number. It is normalized to the
 * decimal places of the currency, by default two (`"1200"` becomes `"1200.00"`).
 */
export const money = (currency?: string) => {
  const places = currency === undefined ? Amount.DEFAULT_DECIMALS : Amount.currencyDecimals(currency);
  const example = places === 0 ? "1200" : `1200.${"0".repeat(places)}`;
  const pattern = new RegExp(`^\\d{1,${Amount.MAX_WHOLE_DIGITS}}${places === 0 ? "" : `(\\.\\d{1,${places}})?`}$`);
  const amount = z
    .string({ error: (issue) => (typeof issue.input === "number" ? TOO_MANY_DIGITS : undefined) })
    .regex(pattern, {
      error: `Must be an amount${currency ? ` of ${currency}` : ""}, as a decimal string such as "${example}"`,
      abort: true,
    })
    .overwrite((value) => {
      const read = Amount.parse(value, places);
      return "value" in read ? read.value : value;
    });
  return z
    .preprocess(numberToText, amount)
    .meta({ "x-type": "money", ...(currency === undefined ? {} : { "x-currency": currency }), examples: [example] });
};

/**
 * An amount that is not negative, in the currency that the record names in another field: a decimal string with up to 13 digits before the
 * point and four after it, or an equal number. `toCurrencyPrecision` (amount.ts) normalizes it to its currency.
 */
export const amount = () =>
  z
    .preprocess(
      numberToText,
      z
        .string({ error: (issue) => (typeof issue.input === "number" ? TOO_MANY_DIGITS : undefined) })
        .regex(
          new RegExp(`^\\d{1,${Amount.MAX_WHOLE_DIGITS}}(\\.\\d{1,4})?$`),
          'Must be an amount, as a decimal string such as "1200.00"',
        ),
    )
    .meta({ "x-type": "money", examples: ["1200.00"] });

const TOO_MANY_DIGITS = "Numbers with more than 15 digits lose precision: send a decimal string";

/** Converts a number to text if it has so few digits that the conversion is exact. */
const numberToText = (input: string | number): unknown =>
  typeof input === "number" && String(input).replaceAll(/\D/g, "").length <= 15 ? String(input) : input;

export const currency = () =>
  z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z]{3}$/, "Must be an ISO 4217 currency code")
    .meta({ "x-format": "currency", examples: ["EUR"] });

/**
 * An id of one kind. The write checks that the record exists and that the caller sees it (storage/write/references.ts). The id of a part of a
 * record, such as a step of a playbook, names no record: the domain that stores the parts checks it.
 */
export function id(kind: Kind) {
  const schema = z
    .string()
    .regex(idPattern(kind), `Must be the id of ${withArticle(kind.name.replaceAll("_", " "))}`)
    .meta({ "x-record": kind.name });
  declareReference(schema, kind);
  return schema;
}

const kindBySchema = new WeakMap<z.core.$ZodType, Kind>();

/** Declares that values of a schema name records. The kind of a part has no records of its own, and so no collection to load. */
function declareReference(schema: z.core.$ZodType, kind: Kind): void {
  if (kind.load) kindBySchema.set(schema, kind);
}

/** Returns what was declared for a schema, or for the schema from which it was made by a description or a further check. */
export function findDeclared<T>(declarations: WeakMap<z.core.$ZodType, T>, schema: z.core.$ZodType): T | undefined {
  const { parent } = schema._zod;
  return declarations.get(schema) ?? (parent && findDeclared(declarations, parent));
}

/** Returns the kind of record that a field names by its id, if it names one. */
export const findReferencedKind = (field: z.ZodType): Kind | undefined => findDeclared(kindBySchema, unwrapField(field).inner);

/**
 * The id of a record. While its kind has no records, any id is stored as given. With `kind`, new writes are checked, and stored values are
 * read as they are. `wasText`: lists still filter the field by prefix, as they did when it was a text (docs/versions.md).
 */
export function reference(kind?: Kind, { wasText = false } = {}) {
  const schema = z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, "Must be an id: up to 64 letters, digits, _ and -")
    .meta(kind ? { "x-record": kind.name } : { examples: ["external-1"] });
  if (kind) declareReference(schema, kind);
  if (wasText) filteredAsText.set(schema, true);
  return schema;
}

const filteredAsText = new WeakMap<z.core.$ZodType, true>();

/** Returns whether lists also filter a reference as text. */
export const isFilteredAsText = (value: z.ZodType): boolean => findDeclared(filteredAsText, value) === true;

const kindsByType = new WeakMap<z.core.$ZodType, Readonly<Record<string, Kind>>>();

/** An object with `type` and `id`: the record has the kind that belongs to `type`. */
export function typedReference<S extends z.ZodType<{ type: string; id: string }>>(
  schema: S,
  byType: Readonly<Record<string, Kind>>,
): S {
  kindsByType.set(schema, byType);
  return schema;
}

const anyKindSchemas = new WeakMap<z.core.$ZodType, true>();

/** The id of a record of any kind. The prefix of the id gives the kind. */
export function anyId() {
  const schema = z.string();
  anyKindSchemas.set(schema, true);
  return schema;
}

/** A record that an input names: the field, and the path of the value in the input. */
interface RecordReference {
  field: string;
  path: string;
  kind: Kind;
  id: string;
}

/**
 * Lists the records that values name, in all reference fields of a shape. `resolveKind` returns the kind of an id where the declaration allows
 * any kind.
 */
export function listRecordReferences(
  shape: Shape,
  values: object,
  resolveKind: (id: string) => Kind | undefined = () => undefined,
): RecordReference[] {
  const fieldValues = values as Record<string, unknown>;
  return listReferenceFields(shape).flatMap((naming) => {
    const { field, isList } = naming;
    const value = fieldValues[field];
    if (value === undefined || value === null) return [];
    const parse = (item: unknown, path: string): RecordReference[] =>
      parseRecordReference({ ...naming, kind: naming.acceptsAnyKind ? resolveKind(String(item)) : naming.kind }, item, path);
    return isList ? (value as unknown[]).flatMap((item, index) => parse(item, `${field}[${index}]`)) : parse(value, field);
  });
}

/** A field whose values name records: of one kind, of the kind that belongs to the value's `type`, or of any kind. */
interface ReferenceField {
  field: string;
  isList: boolean;
  acceptsAnyKind: boolean;
  kind: Kind | undefined;
  byType: Readonly<Record<string, Kind>>;
}

/** Lists the reference fields of a shape. */
export const listReferenceFields = memoizeByObject((shape: Shape): readonly ReferenceField[] =>
  Object.entries(shape).flatMap(([field, schema]) => {
    const { inner } = unwrapField(schema);
    const isList = inner instanceof z.ZodArray;
    const value = isList ? (inner.element as z.ZodType) : inner;
    const [kind, byType] = [findReferencedKind(value), findDeclared(kindsByType, value)];
    const isAny = findDeclared(anyKindSchemas, value) === true;
    return kind || byType || isAny ? [{ field, isList, acceptsAnyKind: isAny, kind, byType: byType ?? {} }] : [];
  }),
);

function parseRecordReference({ field, kind, byType }: ReferenceField, value: unknown, path: string): RecordReference[] {
  if (kind) return typeof value === "string" ? [{ field, path, kind, id: value }] : [];
  const { type, id: recordId } = (value ?? {}) as { type?: string; id?: string };
  const recordKind = byType[type ?? ""];
  return recordKind && recordId !== undefined ? [{ field, path: `${path}.id`, kind: recordKind, id: recordId }] : [];
}

/** A field that names master data: its kind, and whether records store the value's id or its code. */
export interface MasterReference {
  readonly kind: MasterKind;
  readonly storageForm: "id" | "code";
}

const masterBySchema = new WeakMap<z.core.$ZodType, MasterReference>();

export const describeMaster = (kindName: string): string => `Id or code of one of the tenant's ${kindName.replaceAll("_", " ")}`;

/** Master data by id or stable code. The verb resolves it to what records store. */
export function master(kind: MasterKind, storageForm: MasterReference["storageForm"] = "id") {
  const schema = text(64)
    .min(1)
    .meta({ description: describeMaster(kind.name), "x-master": kind.name });
  masterBySchema.set(schema, { kind, storageForm });
  return schema;
}

/** Metadata of an object that needs any one of these fields, for JSON Schema and for clients that build forms. */
export const anyOf = (fields: readonly string[]) => ({ anyOf: fields.map((field) => ({ required: [field] })) });

const tagSchemas = new WeakMap<z.core.$ZodType, true>();

/** Tags without duplicates; letter case does not distinguish tags. */
export function tags() {
  const schema = z
    .array(name(MAX_TAG_LENGTH))
    .overwrite((tagList) => mergeTags(tagList))
    .max(MAX_TAGS);
  tagSchemas.set(schema, true);
  return schema;
}

/** A free JSON object: at most `bytes` as text, and 16 levels deep. */
export const json = (bytes: number) =>
  z
    .record(z.string(), z.json())
    .refine((value) => !isDeeperThan(value, 16), "Nested too deeply")
    .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= bytes, `Must be at most ${bytes} bytes`);

/**
 * One of these words. Input may have any letter case, and blanks or hyphens for underscores: `One-time` is ONE_TIME. `aliases` are further words
 * that input may use. Use it for every field with a fixed set of words.
 */
export const oneOf = <const V extends readonly string[]>(values: V, aliases: Readonly<Record<string, V[number]>> = {}) =>
  z.preprocess(normalizeWord(values, aliases), z.enum(values));

/** Like `oneOf`; input may also be the position of the word, from 0, as a number or as digits. */
export function oneNumberedOf<const V extends readonly string[]>(values: V) {
  const normalize = normalizeWord(values);
  const findWord = (input: EnumInput<V> | number): unknown =>
    (typeof input === "number" || /^\d{1,3}$/.test(input)) && Number.isInteger(Number(input))
      ? (values[Number(input)] ?? input)
      : normalize(input as EnumInput<V>);
  return z.preprocess(findWord, z.enum(values));
}

/** The type of the words and of any other text, so that editors complete the words. */
type EnumInput<V extends readonly string[]> = V[number] | (string & Record<never, never>);

function normalizeWord<V extends readonly string[]>(
  values: V,
  aliases: Readonly<Record<string, V[number]>> = {},
): (input: EnumInput<V>) => unknown {
  const words = [...values.map((value) => [value, value] as const), ...Object.entries(aliases)];
  const valueByKey = new Map(words.map(([word, value]) => [toWordKey(word), value]));
  return (input) => (typeof input === "string" && !values.includes(input) ? (valueByKey.get(toWordKey(input)) ?? input) : input);
}

const toWordKey = (word: string): string =>
  word
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, "_");

/** Query parameters arrive as text; callers in the same process may pass the value itself. */
export const query = {
  int: (min: number, max: number) =>
    z
      .union(
        [
          z.number(),
          z
            .string()
            .regex(/^-?\d{1,9}$/)
            .transform(Number),
        ],
        "Must be a whole number",
      )
      .pipe(z.number().int().min(min).max(max)),
  boolean: () =>
    z
      .union([z.boolean(), oneOf(["true", "false"]).transform((value) => value === "true")], "Must be true or false")
      .pipe(z.boolean()),
  list: <T extends z.ZodType>(itemSchema: T, maxItems: number) =>
    z.preprocess((input) => (typeof input === "string" ? input.split(",") : input), z.array(itemSchema).min(1).max(maxItems)),
};

export type Shape = Record<string, z.ZodType>;

/** A record's fields as stored and shown: all fields are present, empty ones are null. */
export type StoredFields<S extends Shape> = {
  [K in keyof S]: undefined extends z.output<S[K]> ? NonNullable<z.output<S[K]>> | null : z.output<S[K]>;
};

const unwrapField = (field: z.ZodType): { inner: z.ZodType; optional: boolean; fallback: boolean } => {
  let inner = field;
  let optional = false;
  let fallback = false;
  for (;;) {
    if (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable) optional = true;
    else if (inner instanceof z.ZodDefault) fallback = true;
    else return { inner, optional, fallback };
    inner = inner.unwrap() as z.ZodType;
  }
};

/** Returns whether null clears a field. */
export const isNullable = (field: z.ZodType): boolean => field.safeParse(null).success;

/** Returns the schema of a field's value, without null, undefined and default. */
export const valueSchema = (field: z.ZodType): z.ZodType => unwrapField(field).inner;

/** Returns the fields of a shape that name master data, one value or several. */
export const findMasterReferences = memoizeByObject(
  (shape: Shape): ReadonlyMap<string, MasterReference> =>
    new Map(
      Object.entries(shape).flatMap(([field, schema]) => {
        const { inner } = unwrapField(schema);
        const read = inner instanceof z.ZodPipe ? inner.out : inner;
        const reference = findDeclared(masterBySchema, read instanceof z.ZodArray ? read.element : inner);
        return reference ? [[field, reference] as const] : [];
      }),
    ),
);

/** Returns whether `tags()` declares a schema. */
export const isTagList = (schema: z.ZodType): boolean => findDeclared(tagSchemas, schema) === true;

export const listTagFields = memoizeByObject((shape: Shape): readonly string[] =>
  Object.entries(shape).flatMap(([field, schema]) => (isTagList(valueSchema(schema)) ? [field] : [])),
);

/** Builds the schema of a PATCH: every field is optional. `null` clears an optional field, and resets a field that has a default. */
export function patchSchema<S extends Shape>(shape: S) {
  const partial = Object.entries(shape).map(([key, field]) => {
    const { inner, optional, fallback } = unwrapField(field);
    return [key, optional || fallback ? inner.nullable().optional() : inner.optional()];
  });
  return z.strictObject(Object.fromEntries(partial) as { [K in keyof S]: z.ZodOptional<z.ZodNullable<S[K]>> });
}

/** Builds the shape that readers see of a stored record: all fields are present, empty ones are `null`. */
export function toStoredShape<S extends Shape>(shape: S) {
  const full = Object.entries(shape).map(([key, field]) => {
    const { inner, optional } = unwrapField(field);
    return [key, optional ? inner.nullable() : inner];
  });
  return Object.fromEntries(full) as { [K in keyof S]: z.ZodType<StoredFields<S>[K]> };
}

/** The value of a cleared field: its default, or null. */
const emptyValue = memoizeByObject((field: z.ZodType): unknown => field.safeParse(undefined).data ?? null);

/** Converts an input, or a stored record of the same fields, to stored fields: fields left out are empty. */
export function toStoredFields<S extends Shape>(shape: S, input: z.output<z.ZodObject<S>> | StoredFields<S>): StoredFields<S> {
  const fieldValues = input as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(shape).map(([key, field]) => [key, fieldValues[key] ?? emptyValue(field)]),
  ) as StoredFields<S>;
}

/** Converts a patch to stored fields: only fields in the patch, with null replaced by the field's empty value. */
export function toStoredPatch<S extends Shape>(shape: S, patch: Record<string, unknown>): Partial<StoredFields<S>> {
  const patchFields = Object.entries(shape).filter(([key]) => patch[key] !== undefined);
  return Object.fromEntries(patchFields.map(([key, field]) => [key, patch[key] ?? emptyValue(field)])) as Partial<
    StoredFields<S>
  >;
}
