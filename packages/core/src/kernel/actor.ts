import * as z from "zod";
import { onceFor } from "./once.ts";
import { declaredOf, type Shape, valueSchemaOf } from "./schema.ts";

const actors = new WeakMap<z.core.$ZodType, true>();

/** Who did something: a user by their id, or else an API key, a form or the system by theirs. */
export function actor() {
  const schema = z.string();
  actors.set(schema, true);
  return schema;
}

/** The fields of a shape that say who did something. */
export const actorsOf = onceFor((shape: Shape): readonly string[] =>
  Object.entries(shape).flatMap(([field, schema]) => (declaredOf(actors, valueSchemaOf(schema)) ? [field] : [])),
);
