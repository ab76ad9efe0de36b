import { domains } from "@crm/core/domains.ts";
import { listNames, type Registry } from "@crm/core/kernel/registry.ts";
import { listReferenceFields, valueSchema } from "@crm/core/kernel/schema.ts";
import type * as z from "zod";

/**
 * Generates a valid input for any operation from its schema. Every possible field is filled, and every free text contains a mark, so that
 * it can be recognised anywhere.
 */
export interface InputSeeds {
  /** The mark in every free text. */
  mark: string;
  /** An existing record of each kind that inputs may refer to. */
  ids: Readonly<Record<string, string>>;
  /** Values of fields for which the schema is not enough. */
  values: Readonly<Record<string, unknown>>;
  /** The value for timestamps; by default years away. */
  instant?: string;
  /** Fields to leave out: alternatives to other fields, and list filters. */
  omittedFields: ReadonlySet<string>;
}

interface SchemaDef {
  type: string;
  innerType?: z.ZodType;
  in?: z.ZodType;
  out?: z.ZodType;
  element?: z.ZodType;
  options?: z.ZodType[];
  entries?: Record<string, string>;
  shape?: Record<string, z.ZodType>;
  values?: unknown[];
  keyType?: z.ZodType;
  valueType?: z.ZodType;
}

type FieldMeta = { "x-record"?: string; "x-master"?: string; "x-names"?: Registry; examples?: unknown[] };

let serial = 0;

export function generateValue(schema: z.ZodType, fillings: InputSeeds, field = ""): unknown {
  const def = schema._zod.def as SchemaDef;
  const meta = (schema.meta() ?? {}) as FieldMeta;
  if (Object.hasOwn(fillings.values, field)) return fillings.values[field];
  if (meta["x-record"]) return fillings.ids[meta["x-record"]];
  if (meta["x-master"]) return fillings.ids[`master ${meta["x-master"]}`];
  if (meta["x-names"]) return listNames(meta["x-names"], domains)[0];
  if (meta.examples) return meta.examples[0];
  switch (def.type) {
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
      return generateValue(def.innerType as z.ZodType, fillings, field);
    case "pipe": {
      const from = (def.in as z.ZodType)._zod.def as SchemaDef;
      return generateValue((from.type === "transform" ? def.out : def.in) as z.ZodType, fillings, field);
    }
    case "object": {
      const fields = Object.entries(def.shape ?? {})
        // Filter operators are tested separately (test/storage/list/filter-grammar.test.ts).
        .filter(([name]) => !fillings.omittedFields.has(name) && !name.includes("["))
        .map(
          ([name, each]) =>
            [name, generateNamedRecord(def.shape ?? {}, name, fillings) ?? generateValue(each, fillings, name)] as const,
        )
        .filter(([, value]) => value !== undefined);
      return pickValidFields(schema, fields);
    }
    case "array":
      return [generateValue(def.element as z.ZodType, fillings, field)];
    case "record":
      // The keys are names declared by the domains, or free.
      return def.keyType?.meta()?.["x-names"]
        ? { [String(generateValue(def.keyType, fillings))]: generateValue(def.valueType as z.ZodType, fillings) }
        : { [`${fillings.mark}-key`]: `${fillings.mark}-value` };
    case "enum":
      return Object.values(def.entries ?? {})[0];
    case "union":
      return generateValue(def.options?.[0] as z.ZodType, fillings, field);
    case "literal":
      return def.values?.[0];
    case "boolean":
      return true;
    case "number": {
      const { minimum = 0 } = schema._zod.bag as { minimum?: number };
      return Math.max(1, Number.isFinite(minimum) ? minimum : 1);
    }
    case "string":
      return generateText(schema, fillings, field);
    // Takes anything, and is left out.
    case "unknown":
      return undefined;
    default:
      throw new Error(`No value for ${field}: ${def.type}`);
  }
}

/** A reference by kind and id: the first kind that the field accepts. */
function generateNamedRecord(shape: Record<string, z.ZodType>, name: string, fillings: InputSeeds): unknown {
  const naming = listReferenceFields(shape).find(({ field }) => field === name);
  const [type, kind] = Object.entries(naming?.byType ?? {})[0] ?? [];
  if (!naming || !kind) return undefined;
  const inner = valueSchema(shape[name] as z.ZodType);
  const value = generateValue((inner as { element?: z.ZodType }).element ?? inner, fillings, name) as object;
  return naming.isList ? [{ ...value, type, id: fillings.ids[kind.name] }] : { ...value, type, id: fillings.ids[kind.name] };
}

/** An object with as many of its fields as are valid together; the first of alternatives. */
function pickValidFields(schema: z.ZodType, fields: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const allFields = Object.fromEntries(fields);
  const isChecked = ((schema._zod.def as { checks?: unknown[] }).checks ?? []).length > 0;
  if (!isChecked || schema.safeParse(allFields).success) return allFields;
  let validFields: Record<string, unknown> = {};
  for (const [name, value] of fields) {
    const more = { ...validFields, [name]: value };
    if (schema.safeParse(more).success || !schema.safeParse(validFields).success) validFields = more;
  }
  return validFields;
}

function generateText(schema: z.ZodType, { mark, instant }: InputSeeds, field: string): string {
  const { maximum, patterns } = schema._zod.bag as { maximum?: number; patterns?: Set<RegExp> };
  const { format = schema.meta()?.format } = schema._zod.def as { format?: string };
  const n = ++serial;
  if (format === "email") return `${mark.toLowerCase()}.${n}@mail.example`;
  if (format === "date") return "1990-04-01";
  if (format === "date-time") return instant ?? "2031-01-02T03:04:05.000Z";
  if (patterns && patterns.size > 0) throw new Error(`Give ${field} an example: its pattern tells no value`);
  return `${mark}-${n}`.slice(0, maximum ?? 100);
}
