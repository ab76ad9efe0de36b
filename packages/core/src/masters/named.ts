import * as z from "zod";
import type { Context } from "../kernel/context.ts";
import { type Detail, gathered } from "../kernel/error.ts";
import { type Shape, valueSchemaOf } from "../kernel/schema.ts";
import { collectionOfId } from "../storage/table/collections.ts";
import { Records } from "../storage/write/records.ts";
import { resolveAll } from "./values.ts";

type Given = Record<string, unknown>;

/** As who is refused is told (`fn`): what the record that they change has already stays good for it. */
export const wrongNames: NonNullable<Context["wrongNames"]> = async (shape, input) => {
  const collection = typeof input.id === "string" ? await collectionOfId(input.id) : undefined;
  return wrongIn(shape, input, collection && (await Records.find(collection, String(input.id))));
};

/** Of what could be read by itself, and of what stands in it. */
async function wrongIn(shape: Shape, input: Given, current?: object): Promise<Detail[]> {
  const wrong: Detail[] = [];
  const read = Object.entries(shape).map(([field, schema]) => [field, readable(schema, input[field])]);
  await gathered(wrong, resolveAll(shape, Object.fromEntries(read), current), {});
  for (const [field, schema] of Object.entries(shape))
    for (const [below, inner, given] of objectsIn(schema, input[field])) {
      const inside = await wrongIn(inner.shape, given);
      wrong.push(...inside.map((detail) => ({ ...detail, field: `${field}${below}.${detail.field}` })));
    }
  return wrong;
}

/** So many values of a list are looked up where the list is refused: a refusal must not cost more than what it refuses. */
const MOST_LOOKED_UP = 100;
const isShort = (given: unknown): given is unknown[] => Array.isArray(given) && given.length <= MOST_LOOKED_UP;

/** Of a list, each value by itself; a longer one as a whole. */
function readable(schema: z.ZodType, given: unknown): unknown {
  const inner = valueSchemaOf(schema);
  if (inner instanceof z.ZodArray && isShort(given)) return given.map((each) => readable(inner.element as z.ZodType, each));
  return schema.safeParse(given).data;
}

function objectsIn(schema: z.ZodType, given: unknown): (readonly [string, z.ZodObject, Given])[] {
  const inner = valueSchemaOf(schema);
  if (given === null || typeof given !== "object") return [];
  if (inner instanceof z.ZodObject) return [["", inner, given as Given]];
  if (!(inner instanceof z.ZodArray) || !isShort(given)) return [];
  return given.flatMap((each, at) =>
    objectsIn(inner.element as z.ZodType, each).map(([below, ...rest]) => [`[${at}]${below}`, ...rest] as const),
  );
}
