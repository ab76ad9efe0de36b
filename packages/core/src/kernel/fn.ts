import * as z from "zod";
import { findInvalidReferences } from "./context.ts";
import { type ErrorDetail, invalidAll, isFailure } from "./error.ts";

/** A verb: a function with the schema that its input passes first, so that an operation can be made of it. */
export interface Verb<S extends z.ZodType = z.ZodType, R = unknown> {
  (input: z.input<S>): Promise<R>;
  readonly schema: S;
  /** All that is wrong with an input, as far as it can be told before anything is done. */
  validate(input: unknown): Promise<ErrorDetail[]>;
}

/**
 * Looks at what no schema can say of an input, and fails with what is wrong. `read` is what of the input could be read,
 * `unread` the fields that could not: of what stands for them nothing can be told.
 */
export type InputCheck<S extends z.ZodType> = (read: Partial<z.output<S>>, unread: ReadonlySet<string>) => Promise<unknown>;

/**
 * A verb. Whatever its input is refused for, all else that is wrong with it is said in the same answer: what its schema, `beside`,
 * and the records and master data that its fields name have to say.
 */
export function fn<S extends z.ZodType, R>(
  schema: S,
  run: (input: z.output<S>) => Promise<R>,
  beside?: InputCheck<S>,
): Verb<S, R> {
  const wrongWith = async (input: unknown, error: z.ZodError | undefined): Promise<ErrorDetail[]> => {
    const { read, unread } = parseReadableFields(schema, input, error);
    const more = beside ? await catchDetails(beside(read as Partial<z.output<S>>, unread)) : [];
    const named = schema instanceof z.ZodObject && isObject(input) ? await findInvalidReferences(schema.shape, input) : [];
    return mergeDetails(mergeDetails(error ? toErrorDetails(error) : [], more), named);
  };
  const verb = async (input: z.input<S>): Promise<R> => {
    const { data, error } = schema.safeParse(input);
    if (error) throw invalidAll(await wrongWith(input, error));
    try {
      return await run(data as z.output<S>);
    } catch (refused) {
      if (!isFailure(refused, "VALIDATION_ERROR")) throw refused;
      throw invalidAll(mergeDetails(refused.details, await wrongWith(input, undefined)));
    }
  };
  return Object.assign(verb, { schema, validate: (input: unknown) => wrongWith(input, schema.safeParse(input).error) });
}

/** The fields of an input that can be read by themselves, and the names of those that cannot. */
function parseReadableFields(schema: z.ZodType, input: unknown, error: z.ZodError | undefined) {
  const read: Record<string, unknown> = {};
  const unread = new Set((error?.issues ?? []).map(({ path: [field] }) => String(field)));
  if (schema instanceof z.ZodObject && isObject(input))
    for (const [field, value] of Object.entries(input).filter(([field]) => !unread.has(field))) {
      const known = Object.hasOwn(schema.shape, field) ? schema.shape[field] : schema.def.catchall;
      const { success, data } = (known as z.ZodType | undefined)?.safeParse(value) ?? {};
      if (success) read[field] = data;
    }
  return { read, unread };
}

const isObject = (input: unknown): input is Record<string, unknown> => typeof input === "object" && input !== null;

async function catchDetails(work: Promise<unknown>): Promise<readonly ErrorDetail[]> {
  try {
    await work;
  } catch (error) {
    if (!isFailure(error)) throw error;
    // What else stands in the way is said once the input is right.
    if (error.code === "VALIDATION_ERROR") return error.details;
  }
  return [];
}

/** Details, with those of fields of which nothing is said yet. */
function mergeDetails(details: readonly ErrorDetail[], more: readonly ErrorDetail[]): ErrorDetail[] {
  const told = new Set(details.map(({ field }) => field));
  return [...details, ...more.filter(({ field }) => !told.has(field))];
}

/** Refuses what a schema that was not known before finds wrong with what could be read. */
export function requireSchema(schema: z.ZodType, read: object, unread: ReadonlySet<string>): void {
  const wrong = schema.safeParse(read).error?.issues.filter(({ path: [field] }) => !unread.has(String(field))) ?? [];
  if (wrong.length > 0) throw invalidAll(toErrorDetails(new z.ZodError(wrong)));
}

/** Parses, or throws a VALIDATION_ERROR whose details name each field by its path. */
export function parse<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw invalidAll(toErrorDetails(result.error));
}

type Path = readonly PropertyKey[];
/** A path as errors write it: `vehicles[1].vin`. */
const formatPath = (path: Path): string =>
  path.reduce<string>(
    (above, part) => (typeof part === "number" ? `${above}[${part}]` : `${above && `${above}.`}${String(part)}`),
    "",
  );

/** What a schema found wrong, field by field, of what stands `under` a field. */
export const toErrorDetails = (error: z.ZodError, under: Path = []): ErrorDetail[] =>
  error.issues.flatMap((issue) => {
    const path = [...under, ...issue.path];
    if (issue.code === "unrecognized_keys") {
      const message = issue.message.startsWith("Unrecognized key") ? "Unknown field" : issue.message;
      return issue.keys.map((key) => ({ field: formatPath([...path, key]), message }));
    }
    // What is wrong with the name of an entry is said of the entry.
    if (issue.code === "invalid_key") return [{ field: formatPath(path), message: issue.issues[0]?.message ?? issue.message }];
    const missing = issue.code === "invalid_type" && issue.message.endsWith("received undefined");
    return [{ field: formatPath(path), message: missing ? "Required" : issue.message.replace(/^Invalid input: e/, "E") }];
  });
