import * as z from "zod";

/**
 * What a field takes, told in words that forms, imports, exports and custom fields share. Read from the schema that a domain
 * writes once, so that nothing is declared twice.
 */
export const fieldTypes = [
  "text",
  "integer",
  "number",
  "money",
  "date",
  "instant",
  "boolean",
  "choice",
  "choices",
  "url",
  "email",
  "phone",
  "reference",
  "master",
  "json",
] as const;
export type FieldType = (typeof fieldTypes)[number];

export interface Field {
  /** As it stands in input and answers. */
  name: string;
  type: FieldType;
  /** As people see it; made of the name where nobody gave one. */
  label: string;
  required: boolean;
  help?: string;
  /** Of `choice` and `choices`: what may be chosen. */
  values?: readonly string[];
  /** Of `reference`: the kind of record. */
  record?: string;
  /** Of `master`: the kind of master data. */
  master?: string;
  /** Other names by which headers of files call it, in any language; compared folded. */
  synonyms?: readonly string[];
}

type Json = Record<string, unknown>;
type Direction = "input" | "output";

/** The fields of a shape of input, in its order. */
export function fieldsOfShape(shape: Record<string, z.ZodType>, io: Direction = "input"): Field[] {
  return Object.entries(shape).map(([name, schema]) => {
    const required = !schema.safeParse(undefined).success;
    const help = schema.description === undefined ? {} : { help: schema.description };
    return { name, label: labelOf(name), required, ...help, ...describedBy(schema, io) };
  });
}

/** What a field of this schema takes. */
export const typeOfSchema = (schema: z.ZodType): FieldType => describedBy(schema).type;

const describedBy = (schema: z.ZodType, io: Direction = "input") => typeOf(schema, jsonOf(schema, io));

/** The JSON Schema of what a field takes, or of what it is read as, beside null. */
export const jsonOf = (schema: z.ZodType, io: Direction): Json =>
  alternativeOf(z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Json);

/** `lead_source_id` is `Lead source`. */
export const labelOf = (name: string): string => {
  const words = name.replace(/_id$/, "").replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** What is said beside null. */
const alternativeOf = (json: Json): Json => {
  const types = Array.isArray(json.type) ? json.type.filter((type) => type !== "null") : [];
  if (types.length === 1) return { ...json, type: types[0] };
  const kinds = (json.anyOf as Json[] | undefined)?.filter(({ type }) => type !== "null");
  return kinds?.length === 1 ? { ...json, ...(kinds[0] as Json) } : json;
};

function typeOf(schema: z.ZodType, json: Json): Pick<Field, "type" | "values" | "record" | "master"> {
  const values = enumOf(schema);
  if (json["x-master"]) return { type: "master", master: String(json["x-master"]) };
  if (json["x-record"]) return { type: "reference", record: String(json["x-record"]) };
  if (values) return { type: "choice", values };
  if (json.type === "integer") return { type: "integer" };
  if (json.type === "number") return { type: "number" };
  if (json.type === "boolean") return { type: "boolean" };
  if (json.type === "array") return { type: "choices" };
  if (json.type === "object") return { type: "json" };
  if (json.format === "date") return { type: "date" };
  if (json.format === "date-time") return { type: "instant" };
  if (json.format === "email") return { type: "email" };
  if (json["x-type"]) return { type: json["x-type"] as FieldType };
  return { type: "text" };
}

/** The words of an enumeration, however it is wrapped. */
function enumOf(schema: z.ZodType): readonly string[] | undefined {
  let inner: z.ZodType | undefined = schema;
  while (inner) {
    if (inner instanceof z.ZodEnum) return inner.options.map(String);
    const def = inner._zod.def as { innerType?: z.ZodType; out?: z.ZodType };
    inner = def.innerType ?? def.out;
  }
  return undefined;
}
