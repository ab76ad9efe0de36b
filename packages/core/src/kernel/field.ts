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

type JsonObject = Record<string, unknown>;
type SchemaDirection = "input" | "output";

/** The fields of a shape of input, in its order. */
export function listFields(shape: Record<string, z.ZodType>, io: SchemaDirection = "input"): Field[] {
  return Object.entries(shape).map(([name, schema]) => {
    const required = !schema.safeParse(undefined).success;
    const help = schema.description === undefined ? {} : { help: schema.description };
    return { name, label: fieldLabel(name), required, ...help, ...describeSchema(schema, io) };
  });
}

/** What a field of this schema takes. */
export const resolveFieldType = (schema: z.ZodType): FieldType => describeSchema(schema).type;

/** The words of a fixed set that a schema takes. */
export const listEnumValues = (schema: z.ZodType): readonly string[] => describeSchema(schema).values ?? [];

/** `lead_source_id` is `Lead source`. */
export const fieldLabel = (name: string): string => {
  const words = name.replace(/_id$/, "").replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

type FieldDescription = Pick<Field, "type" | "values" | "record" | "master">;

/** Read from the schema itself: its JSON Schema would take a hundred times as long, and lists ask this of every field as they load. */
export function describeSchema(schema: z.ZodType, io: SchemaDirection = "input"): FieldDescription {
  const said: JsonObject = {};
  for (let inner: z.ZodType | undefined = schema; inner; inner = findInnerSchema(inner, io)) {
    // What stands further outside says it better.
    Object.assign(said, { ...inner.meta(), ...said });
    const { type, format } = inner._zod.def as { type: string; format?: string };
    if (said["x-master"]) return { type: "master", master: String(said["x-master"]) };
    if (said["x-record"]) return { type: "reference", record: String(said["x-record"]) };
    if (inner instanceof z.ZodEnum) return { type: "choice", values: inner.options.map(String) };
    if (inner instanceof z.ZodArray) return { ...describeElement(inner.element as z.ZodType), type: "choices" };
    const plain = typesByDefinition[type];
    if (plain) return { type: inner instanceof z.ZodNumber && inner.isInt ? "integer" : plain };
    if (type !== "string") continue;
    const told = typesByFormat[String(said.format ?? format)];
    return { type: told ?? (said["x-type"] as FieldType | undefined) ?? "text" };
  }
  return { type: (said["x-type"] as FieldType | undefined) ?? "text" };
}

/** What each of a list is chosen among, where that is master data. */
function describeElement(element: z.ZodType): Pick<FieldDescription, "master"> {
  const { master } = describeSchema(element);
  return master === undefined ? {} : { master };
}

const typesByDefinition: Readonly<Record<string, FieldType>> = {
  number: "number",
  boolean: "boolean",
  object: "json",
  record: "json",
};

const typesByFormat: Readonly<Record<string, FieldType>> = {
  date: "date",
  "date-time": "instant",
  datetime: "instant",
  email: "email",
};

/** What a schema reads its values by in the end: behind null, a default, a transform before it, the one alternative that is not null. */
function findInnerSchema(schema: z.ZodType, io: SchemaDirection): z.ZodType | undefined {
  const def = schema._zod.def as { innerType?: z.ZodType; in?: z.ZodType; out?: z.ZodType; options?: readonly z.ZodType[] };
  if (def.options) {
    const values = def.options.filter(({ _zod }) => _zod.def.type !== "null");
    return values.length === 1 ? values[0] : undefined;
  }
  if (def.innerType) return def.innerType;
  const isRead = io === "output" ? def.out?._zod.def.type !== "transform" : def.in?._zod.def.type === "transform";
  return isRead ? def.out : def.in;
}
