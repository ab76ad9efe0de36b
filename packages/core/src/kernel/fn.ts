import type * as z from "zod";
import { type Detail, invalidAll } from "./error.ts";

/** A verb: a function with the schema that its input passes first, so that an operation can be made of it. */
export interface Verb<S extends z.ZodType = z.ZodType, R = unknown> {
  (input: z.input<S>): Promise<R>;
  readonly schema: S;
}

export function fn<S extends z.ZodType, R>(schema: S, run: (input: z.output<S>) => Promise<R>): Verb<S, R> {
  return Object.assign(async (input: z.input<S>) => run(parse(schema, input)), { schema });
}

/** Parses, or throws a VALIDATION_ERROR whose details name each field by its path. */
export function parse<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw invalidAll(result.error.issues.flatMap((issue) => detailsOf(issue)));
}

function detailsOf(issue: z.core.$ZodIssue): Detail[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ field: [...path, key].join("."), message: "Unknown field" }));
  }
  const missing = issue.code === "invalid_type" && issue.message.endsWith("received undefined");
  return [{ field: path.join("."), message: missing ? "Required" : issue.message.replace(/^Invalid input: e/, "E") }];
}
