import * as z from "zod";
import { notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { instant, text } from "../../kernel/schema.ts";
import { findDeclaration } from "../../kernel/tenant-domains.ts";
import { Flow } from "./flow.ts";

/** The history of the tenant's executions, for administrators. */

const Entry = z.object({
  at: instant(),
  type: z.string().describe("Name of the event type in Step Functions"),
  state: z.string().nullable(),
  error: z.string().nullable(),
  cause: z.string().nullable(),
});

export const FlowExecution = z.object({
  id: z.string(),
  status: z.enum(["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]),
  started_at: instant(),
  ended_at: instant().nullable(),
  error: z.string().nullable(),
  cause: z.string().nullable(),
  events: z.array(Entry),
  next_cursor: z.string().nullable(),
});

const EXECUTION_ID = /^([a-z][a-z0-9_]*)\.([A-Za-z0-9_-]{1,57})$/;

/** Reads an execution of the caller's tenant by its flow and name: `approval.quo_…-1`. */
export const read = fn(
  z.strictObject({ id: text(128), cursor: text(1000).optional().describe("The next_cursor of the previous page") }),
  async ({ id, cursor }): Promise<z.output<typeof FlowExecution>> => {
    const [, flow = "", name = ""] = EXECUTION_ID.exec(id) ?? [];
    const isKnown = findDeclaration("flows", flow) !== undefined;
    const runHistory = isKnown ? await Flow.readHistory(flow, name, cursor) : undefined;
    if (!runHistory) throw notFound();
    const { next, events, ...run } = runHistory;
    return { id, ...run, events: [...events], next_cursor: next };
  },
);

export * as FlowHistory from "./history.ts";
