import * as z from "zod";
import { formats } from "../../export/export.ts";
import { oneOf, text } from "../../kernel/schema.ts";

/** What an export is asked for with, beside the parameters of the list that it is of. */

export const Started = z.object({ export_id: z.string() }).meta({ id: "ExportStarted" });

/** Parameters of a list that an export has not: it is whole, and in the one order that no change disturbs. */
const unfit = {
  sort: "Rows come in order of creation: sort the file",
  order: "Rows come in order of creation: sort the file",
  page: "An export has no pages",
  limit: "An export has no pages",
  cursor: "An export has no pages",
};

type Query = Record<string, unknown>;

/** The list's own parameters without those. */
function queryOf(list: z.ZodObject): z.ZodType<Query, Query> {
  const rest = list.omit({ sort: true, order: true, page: true, limit: true, cursor: true } satisfies Record<
    keyof typeof unfit,
    true
  >);
  return z.preprocess((value, context) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const given = Object.entries(value);
    for (const [name, message] of Object.entries(unfit))
      if (Object.hasOwn(value, name)) context.addIssue({ code: "custom", message, path: [name] });
    return Object.fromEntries(given.filter(([name]) => !(name in unfit)));
  }, rest) as z.ZodType<Query, Query>;
}

/** The input for a list with these parameters. */
export const askedOf = (list: z.ZodObject) =>
  z.strictObject({
    format: oneOf(formats),
    columns: z
      .array(text(200))
      .min(1)
      .max(300)
      .optional()
      .describe("Fields, in the order of the file; those of the list unless told otherwise"),
    labels: z
      .boolean()
      .default(true)
      .describe("Headers for people, master data by name and users by address; else all as the API has it"),
    query: queryOf(list)
      .prefault({})
      .meta({ description: "The parameters of the list by name, but for those of order and pages", "x-parameters": "list" }),
  });
export type Asked = z.output<ReturnType<typeof askedOf>>;
