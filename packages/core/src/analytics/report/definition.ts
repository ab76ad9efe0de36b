import * as z from "zod";
import { personalData } from "../../kernel/personal-data.ts";
import { json, oneOf, text } from "../../kernel/schema.ts";
import { periods } from "./period.rules.ts";

/** The schema of report definitions (docs/analytics/reports.md). Fields and conditions are checked against the kind by `buildPlan`. */

const MAX_GROUPS = 3;
const MAX_MEASURES = 20;
const MAX_COLUMNS = 50;
const MAX_WITH = 3;
const MAX_SORTS = 5;
const MAX_BUCKETS = 50;
const MAX_LIMIT = 1_000_000;
const MAX_CONDITION_BYTES = 8_192;

const measureTypes = ["count", "distinct", "sum", "avg", "median", "min", "max", "share", "rate", "formula"] as const;
export type MeasureType = (typeof measureTypes)[number];

export const operations = ["+", "-", "*", "/"] as const;
export type Operation = (typeof operations)[number];

/** The kinds of the console's charts (packages/chart/src/spec.ts). */
const chartTypes = ["bar", "stacked", "line", "area", "funnel", "donut"] as const;

const fieldName = () => text(200).min(1);
const where = () => json(MAX_CONDITION_BYTES).describe("Conditions, as in the body of `POST /{kind}/query`");

/** A decimal limit of buckets, as a number or text. */
const bucketLimit = z
  .union([z.number(), z.string()])
  .transform(String)
  .pipe(z.string().regex(/^-?\d{1,15}(\.\d{1,4})?$/, "Must be a number, such as 1000 or 12.50"));

const group = z.strictObject({
  field: fieldName(),
  by: oneOf(periods).optional().describe("The period of a date or an instant, in the tenant's time zone; weeks begin on Monday"),
  buckets: z
    .array(bucketLimit)
    .min(1)
    .max(MAX_BUCKETS)
    .optional()
    .describe("Ascending limits of a number or an amount: `[1000, 10000]` gives below 1000, 1000 to below 10000, and from 10000"),
});

const measureName = () =>
  text(64).regex(/^[a-z][a-z0-9_]*$/, "Must be a name of lower-case letters, digits and _, such as won_amount");

const measure = z.strictObject({
  as: measureName().describe("The name of the measure in rows"),
  do: oneOf(measureTypes),
  field: text(401)
    .min(1)
    .optional()
    .describe("A field, or the days between two dates: `closed_date - created_day`. Not for count, rate and formula"),
  where: where().optional().describe("Only records that fulfil these conditions"),
  over: where().optional().describe("For rate: the records of the whole; default: all"),
  of: z
    .tuple([measureName(), oneOf(operations), measureName()])
    .optional()
    .describe('For formula: two earlier measures, such as `["won", "/", "closed"]`'),
});

const withRecords = z.strictObject({
  tab: fieldName().describe(
    "A kind whose records name this one, such as `activity`; with the naming field where there are several: `activity.related_to_id`",
  ),
  where: where().optional(),
  has: z.boolean().default(true).describe("true: only records with such a record; false: only records without"),
});

const sort = z.strictObject({
  by: text(80 + 200)
    .min(1)
    .describe("The name of a column, a grouping or a measure"),
  order: oneOf(["asc", "desc"]).default("asc"),
});

const chart = z.strictObject({
  kind: oneOf(chartTypes),
  category: text(300).optional().describe("The grouping whose values are the categories"),
  split: text(300).optional().describe("A second grouping, whose values are the series"),
  series: z.array(text(64)).max(MAX_MEASURES).optional().describe("The measures that are shown"),
});

/** What a report shows. */
export const definitionShape = {
  columns: z
    .array(fieldName())
    .min(1)
    .max(MAX_COLUMNS)
    .optional()
    .describe("Fields of each row, for reports without groupings and measures"),
  where: where().optional(),
  with: z.array(withRecords).max(MAX_WITH).optional(),
  group_by: z.array(group).max(MAX_GROUPS).optional(),
  measures: z.array(measure).max(MAX_MEASURES).optional(),
  sort: z.array(sort).max(MAX_SORTS).optional(),
  limit: z.int().min(1).max(MAX_LIMIT).optional().describe("The first rows of the order; default: all rows"),
  chart: chart.optional(),
};

export const Definition = personalData("free_text", z.strictObject(definitionShape));
export type Definition = z.output<typeof Definition>;
export type GroupDefinition = z.output<typeof group>;
export type MeasureDefinition = z.output<typeof measure>;
