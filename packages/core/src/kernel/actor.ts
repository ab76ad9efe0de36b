import * as z from "zod";
import { memoizeByObject } from "./memoize.ts";
import { findDeclared, type Shape, valueSchema } from "./schema.ts";

const actorSchemas = new WeakMap<z.core.$ZodType, true>();

/** Who did something: a user by their id, or else an API key, a form or the system by theirs. */
export function actor() {
  const schema = z.string();
  actorSchemas.set(schema, true);
  return schema;
}

/** The fields of a shape that say who did something. */
export const listActorFields = memoizeByObject((shape: Shape): readonly string[] =>
  Object.entries(shape).flatMap(([field, schema]) => (findDeclared(actorSchemas, valueSchema(schema)) ? [field] : [])),
);
