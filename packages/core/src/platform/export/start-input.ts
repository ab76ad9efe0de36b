import * as z from "zod";
import { oneOf, text } from "../../kernel/schema.ts";
import { formats } from "./export.ts";

/** The input that starts an export, beside the parameters of its list. */

export const StartResult = z.object({ export_id: z.string() }).meta({ id: "ExportStarted" });

/** Ids that one request may contain. */
const MAX_IDS = 500;

/** Parameters of a list that exports do not have: rows come in order of creation, which no concurrent change disturbs. */
const unsupportedParameters = { sort: true, order: true, page: true, limit: true, cursor: true } as const;
type UnsupportedParameter = keyof typeof unsupportedParameters;

const NO_PAGES = "An export does not support paging";
const NO_ORDER = "Rows are in order of creation: sort the file instead";

type Query = Record<string, unknown>;

/** Returns the list's schema without these parameters; each of them is refused with its own message. */
export function omitPaging(list: z.ZodObject, buildMessage: (name: UnsupportedParameter) => string): z.ZodType<Query, Query> {
  const rest = list.omit(unsupportedParameters satisfies Record<UnsupportedParameter, true>);
  return z.preprocess((value, context) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const unsupportedNames = (Object.keys(unsupportedParameters) as UnsupportedParameter[]).filter((name) =>
      Object.hasOwn(value, name),
    );
    for (const name of unsupportedNames) context.addIssue({ code: "custom", message: buildMessage(name), path: [name] });
    return Object.fromEntries(
      Object.entries(value).filter(([name]) => !unsupportedNames.some((unsupportedName) => unsupportedName === name)),
    );
  }, rest) as z.ZodType<Query, Query>;
}

/** Returns the input schema for a list with these parameters. */
export const buildStartSchema = (list: z.ZodObject) =>
  z.strictObject({
    format: oneOf(formats),
    ids: z
      .array(text(64))
      .min(1)
      .max(MAX_IDS)
      .optional()
      .describe("Only these records, if the list shows them; defaults to all records of the list"),
    columns: z
      .array(text(200))
      .min(1)
      .max(300)
      .optional()
      .describe("Fields, in the order of the file; defaults to those of the list"),
    labels: z
      .boolean()
      .default(true)
      .describe("true: readable headers, master data by name and users by email address; false: all values as in the API"),
    query: omitPaging(list, (name) => (name === "sort" || name === "order" ? NO_ORDER : NO_PAGES))
      .prefault({})
      .meta({ description: "The parameters of the list by name, except those for order and paging", "x-parameters": "list" }),
  });
export type StartInput = z.output<ReturnType<typeof buildStartSchema>>;
