import { usePorts, useTenant } from "../../kernel/context.ts";
import type { Json } from "../../kernel/json.ts";
import type { FlowEntry, FlowRun, FlowTokenResult } from "../../kernel/ports.ts";
import { buildExecutionName } from "./execution-name.ts";

/** Flows of the actor's tenant: domains start them, and administrators inspect them. */

/**
 * Starts an execution, once for each name. Names are never reused, so a name identifies its subject (`qte_…-3` for a quote and its round). The start
 * is not part of a transaction: call it from a listener of the committed event, which is delivered until it succeeds.
 */
export const start = (flow: string, name: string, input: Json): Promise<void> =>
  usePorts().flows.start(flow, buildExecutionName(useTenant(), name), input);

/** The status of an execution, with a page of its history. */
export interface FlowRunHistory extends FlowRun {
  events: readonly FlowEntry[];
  next: string | null;
}

export async function readHistory(flow: string, name: string, cursor?: string): Promise<FlowRunHistory | undefined> {
  const { history } = usePorts().flows;
  const full = buildExecutionName(useTenant(), name);
  const run = await history.read(flow, full);
  return run && { ...run, ...(await history.events(flow, full, cursor)) };
}

/** Answers a waiting task. The caller stores its decision first, so that a lost answer can be repeated. */
export const succeed = (token: string, output: Json): Promise<FlowTokenResult> => usePorts().flows.succeed(token, output);

export const fail = (token: string, error: string, cause: string): Promise<FlowTokenResult> =>
  usePorts().flows.fail(token, error, cause);

export const heartbeat = (token: string): Promise<FlowTokenResult> => usePorts().flows.heartbeat(token);

export * as Flow from "./flow.ts";
