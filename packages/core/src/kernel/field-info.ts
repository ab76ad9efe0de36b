import * as z from "zod";
import { isActorSchema } from "./actor.ts";
import { readCreateHelp } from "./create-help.ts";
import { describeSchema, type FieldFormat, fieldFormats, fieldLabel, fieldTypes } from "./field.ts";
import { listNames, type Registry } from "./registry.ts";
import { describeMaster, isOneLine, isTagList, type Shape } from "./schema.ts";

/** Descriptions of fields in responses, from which clients build forms and tables. */

export const Choice = z.object({
  id: z.string().optional().describe("The value that records store, if it is not the code"),
  code: z.string().describe("The value that inputs accept"),
  name: z.string(),
  color: z.string().nullable().optional(),
});
export type Choice = z.output<typeof Choice>;

/** The description of a value: of a field, or of the values of an object with arbitrary keys. */
const ValueInfo = z.object({
  type: z.enum(fieldTypes).exclude(["choices"]).describe("Type of the value, or of each value if `multiple` is true"),
  format: z.enum(fieldFormats).optional().describe("How clients show and enter the value, if the type does not say so"),
  multiple: z.boolean().describe("Whether the field holds a list of values"),
  choices: z.array(Choice).optional().describe("All values in use, if there are 50 or fewer"),
  record: z.string().optional().describe("For a reference: the kind of record that it names by id"),
  item_of: z
    .string()
    .optional()
    .describe("For the id of a part of the record: the field of the record, or the tab, with the list of its parts"),
  type_field: z
    .string()
    .optional()
    .describe("For a reference to records of several kinds, and for conditions: the field with the kind"),
  master: z.string().optional().describe("For master data: the kind of master data that it names by id or code"),
  currency_field: z.string().optional().describe("For money: the field with the currency. Without one, it is that of the tenant"),
  currency: z.string().optional().describe("For money in a fixed currency"),
  max_length: z.number().int().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  get fields(): z.ZodOptional<z.ZodArray<typeof FieldInfo>> {
    return z.array(FieldInfo).optional().describe("For an object: its fields");
  },
  get values(): z.ZodOptional<typeof ValueInfo> {
    return ValueInfo.optional().describe("For an object with arbitrary keys: the value of each key");
  },
});
/** Words that say something else to people: a rating is not the status of a lead that was disqualified. */
const CHOICE_NAMES: Readonly<Record<string, string>> = {
  ADMIN: "Administrator",
  DISQUALIFIED: "Below cold",
  SALES_REP: "Sales representative",
  builtin: "Built-in signing",
  dropbox_sign: "Dropbox Sign",
  ses: "Amazon SES",
};

/** The spelling of abbreviations and of the names of providers. */
const SPELLINGS: Readonly<Record<string, string>> = Object.fromEntries(
  ["A/B", "API", "CSV", "DocuSign", "GSM-7", "LinkedIn", "PayPal", "PDF", "PPC", "ROI", "SEO", "SLA", "SMS", "SMTP"]
    .concat(["UCS-2", "URL", "WhatsApp", "XLSX"])
    .map((spelling) => [spelling === "A/B" ? "ab" : spelling.toLowerCase(), spelling]),
);

/** A choice of fields has the labels of the fields: `Territory` for `territory_id`. Others have their words: `Ticket SLA warning` for `ticket_sla_warning`. */
function nameCode(code: string): string {
  if (/^[a-z_]+_id$/.test(code)) return fieldLabel(code);
  const words = code.toLowerCase().split("_");
  const name = words.map((word) => SPELLINGS[word] ?? word).join(" ");
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Converts a fixed set of words to choices. */
const toChoices = (words: readonly string[]): Choice[] =>
  words.map((code) => ({
    code,
    name: CHOICE_NAMES[code] ?? nameCode(code),
  }));

export const FieldInfo = ValueInfo.extend({
  name: z.string().describe("Field name in requests and responses"),
  label: z.string(),
  help: z.string().optional(),
  create_help: z
    .string()
    .optional()
    .describe("More help for a new record, such as the default. Clients leave it out where they change a record"),
  required: z.boolean().describe("Whether inputs must include the field"),
  default: z.json().optional().describe("The value of a new record that omits the field"),
  read_only: z.boolean().optional().describe("true: set by the system, or not writable for you"),
}).meta({ id: "FieldInfo" });
export type FieldInfo = z.output<typeof FieldInfo>;
type ValueInfo = z.output<typeof ValueInfo>;
type Direction = "input" | "output";

/** Objects in objects are described down to this depth. Forms of deeper objects edit the JSON. */
const MAX_DEPTH = 4;

/** Describes the fields of a shape, with the fields of objects in them. */
export function describeFields(shape: Shape, io: Direction = "input", depth = 0): FieldInfo[] {
  const names = new Set(Object.keys(shape));
  return Object.entries(shape).map(([name, schema]) => {
    const info = describeValue(schema, io, depth);
    const defaultValue = schema.safeParse(undefined).data;
    return {
      name,
      label: fieldLabel(name),
      ...readHelp(schema, info),
      required: !schema.safeParse(undefined).success,
      ...info,
      ...findFormat(name, schema, info),
      ...(io === "output" || defaultValue === undefined || defaultValue === null
        ? {}
        : { default: defaultValue as z.core.util.JSONType }),
      ...findPairedFields(name, info, names),
    };
  });
}

/** Returns the description of a field for people. That a value of master data has an id and a code concerns only programs. */
function readHelp(schema: z.ZodType, { master }: ValueInfo): Pick<FieldInfo, "help" | "create_help"> {
  const { description } = schema;
  const create_help = readCreateHelp(schema);
  const isGeneral = master !== undefined && description === describeMaster(master);
  return {
    ...(description === undefined || isGeneral ? {} : { help: description }),
    ...(create_help === undefined ? {} : { create_help }),
  };
}

/** Names that mean the same in every kind. Schemas of other fields declare `x-format`. */
const formatsByName: Readonly<Record<string, FieldFormat>> = {
  api_key: "secret",
  body_html: "html",
  color: "color",
  country: "country",
  due_time: "time",
  file_size: "bytes",
  holiday_country: "country",
  language: "language",
  password: "secret",
  percent_complete: "percent",
  period: "month",
  probability: "percent",
  probability_score: "percent",
  secret: "secret",
  size: "bytes",
};

/** Units are the last word of a number's name. */
const formatsByUnit: Readonly<Record<string, FieldFormat>> = {
  percent: "percent",
  rate: "percent",
  seconds: "seconds",
  minutes: "minutes",
  hours: "hours",
  days: "days",
  months: "months",
};

/** Texts of this length take several lines, unless their type is one line. */
const MIN_LONG_TEXT = 2000;

function findFormat(name: string, schema: z.ZodType, { type, format, max_length = 0 }: ValueInfo): { format?: FieldFormat } {
  const isNumber = type === "integer" || type === "number";
  if (format !== undefined || (type !== "text" && !isNumber)) return {};
  const named = formatsByName[name] ?? (isNumber ? formatsByUnit[/_([a-z]+)$/.exec(name)?.[1] ?? ""] : undefined);
  const found = named ?? (max_length >= MIN_LONG_TEXT && !isOneLine(schema) ? "long_text" : undefined);
  return found === undefined ? {} : { format: found };
}

/** Finds the field with the currency of money, and the field with the kind of a reference or of conditions, among fields of the same object. */
function findPairedFields(name: string, { type, format, record, currency }: ValueInfo, names: ReadonlySet<string>) {
  if (format === "conditions" && names.has("record_kind")) return { type_field: "record_kind" };
  if (type === "money" && currency === undefined && names.has("currency")) return { currency_field: "currency" };
  if (record !== undefined || !name.endsWith("_id")) return {};
  const typeField = ["type", "kind"].map((suffix) => name.replace(/id$/, suffix)).find((field) => names.has(field));
  return typeField === undefined ? {} : { type: "reference" as const, type_field: typeField };
}

function describeValue(schema: z.ZodType, io: Direction, depth: number): ValueInfo {
  const unwrappedSchema = unwrapSchema(schema);
  const isList = unwrappedSchema instanceof z.ZodArray;
  const value = isList ? (unwrappedSchema.element as z.ZodType) : schema;
  const valueSchema = unwrapSchema(value);
  const { type, values = findRegistryNames(valueSchema), ...description } = describeSchema(value, io);
  const usualChoices = findUsualChoices(valueSchema);
  if (isActorSchema(valueSchema)) return { type: "reference", multiple: isList, record: "user" };
  return {
    // Forms do not support lists inside lists.
    type: values || usualChoices ? "choice" : type === "choices" ? "json" : type,
    multiple: isList,
    ...description,
    ...(isList && isTagList(unwrappedSchema) ? { format: "tags" as const } : {}),
    ...(values ? { choices: toChoices(values) } : usualChoices ? { choices: usualChoices } : {}),
    ...(description.master === undefined ? readBounds(valueSchema) : {}),
    ...(depth < MAX_DEPTH ? describeObject(valueSchema, io, depth + 1) : {}),
  };
}

/** Describes the fields of an object, or the values of an object with arbitrary keys. */
function describeObject(schema: z.ZodType, io: Direction, depth: number): Pick<ValueInfo, "fields" | "values"> {
  if (schema instanceof z.ZodObject) return { fields: describeFields(schema.shape, io, depth) };
  return schema instanceof z.ZodRecord ? { values: describeValue(schema.valueType as z.ZodType, io, depth) } : {};
}

/** Returns what people choose from, for a text that programs may also set to other words: a code for each label. */
function findUsualChoices(schema: z.ZodType): Choice[] | undefined {
  const labels = schema.meta()?.["x-usual"] as Readonly<Record<string, string>> | undefined;
  return labels && Object.entries(labels).map(([code, name]) => ({ code, name }));
}

/** Lists the names that a registry allows, if the schema takes names of a registry. */
function findRegistryNames(schema: z.ZodType): readonly string[] | undefined {
  const naming = schema.meta()?.["x-names"];
  return naming === undefined ? undefined : listNames(naming as Registry);
}

/** Returns the bounds of a text or a number. */
function readBounds(schema: z.ZodType): Pick<FieldInfo, "max_length" | "min" | "max"> {
  const isBound = (value: number | null): value is number => value !== null && Math.abs(value) < Number.MAX_SAFE_INTEGER;
  if (schema instanceof z.ZodString) return isBound(schema.maxLength) ? { max_length: schema.maxLength } : {};
  if (!(schema instanceof z.ZodNumber)) return {};
  const { minValue, maxValue } = schema;
  return { ...(isBound(minValue) ? { min: minValue } : {}), ...(isBound(maxValue) ? { max: maxValue } : {}) };
}

/** Unwraps optional, default and transforming schemas down to the schema of the value. */
function unwrapSchema(schema: z.ZodType): z.ZodType {
  const { innerType, out } = schema._zod.def as { innerType?: z.ZodType; out?: z.ZodType };
  const inner = innerType ?? out;
  return inner ? unwrapSchema(inner) : schema;
}
