import * as z from "zod";
import type { Context } from "../../kernel/context.ts";
import { collectDetails, type ErrorDetail } from "../../kernel/error.ts";
import { type Shape, valueSchema } from "../../kernel/schema.ts";
import { loadCollectionById } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import { resolveAll } from "./values.ts";

type InputObject = Record<string, unknown>;

/** As who is refused is told (`fn`): what the record that they change has already stays good for it. */
export const validateNames: NonNullable<Context["findInvalidReferences"]> = async (shape, input) => {
  const collection = typeof input.id === "string" ? await loadCollectionById(input.id) : undefined;
  return validateShape(shape, input, collection && (await Records.find(collection, String(input.id))));
};

/** Of what could be read by itself, and of what stands in it. */
async function validateShape(shape: Shape, input: InputObject, current?: object): Promise<ErrorDetail[]> {
  const wrong: ErrorDetail[] = [];
  const read = Object.entries(shape).map(([field, schema]) => [field, parseReadable(schema, input[field])]);
  await collectDetails(wrong, resolveAll(shape, Object.fromEntries(read), current), {});
  for (const [field, schema] of Object.entries(shape))
    for (const [below, inner, given] of listObjects(schema, input[field])) {
      const inside = await validateShape(inner.shape, given);
      wrong.push(...inside.map((detail) => ({ ...detail, field: `${field}${below}.${detail.field}` })));
    }
  return wrong;
}

/** So many values of a list are looked up where the list is refused: a refusal must not cost more than what it refuses. */
const MAX_LOOKUPS = 100;
const isShort = (given: unknown): given is unknown[] => Array.isArray(given) && given.length <= MAX_LOOKUPS;

/** Of a list, each value by itself; a longer one as a whole. */
function parseReadable(schema: z.ZodType, given: unknown): unknown {
  const inner = valueSchema(schema);
  if (inner instanceof z.ZodArray && isShort(given)) return given.map((each) => parseReadable(inner.element as z.ZodType, each));
  return schema.safeParse(given).data;
}

function listObjects(schema: z.ZodType, given: unknown): (readonly [string, z.ZodObject, InputObject])[] {
  const inner = valueSchema(schema);
  if (given === null || typeof given !== "object") return [];
  if (inner instanceof z.ZodObject) return [["", inner, given as InputObject]];
  if (!(inner instanceof z.ZodArray) || !isShort(given)) return [];
  return given.flatMap((each, at) =>
    listObjects(inner.element as z.ZodType, each).map(([below, ...rest]) => [`[${at}]${below}`, ...rest] as const),
  );
}
