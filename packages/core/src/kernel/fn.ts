import * as z from "zod";
import { findInvalidReferences, findStoredRecord, isRestoring } from "./context.ts";
import { type ErrorDetail, invalidAll, isFailure } from "./error.ts";
import { describeIssue } from "./issue-message.ts";
import { runWithRelativeTime } from "./relative-time.ts";
import { EVERY_TEXT, findRetainedField, parseRetaining } from "./schema.ts";
import { listTextIssues } from "./text-content.ts";

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

/**
 * Parses an input. Values of web addresses and of one-line fields that the changed record has already stay valid, so that the answer of a GET can
 * be sent back.
 */
async function parseInput<S extends z.ZodType>(schema: S, input: unknown) {
  const result = isRestoring() ? parseRetaining(EVERY_TEXT, () => safeParse(schema, input)) : safeParse(schema, input);
  const retainedFields = listRetainedFields(result.error);
  if (retainedFields.size === 0 || !isObject(input) || typeof input.id !== "string") return result;
  const records = await Promise.all(listRecordIds(input).map((id) => findStoredRecord(id)));
  const texts = new Set(records.flatMap((record) => listTexts(record, retainedFields)));
  return parseRetaining(texts, () => safeParse(schema, input));
}

const listRetainedFields = (error: z.ZodError | undefined): ReadonlySet<string> =>
  new Set((error?.issues ?? []).flatMap((issue) => findRetainedField(issue) ?? []));

/** The most records in whose texts the values of a refused input are looked up. */
const MAX_RECORDS = 4;

/** Lists the ids of the changed record and of its part that the input names, such as the amendment of a contract. */
const listRecordIds = ({ id, ...others }: Record<string, unknown>): string[] =>
  Object.entries({ id, ...others })
    .flatMap(([field, value]) => (/(?:^id|_id|Id)$/.test(field) && typeof value === "string" ? [value] : []))
    .slice(0, MAX_RECORDS);

/** Parses an input with its schema, and checks the characters of all its texts, also of those that the schema does not describe. */
function safeParse<S extends z.ZodType>(schema: S, input: unknown): { data?: z.output<S>; error?: z.ZodError } {
  const { data, error } = schema.safeParse(input);
  const textIssues = listTextIssues(input);
  if (textIssues.length === 0) return error ? { error } : { data: data as z.output<S> };
  const paths = new Set(textIssues.map(({ path }) => formatPath(path)));
  const isOther = (issue: z.core.$ZodIssue): boolean =>
    issue.code === "unrecognized_keys"
      ? issue.keys.some((key) => !paths.has(formatPath([...issue.path, key])))
      : !paths.has(formatPath(issue.path));
  const otherIssues = (error?.issues ?? []).filter(isOther);
  return { error: new z.ZodError([...textIssues, ...otherIssues]) };
}

/** Lists the texts of these fields, in a record and in all that it contains. Fields that trim their value are sent back trimmed. */
function listTexts(value: unknown, fields: ReadonlySet<string>, name = ""): string[] {
  if (typeof value === "string") return fields.has(name) ? [value, value.trim()] : [];
  if (Array.isArray(value)) return value.flatMap((item) => listTexts(item, fields, name));
  return isObject(value) ? Object.entries(value).flatMap(([inner, field]) => listTexts(field, fields, inner)) : [];
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
  const { data, error } = safeParse(schema, input);
  if (error) throw invalidAll(toErrorDetails(error));
  return data as z.output<S>;
}

/** Parses values of the table as `parse` does, but takes one-line texts and web addresses as an earlier release stored them. */
export const parseStored = <S extends z.ZodType>(schema: S, values: unknown): z.output<S> =>
  parseRetaining(EVERY_TEXT, () => parse(schema, values));

/** Parses a change of a record as `parse` does, but takes one-line texts and web addresses that the record has already. */
export function parseChange<S extends z.ZodType>(schema: S, input: unknown, current: object): z.output<S> {
  const retainedFields = listRetainedFields(safeParse(schema, input).error);
  return parseRetaining(new Set(listTexts(current, retainedFields)), () => parse(schema, input));
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
