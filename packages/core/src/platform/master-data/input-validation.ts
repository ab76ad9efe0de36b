import * as z from "zod";
import type { Context } from "../../kernel/context.ts";
import { collectDetails, type ErrorDetail } from "../../kernel/error.ts";
import { type Shape, valueSchema } from "../../kernel/schema.ts";
import { loadCollectionById } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import { resolveAll } from "./values.ts";

type InputObject = Record<string, unknown>;

/**
 * Finds invalid references in input that `fn` has refused for other reasons, so that all errors are reported at once. Values that the changed record
 * already has stay valid.
 */
export const validateNames: NonNullable<Context["findInvalidReferences"]> = async (shape, input) =>
  validateShape(shape, input, typeof input.id === "string" ? await findRecord(input.id) : undefined);

/** Returns the record of any kind, if the caller sees it. */
export const findRecord: NonNullable<Context["findStoredRecord"]> = async (id) => {
  const collection = await loadCollectionById(id);
  return collection && Records.find(collection, id);
};

/** Validates the fields that could be parsed, and nested objects. */
async function validateShape(shape: Shape, input: InputObject, current?: object): Promise<ErrorDetail[]> {
  const details: ErrorDetail[] = [];
  const read = Object.entries(shape).map(([field, schema]) => [field, parseReadable(schema, input[field])]);
  await collectDetails(details, resolveAll(shape, Object.fromEntries(read), current), {});
  for (const [field, schema] of Object.entries(shape))
    for (const [below, inner, nestedInput] of listObjects(schema, input[field])) {
      const inside = await validateShape(inner.shape, nestedInput);
      details.push(...inside.map((detail) => ({ ...detail, field: `${field}${below}.${detail.field}` })));
    }
  return details;
}

/** Values of a list that are looked up for a refused request: a refusal must not cost more than the request. */
const MAX_LOOKUPS = 100;
const isShort = (value: unknown): value is unknown[] => Array.isArray(value) && value.length <= MAX_LOOKUPS;

/** Parses a field. The items of a short list are parsed separately; a longer list as a whole. */
function parseReadable(schema: z.ZodType, value: unknown): unknown {
  const inner = valueSchema(schema);
  if (inner instanceof z.ZodArray && isShort(value)) return value.map((item) => parseReadable(inner.element as z.ZodType, item));
  return schema.safeParse(value).data;
}

function listObjects(schema: z.ZodType, value: unknown): (readonly [string, z.ZodObject, InputObject])[] {
  const inner = valueSchema(schema);
  if (value === null || typeof value !== "object") return [];
  if (inner instanceof z.ZodObject) return [["", inner, value as InputObject]];
  if (!(inner instanceof z.ZodArray) || !isShort(value)) return [];
  return value.flatMap((item, index) =>
    listObjects(inner.element as z.ZodType, item).map(([below, ...rest]) => [`[${index}]${below}`, ...rest] as const),
  );
}
