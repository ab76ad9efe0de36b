import { usePorts, useTenant } from "../../kernel/context.ts";
import type { Json } from "../../kernel/json.ts";
import type { FlowEntry, FlowRun, FlowTokenResult } from "../../kernel/ports.ts";
import { buildExecutionName } from "./execution-name.ts";

/** Flows of the actor's tenant: what domains start, and administrators look at. */

/**
 * Starts an execution, once for each name: a name is good for ever, so it says what it is about (`qte_…-3`, a quote and its round).
 * It stands in no transaction: start it from a listener of the committed event, which comes until it was heard.
 */
export const start = (flow: string, name: string, input: Json): Promise<void> =>
  usePorts().flows.start(flow, buildExecutionName(useTenant(), name), input);

/** Where an execution of the tenant's stands, and a page of what happened in it. */
export interface FlowRunHistory extends FlowRun {
  events: readonly FlowEntry[];
  next: string | null;
}

export async function readHistory(flow: string, name: string, cursor?: string): Promise<FlowRunHistory | undefined> {
  const { history: told } = usePorts().flows;
  const full = buildExecutionName(useTenant(), name);
  const run = await told.read(flow, full);
  return run && { ...run, ...(await told.events(flow, full, cursor)) };
}

/** Answers a task that waits: whoever decides has written the decision before, so that an answer that is lost can be given again. */
export const succeed = (token: string, output: Json): Promise<FlowTokenResult> => usePorts().flows.succeed(token, output);

export const fail = (token: string, error: string, cause: string): Promise<FlowTokenResult> =>
  usePorts().flows.fail(token, error, cause);

export const heartbeat = (token: string): Promise<FlowTokenResult> => usePorts().flows.heartbeat(token);

export * as Flow from "./flow.ts";
