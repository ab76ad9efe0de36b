import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  GetExecutionHistoryCommand,
  type GetExecutionHistoryOutput,
  type HistoryEvent,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import type { FlowAnswer, FlowEntry, FlowRun, Flows } from "@crm/core/kernel/ports.ts";
import { type Client, errorName } from "./client.ts";

/** Entries of a history that are read at a time. */
const PAGE = 100;
/** As many letters as Step Functions takes of a token, an error and its cause. */
const [TOKEN, ERROR, CAUSE] = [2048, 256, 32_768];

/**
 * Flows by Step Functions: standard machines, whose executions keep the definition with which they began. `machines` is how their
 * names begin: `arn:aws:states:eu-west-1:123456789012:stateMachine:production-crm-`.
 */
export function stepFunctions(client: Client, machines: string): Flows {
  const executionOf = (flow: string, name: string) => `${machines.replace(":stateMachine:", ":execution:")}${flow}:${name}`;
  return {
    async start(flow, name, input) {
      const wanted = { stateMachineArn: `${machines}${flow}`, name, input: JSON.stringify(input) };
      await client.send(new StartExecutionCommand(wanted)).catch((error: unknown) => {
        if (errorName(error) !== "ExecutionAlreadyExists") throw error;
      });
    },
    succeed: (taskToken, output) =>
      answered(client, taskToken, new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) })),
    fail: (taskToken, error, cause) =>
      answered(
        client,
        taskToken,
        new SendTaskFailureCommand({ taskToken, error: error.slice(0, ERROR), cause: cause.slice(0, CAUSE) }),
      ),
    heartbeat: (taskToken) => answered(client, taskToken, new SendTaskHeartbeatCommand({ taskToken })),
    history: {
      async read(flow, name) {
        const wanted = new DescribeExecutionCommand({ executionArn: executionOf(flow, name) });
        const found = (await orNothing(client.send(wanted))) as DescribeExecutionOutput | undefined;
        return found && runOf(found);
      },
      async events(flow, name, cursor) {
        const wanted = { executionArn: executionOf(flow, name), maxResults: PAGE, ...(cursor ? { nextToken: cursor } : {}) };
        const found = (await orNothing(client.send(new GetExecutionHistoryCommand(wanted)))) as
          | GetExecutionHistoryOutput
          | undefined;
        return { events: (found?.events ?? []).map(entryOf), next: found?.nextToken ?? null };
      },
    },
  };
}

/** What Step Functions says of a token that it does not take. */
const REFUSED: Readonly<Record<string, FlowAnswer>> = {
  TaskTimedOut: "ended",
  TaskDoesNotExist: "unknown",
  InvalidToken: "unknown",
};

async function answered(client: Client, token: string, command: object): Promise<FlowAnswer> {
  if (token === "" || token.length > TOKEN) return "unknown";
  try {
    await client.send(command);
    return "accepted";
  } catch (error) {
    const answer = REFUSED[errorName(error)];
    if (!answer) throw error;
    return answer;
  }
}

const orNothing = (sent: Promise<unknown>): Promise<unknown> =>
  sent.catch((error: unknown) => {
    if (errorName(error) !== "ExecutionDoesNotExist") throw error;
    return undefined;
  });

const runOf = ({ status, startDate, stopDate, error, cause }: DescribeExecutionOutput): FlowRun => ({
  status: status === undefined || status === "PENDING_REDRIVE" ? "RUNNING" : status,
  started_at: instant(startDate) ?? "",
  ended_at: instant(stopDate),
  error: error ?? null,
  cause: cause ?? null,
});

/** Each kind of event has its details under a name of its own. */
function entryOf({ timestamp, type = "ExecutionStarted", ...rest }: HistoryEvent): FlowEntry {
  const details: { name?: string; error?: string; cause?: string } = Object.assign(
    {},
    ...Object.entries(rest).flatMap(([key, value]) => (key.endsWith("EventDetails") ? [value] : [])),
  );
  const { name = null, error = null, cause = null } = details;
  return { at: instant(timestamp) ?? "", type, state: /State(Entered|Exited)$/.test(type) ? name : null, error, cause };
}

const instant = (date: Date | undefined): string | null => date?.toISOString() ?? null;
