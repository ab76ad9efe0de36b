import { fn } from "@crm/core/kernel/fn.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation } from "../../http/operation.ts";

/** Several reads of records and lists in one request, such as those that one page of a client needs. */

const MAX_READS = 20;
/** Rows of all lists together. */
export const MAX_ROWS = 500;

const Input = z.strictObject({
  reads: z
    .array(z.string().trim().min(1).max(8000))
    .min(1)
    .max(MAX_READS)
    .describe(
      "Addresses of records and lists with their parameters, such as `/api/v1/notes?related_to_id=led_…&limit=20`: every GET that answers " +
        "with a record or with a list of a kind, except audit entries and uploads, and the schema, recent records, default views, events, the day and " +
        "the default dashboard of the caller, the overview, the hierarchy and the ageing of a customer, the pipeline, and figures of `/analytics`. " +
        `The lists have at most ${MAX_ROWS} rows together`,
    ),
});

const Results = z
  .object({
    results: z
      .array(
        z.object({
          index: z.number().int(),
          status: z.number().int().describe("Status of the single request"),
          data: z.json().optional().describe("`data` of its answer: a record, or the rows of a list"),
          meta: z.record(z.string(), z.json()).optional().describe("`meta` of its answer"),
          error: z
            .object({
              code: z.string(),
              message: z.string(),
              details: z.array(z.object({ field: z.string(), message: z.string() })).readonly(),
            })
            .optional(),
        }),
      )
      .describe("In the order of `reads`"),
  })
  .meta({ id: "ReadResults" });

export type ReadResults = z.output<typeof Results>;

const operations = [
  operation({
    name: "batchReads",
    method: "POST",
    path: "/batch/read",
    tag: "Search",
    access: "signed_in",
    summary: "Read several records and lists",
    description:
      "Each read is processed, counted and answered like a single request, with the same permissions. One that fails does not fail the others. " +
      "The reads run at the same time: they are not a snapshot of one instant.",
    verb: fn(Input, async ({ reads }) => (await import("./read-execution.ts")).runReads(reads)),
    output: Results,
    onlyReads: true,
    checksParts: true,
    keyed: false,
  }),
] as const;

/** The reads are of any kind, so the function needs all domains and their archived records. */
export const batch = defineApiFunction(operations, { uses: ["seal", "domains", "objects:records:get"] });
