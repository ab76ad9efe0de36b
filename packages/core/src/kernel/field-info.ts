import * as z from "zod";
import { describeSchema, fieldLabel, fieldTypes } from "./field.ts";
import { listNames, type Registry } from "./registry.ts";
import type { Shape } from "./schema.ts";

/** Descriptions of fields in responses, from which clients build forms and tables. */

export const Choice = z.object({
  id: z.string().optional().describe("The value that records store, if it is not the code"),
  code: z.string().describe("The value that inputs accept"),
  name: z.string(),
  color: z.string().nullable().optional(),
});
export type Choice = z.output<typeof Choice>;

const fieldInfoShape = {
  name: z.string().describe("Field name in requests and responses"),
  label: z.string(),
  help: z.string().optional(),
  type: z.enum(fieldTypes).exclude(["choices"]).describe("Type of the value, or of each value if `multiple` is true"),
  multiple: z.boolean().describe("Whether the field holds a list of values"),
  required: z.boolean().describe("Whether inputs must include the field"),
  choices: z.array(Choice).optional().describe("All values in use, if there are 50 or fewer"),
  record: z.string().optional().describe("For a reference: the kind of record that it names by id"),
  master: z.string().optional().describe("For master data: the kind of master data that it names by id or code"),
  max_length: z.number().int().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
};

export const FieldInfo = z
  .object({ ...fieldInfoShape, fields: z.array(z.object(fieldInfoShape)).optional().describe("For an object: its fields") })
  .meta({ id: "FieldInfo" });
export type FieldInfo = z.output<typeof FieldInfo>;

/** Converts a fixed set of words to choices. */
const toChoices = (words: readonly string[]): Choice[] =>
  words.map((code) => ({ code, name: code.charAt(0).toUpperCase() + code.slice(1).toLowerCase().replaceAll("_", " ") }));

/** Describes the fields of a shape, and the fields of objects in it, one level deep. */
export const describeFields = (shape: Shape, io: "input" | "output" = "input"): FieldInfo[] =>
  Object.entries(shape).map(([name, schema]) => {
    const { fields: inner, ...info } = describeField(name, schema, io);
    return inner
      ? {
          ...info,
          fields: Object.entries(inner).map(([innerName, innerSchema]) =>
            withoutNestedFields(describeField(innerName, innerSchema, io)),
          ),
        }
      : info;
  });

type DescribedField = Omit<FieldInfo, "fields"> & { fields?: Shape };

const withoutNestedFields = ({ fields: _fields, ...info }: DescribedField): Omit<FieldInfo, "fields"> => info;

function describeField(name: string, schema: z.ZodType, io: "input" | "output"): DescribedField {
  const unwrappedSchema = unwrapSchema(schema);
  const value = unwrappedSchema instanceof z.ZodArray ? (unwrappedSchema.element as z.ZodType) : schema;
  const valueSchema = unwrapSchema(value);
  const { type, values = findRegistryNames(valueSchema), ...description } = describeSchema(value, io);
  return {
    name,
    label: fieldLabel(name),
    ...(schema.description === undefined ? {} : { help: schema.description }),
    // Forms do not support lists inside lists.
    type: values ? "choice" : type === "choices" ? "json" : type,
    multiple: unwrappedSchema instanceof z.ZodArray,
    required: !schema.safeParse(undefined).success,
    ...description,
    ...(values ? { choices: toChoices(values) } : {}),
    ...(description.master === undefined ? readBounds(valueSchema) : {}),
    ...(valueSchema instanceof z.ZodObject ? { fields: valueSchema.shape } : {}),
  };
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
