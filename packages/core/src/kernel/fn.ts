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
  throw invalidAll(detailsOf(result.error));
}

type Path = readonly PropertyKey[];
const dotted = (path: Path): string => path.map(String).join(".");

/** What a schema found wrong, field by field; `written` says how a path is. */
export const detailsOf = (error: z.ZodError, written: (path: Path) => string = dotted): Detail[] =>
  error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      const message = issue.message.startsWith("Unrecognized key") ? "Unknown field" : issue.message;
      return issue.keys.map((key) => ({ field: written([...issue.path, key]), message }));
    }
    // What is wrong with the name of an entry is said of the entry.
    if (issue.code === "invalid_key") return [{ field: written(issue.path), message: issue.issues[0]?.message ?? issue.message }];
    const missing = issue.code === "invalid_type" && issue.message.endsWith("received undefined");
    return [{ field: written(issue.path), message: missing ? "Required" : issue.message.replace(/^Invalid input: e/, "E") }];
  });
