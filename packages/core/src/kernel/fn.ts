import * as z from "zod";
import { findInvalidReferences, findStoredRecord } from "./context.ts";
import { type ErrorDetail, invalidAll, isFailure } from "./error.ts";
import { describeIssue } from "./issue-message.ts";
import { runWithRelativeTime } from "./relative-time.ts";
import { findRetainedField, parseRetaining } from "./schema.ts";

/** A verb: a function with the schema of its input, so that an operation can be derived from it. */
export interface Verb<S extends z.ZodType = z.ZodType, R = unknown> {
  (input: z.input<S>): Promise<R>;
  readonly schema: S;
  /** Returns all errors of an input that can be found without running the verb. */
  validate(input: unknown): Promise<ErrorDetail[]>;
}

/**
 * Checks an input beyond its schema, and fails with VALIDATION_ERROR. `read` holds the fields that could be parsed. `unread` names those
 * that could not: the check must not report on them.
 */
type InputCheck<S extends z.ZodType> = (read: Partial<z.output<S>>, unread: ReadonlySet<string>) => Promise<unknown>;

/**
 * Creates a verb. If an input is refused, the error lists all that is wrong with it: the errors of the schema, of `inputCheck`, and of the
 * records and master data that its fields name.
 */
export function fn<S extends z.ZodType, R>(
  schema: S,
  run: (input: z.output<S>) => Promise<R>,
  inputCheck?: InputCheck<S>,
): Verb<S, R> {
  const wrongWith = async (input: unknown, error: z.ZodError | undefined): Promise<ErrorDetail[]> => {
    const { read, unread } = parseReadableFields(schema, input, error);
    const more = inputCheck ? await catchDetails(inputCheck(read as Partial<z.output<S>>, unread)) : [];
    const referenceDetails =
      schema instanceof z.ZodObject && isObject(input) ? await findInvalidReferences(schema.shape, input) : [];
    return mergeDetails(mergeDetails(error ? toErrorDetails(error) : [], more), referenceDetails);
  };
  const runParsed = async (input: z.input<S>): Promise<R> => {
    const { data, error } = await parseInput(schema, input);
    if (error) throw invalidAll(await wrongWith(input, error));
    try {
      return await run(data as z.output<S>);
    } catch (thrownError) {
      if (!isFailure(thrownError, "VALIDATION_ERROR")) throw thrownError;
      throw invalidAll(mergeDetails(thrownError.details, await wrongWith(input, undefined)));
    }
  };
  const verb = (input: z.input<S>): Promise<R> => runWithRelativeTime(schema, input, () => runParsed(input));
  return Object.assign(verb, {
    schema,
    validate: (input: unknown) =>
      runWithRelativeTime(schema, input, async () => wrongWith(input, (await parseInput(schema, input)).error)),
  });
}

/** Parses an input. Web addresses that the changed record has already stay valid, so that the answer of a GET can be sent back. */
async function parseInput<S extends z.ZodType>(schema: S, input: unknown) {
  const result = schema.safeParse(input);
  const retainedFields = new Set((result.error?.issues ?? []).flatMap((issue) => findRetainedField(issue) ?? []));
  if (retainedFields.size === 0 || !isObject(input) || typeof input.id !== "string") return result;
  return parseRetaining(schema, input, new Set(listTexts(await findStoredRecord(input.id), retainedFields)));
}

/** Lists the texts of these fields, in a record and in all that it contains. */
function listTexts(value: unknown, fields: ReadonlySet<string>): string[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, field]) =>
    typeof field === "string" ? (fields.has(name) ? [field] : []) : listTexts(field, fields),
  );
}

/** Parses each field of an input by itself. Returns the parsed fields, and the names of the others. */
function parseReadableFields(schema: z.ZodType, input: unknown, error: z.ZodError | undefined) {
  const read: Record<string, unknown> = {};
  const unread = new Set((error?.issues ?? []).map(({ path: [field] }) => String(field)));
  if (schema instanceof z.ZodObject && isObject(input))
    for (const [field, value] of Object.entries(input).filter(([field]) => !unread.has(field))) {
      const fieldSchema = Object.hasOwn(schema.shape, field) ? schema.shape[field] : schema.def.catchall;
      const { success, data } = (fieldSchema as z.ZodType | undefined)?.safeParse(value) ?? {};
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
    // Other failures, such as a CONFLICT, are reported once the input is valid.
    if (error.code === "VALIDATION_ERROR") return error.details;
  }
  return [];
}

/** Adds further details for fields that have none yet. */
function mergeDetails(details: readonly ErrorDetail[], more: readonly ErrorDetail[]): ErrorDetail[] {
  const reportedFields = new Set(details.map(({ field }) => field));
  return [...details, ...more.filter(({ field }) => !reportedFields.has(field))];
}

/** Throws VALIDATION_ERROR if the parsed fields do not match a schema that became known only at run time. */
export function requireSchema(schema: z.ZodType, read: object, unread: ReadonlySet<string>): void {
  const issues = schema.safeParse(read).error?.issues.filter(({ path: [field] }) => !unread.has(String(field))) ?? [];
  if (issues.length > 0) throw invalidAll(toErrorDetails(new z.ZodError(issues)));
}

/** Parses an input, or throws a VALIDATION_ERROR whose details name each field by its path. */
export function parse<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw invalidAll(toErrorDetails(result.error));
}

type Path = readonly PropertyKey[];
/** Formats a path as errors have it: `vehicles[1].vin`. */
const formatPath = (path: Path): string =>
  path.reduce<string>(
    (above, part) => (typeof part === "number" ? `${above}[${part}]` : `${above && `${above}.`}${String(part)}`),
    "",
  );

/** Converts the issues of a schema to details. `basePath` is the path of the value in the request. */
export const toErrorDetails = (error: z.ZodError, basePath: Path = []): ErrorDetail[] =>
  error.issues.flatMap((issue) => {
    const path = [...basePath, ...issue.path];
    if (issue.code === "unrecognized_keys") {
      const message = describeIssue({ ...issue, keys: issue.keys.slice(0, 1) });
      return issue.keys.map((key) => ({ field: formatPath([...path, key]), message }));
    }
    return [{ field: formatPath(path), message: describeIssue(issue) }];
  });
