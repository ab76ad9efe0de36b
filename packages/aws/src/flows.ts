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
import type { FlowEntry, FlowRun, Flows, FlowTokenResult } from "@crm/core/kernel/ports.ts";
import { type Client, errorName } from "./client.ts";

/** Entries of an execution history that are read at a time. */
const PAGE_SIZE = 100;
/** Maximum characters that Step Functions accepts for a token, an error and its cause. */
const [MAX_TOKEN_CHARACTERS, MAX_ERROR_CHARACTERS, MAX_CAUSE_CHARACTERS] = [2048, 256, 32_768];

/**
 * Returns the flows over Step Functions. They are standard state machines, whose executions keep the definition with which they
 * began. `machines` is the prefix of the ARNs: `arn:aws:states:eu-west-1:123456789012:stateMachine:production-crm-`.
 */
export function stepFunctions(client: Client, machines: string): Flows {
  const buildExecutionArn = (flow: string, name: string) => `${machines.replace(":stateMachine:", ":execution:")}${flow}:${name}`;
  return {
    async start(flow, name, input) {
      const request = { stateMachineArn: `${machines}${flow}`, name, input: JSON.stringify(input) };
      await client.send(new StartExecutionCommand(request)).catch((error: unknown) => {
        if (errorName(error) !== "ExecutionAlreadyExists") throw error;
      });
    },
    succeed: (taskToken, output) =>
      sendAnswer(client, taskToken, new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) })),
    fail: (taskToken, error, cause) =>
      sendAnswer(
        client,
        taskToken,
        new SendTaskFailureCommand({
          taskToken,
          error: error.slice(0, MAX_ERROR_CHARACTERS),
          cause: cause.slice(0, MAX_CAUSE_CHARACTERS),
        }),
      ),
    heartbeat: (taskToken) => sendAnswer(client, taskToken, new SendTaskHeartbeatCommand({ taskToken })),
    history: {
      async read(flow, name) {
        const command = new DescribeExecutionCommand({ executionArn: buildExecutionArn(flow, name) });
        const execution = (await undefinedIfMissing(client.send(command))) as DescribeExecutionOutput | undefined;
        return execution && toFlowRun(execution);
      },
      async events(flow, name, cursor) {
        const request = {
          executionArn: buildExecutionArn(flow, name),
          maxResults: PAGE_SIZE,
          ...(cursor ? { nextToken: cursor } : {}),
        };
        const historyPage = (await undefinedIfMissing(client.send(new GetExecutionHistoryCommand(request)))) as
          | GetExecutionHistoryOutput
          | undefined;
        return { events: (historyPage?.events ?? []).map(toFlowEntry), next: historyPage?.nextToken ?? null };
      },
    },
  };
}

/** The result of an answer for each error by which Step Functions refuses its token. */
const ANSWERS_BY_ERROR: Readonly<Record<string, FlowTokenResult>> = {
  TaskTimedOut: "ended",
  TaskDoesNotExist: "unknown",
  InvalidToken: "unknown",
};

async function sendAnswer(client: Client, token: string, command: object): Promise<FlowTokenResult> {
  if (token === "" || token.length > MAX_TOKEN_CHARACTERS) return "unknown";
  try {
    await client.send(command);
    return "accepted";
  } catch (error) {
    const answer = ANSWERS_BY_ERROR[errorName(error)];
    if (!answer) throw error;
    return answer;
  }
}

const undefinedIfMissing = (sent: Promise<unknown>): Promise<unknown> =>
  sent.catch((error: unknown) => {
    if (errorName(error) !== "ExecutionDoesNotExist") throw error;
    return undefined;
  });

const toFlowRun = ({ status, startDate, stopDate, error, cause }: DescribeExecutionOutput): FlowRun => ({
  status: status === undefined || status === "PENDING_REDRIVE" ? "RUNNING" : status,
  started_at: formatInstant(startDate) ?? "",
  ended_at: formatInstant(stopDate),
  error: error ?? null,
  cause: cause ?? null,
});

/** Each type of event has its details under a key of its own, such as `taskFailedEventDetails`. */
function toFlowEntry({ timestamp, type = "ExecutionStarted", ...rest }: HistoryEvent): FlowEntry {
  const details: { name?: string; error?: string; cause?: string } = Object.assign(
    {},
    ...Object.entries(rest).flatMap(([key, value]) => (key.endsWith("EventDetails") ? [value] : [])),
  );
  const { name = null, error = null, cause = null } = details;
  return { at: formatInstant(timestamp) ?? "", type, state: /State(Entered|Exited)$/.test(type) ? name : null, error, cause };
}

const formatInstant = (date: Date | undefined): string | null => date?.toISOString() ?? null;
