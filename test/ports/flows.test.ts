import { stepFunctions } from "@crm/aws/flows.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { Flows } from "@crm/core/kernel/ports.ts";
import { State } from "@crm/local/store/state.ts";
import { afterAll, describe, expect, it } from "vitest";
import { buildFlowFunction, createRunner } from "../lib/state-machine/flow-runner.ts";
import { buildMachine, taskState } from "../lib/state-machine/machine-simulator.ts";
import { awsError, createFakeClient, type FakeClient } from "./fake-aws-client.ts";

interface FlowsHarness {
  flows: Flows;
  /** The token of the task for which an execution waits. */
  findToken(name: string): Promise<string>;
}

const teardowns: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of teardowns) await stop();
});

function createLocalFlows(): FlowsHarness {
  const state = new State("memory");
  const tokens = new Map<string, string>();
  const machine = buildMachine({ Ask: taskState("ask", { waits: true, End: true }) });
  const ask = buildFlowFunction("approval", machine, { ask: (_, { name, token = "" }) => tokens.set(name, token).size });
  const runner = createRunner(state, [ask]);
  teardowns.push(async () => {
    await runner.stop();
    state.close();
  });
  return {
    flows: runner.port,
    async findToken(name) {
      await runner.settle();
      return tokens.get(name.replace("ten_a-", "")) ?? "";
    },
  };
}

const STATE_MACHINE_ARN_PREFIX = "arn:aws:states:eu-west-1:123456789012:stateMachine:test-crm-";

/** The part of Step Functions that the adapter uses. */
function createStepFunctions(): FlowsHarness & { client: FakeClient } {
  const runs = new Map<string, { status: string; error?: string; cause?: string; startDate: Date; stopDate?: Date }>();
  const buildArn = (name: string) => `${STATE_MACHINE_ARN_PREFIX.replace("stateMachine", "execution")}approval:${name}`;
  const answer = (taskToken: string, status: string, more: object = {}) => {
    const run = runs.get(taskToken.replace(/^token of /, ""));
    if (!run) throw awsError("InvalidToken");
    if (run.status !== "RUNNING") throw awsError("TaskTimedOut");
    Object.assign(run, { status, ...more }, status === "RUNNING" ? {} : { stopDate: new Date(Clock.ms()) });
    return {};
  };
  const findRun = (arn: string) => {
    const run = runs.get(arn);
    if (!run) throw awsError("ExecutionDoesNotExist");
    return run;
  };
  const client = createFakeClient<{
    StartExecution: { stateMachineArn: string; name: string; input: string };
    SendTaskSuccess: { taskToken: string; output: string };
    SendTaskFailure: { taskToken: string; error: string; cause: string };
    SendTaskHeartbeat: { taskToken: string };
    DescribeExecution: { executionArn: string };
    GetExecutionHistory: { executionArn: string; nextToken?: string };
  }>({
    StartExecution({ stateMachineArn, name }) {
      if (stateMachineArn !== `${STATE_MACHINE_ARN_PREFIX}approval`) throw awsError("StateMachineDoesNotExist");
      if (runs.has(buildArn(name))) throw awsError("ExecutionAlreadyExists");
      runs.set(buildArn(name), { status: "RUNNING", startDate: new Date(Clock.ms()) });
      return {};
    },
    SendTaskSuccess: ({ taskToken }) => answer(taskToken, "SUCCEEDED"),
    SendTaskFailure: ({ taskToken, error, cause }) => answer(taskToken, "FAILED", { error, cause }),
    SendTaskHeartbeat: ({ taskToken }) => answer(taskToken, "RUNNING"),
    DescribeExecution: ({ executionArn }) => findRun(executionArn),
    GetExecutionHistory({ executionArn, nextToken }) {
      const { startDate: timestamp } = findRun(executionArn);
      const events = [
        { timestamp, type: "ExecutionStarted", executionStartedEventDetails: { input: "{}" } },
        { timestamp, type: "TaskStateEntered", stateEnteredEventDetails: { name: "Ask", input: "{}" } },
      ];
      return nextToken ? { events: events.slice(1) } : { events: events.slice(0, 1), nextToken: "more" };
    },
  });
  return {
    client,
    flows: stepFunctions(client, STATE_MACHINE_ARN_PREFIX),
    findToken: async (name) => `token of ${buildArn(name)}`,
  };
}

describe.each([
  ["the local runner", createLocalFlows],
  ["Step Functions", createStepFunctions],
])("flows by %s", (_, createFlows) => {
  it("start once for each name", async () => {
    const { flows } = createFlows();
    for (const input of [1, { other: 1 }]) await flows.start("approval", "ten_a-1", input);
    await expect(flows.start("nothing", "ten_a-1", {})).rejects.toThrow();
    expect(await flows.history.read("approval", "ten_a-1")).toMatchObject({ status: "RUNNING", ended_at: null, error: null });
    expect(await flows.history.read("approval", "ten_a-2")).toBeUndefined();
  });

  it.each([
    ["SUCCEEDED", (flows: Flows, token: string) => flows.succeed(token, { yes: true }), null, null],
    ["FAILED", (flows: Flows, token: string) => flows.fail(token, "Refused", "too dear"), "Refused", "too dear"],
  ])("accept one answer: %s", async (status, answer, error, cause) => {
    const { flows, findToken: readToken } = createFlows();
    await flows.start("approval", "ten_a-1", {});
    const token = await readToken("ten_a-1");
    expect(await flows.heartbeat(token)).toBe("accepted");
    expect([await answer(flows, token), await answer(flows, token), await flows.heartbeat(token)]).toEqual([
      "accepted",
      "ended",
      "ended",
    ]);
    const run = await flows.history.read("approval", "ten_a-1");
    expect(run).toMatchObject({ status, error, cause });
    expect(run?.ended_at).toMatch(/^\d{4}-.*Z$/);
  });

  it("report a forged token as unknown", async () => {
    const { flows } = createFlows();
    for (const token of ["", "nothing", "x".repeat(5000)])
      expect([token, await flows.succeed(token, 1), await flows.fail(token, "E", ""), await flows.heartbeat(token)]).toEqual([
        token,
        ...["unknown", "unknown", "unknown"],
      ]);
  });

  it("return their history by state", async () => {
    const { flows } = createFlows();
    await flows.start("approval", "ten_a-1", {});
    const events = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page: Awaited<ReturnType<Flows["history"]["events"]>> = await flows.history.events("approval", "ten_a-1", cursor);
      events.push(...page.events);
      cursor = page.next;
    }
    expect(events.slice(0, 2).map(({ type, state, error }) => [type, state, error])).toEqual([
      ["ExecutionStarted", null, null],
      ["TaskStateEntered", "Ask", null],
    ]);
    expect((await flows.history.events("approval", "ten_a-2")).events).toEqual([]);
  });
});

it("temporary errors of Step Functions are thrown, so that the call is retried", async () => {
  const busy = () => {
    throw awsError("ThrottlingException");
  };
  const flows = stepFunctions(
    createFakeClient({ StartExecution: busy, SendTaskSuccess: busy, DescribeExecution: busy }),
    STATE_MACHINE_ARN_PREFIX,
  );
  await expect(flows.start("approval", "ten_a-1", {})).rejects.toThrow("ThrottlingException");
  await expect(flows.succeed("t", 1)).rejects.toThrow("ThrottlingException");
  await expect(flows.history.read("approval", "ten_a-1")).rejects.toThrow("ThrottlingException");
});

it("causes are truncated to the limit of Step Functions", async () => {
  const { client, flows, findToken: readToken } = createStepFunctions();
  await flows.start("approval", "ten_a-1", {});
  await flows.fail(await readToken("ten_a-1"), "E".repeat(300), "c".repeat(40_000));
  expect(client.commands.at(-1)?.input).toMatchObject({ error: "E".repeat(256), cause: "c".repeat(32_768) });
});
