import * as z from "zod";
import { memoizeByObject } from "./memoize.ts";
import { findDeclared, type Shape, valueSchema } from "./schema.ts";

const actorSchemas = new WeakMap<z.core.$ZodType, true>();

/** The id of an actor: a user id, or the id that an API key, a form or the system acts under. */
export function actor() {
  const schema = z.string();
  actorSchemas.set(schema, true);
  return schema;
}

/** Returns whether `actor()` declares a schema. */
export const isActorSchema = (schema: z.ZodType): boolean => findDeclared(actorSchemas, schema) === true;

/** Lists the fields of a shape that `actor()` declares. */
export const listActorFields = memoizeByObject((shape: Shape): readonly string[] =>
  Object.entries(shape).flatMap(([field, schema]) => (isActorSchema(valueSchema(schema)) ? [field] : [])),
);
