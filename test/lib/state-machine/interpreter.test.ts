import { isRunning, nextWakeTime } from "@crm/core/lib/state-machine/execution.ts";
import { describe, expect, it } from "vitest";
import { buildError, buildMachine, MachineSimulator, runMachine, taskState } from "./machine-simulator.ts";

const end = { End: true } as const;
const passState = (fields: object = {}) => ({ Type: "Pass", ...end, ...fields });
const failTimes =
  (times: number, name = "Busy") =>
  (_: unknown, call: number) => {
    if (call < times) throw buildError(name, `call ${call}`);
    return call;
  };

describe("states", () => {
  it("pass on their input or the value of Output", async () => {
    const machine = buildMachine({
      A: { Type: "Pass", Next: "B" },
      B: { Type: "Pass", Output: { was: "{% $states.input %}", n: 1 }, Next: "C" },
      C: { Type: "Succeed", Output: "{% $states.input.was.a & $string($states.input.n) %}" },
    });
    expect(await runMachine(machine, { a: "x" })).toBe("x1");
  });

  it("assign variables that are available from the next state on", async () => {
    const machine = buildMachine({
      A: { Type: "Pass", Assign: { n: 1, all: "{% $states.input %}" }, Next: "B" },
      B: { Type: "Pass", Assign: { n: "{% $n + 1 %}", old: "{% $n %}" }, Output: "{% $n %}", Next: "C" },
      C: passState({ Output: ["{% $n %}", "{% $old %}", "{% $states.input %}", "{% $all.x %}"] }),
    });
    expect(await runMachine(machine, { x: "y" })).toEqual([2, 1, 1, "y"]);
  });

  it("read the context object", async () => {
    const machine = buildMachine({ A: passState({ Output: "{% $states.context %}" }) });
    expect(await runMachine(machine, { a: 1 })).toEqual({
      Execution: { Id: "f.n", Name: "ten_a-n", Input: { a: 1 }, StartTime: "2026-03-14T09:00:00.000Z" },
      StateMachine: { Id: "f", Name: "f" },
      State: { Name: "A", EnteredTime: "2026-03-14T09:00:00.000Z", RetryCount: 0 },
    });
  });

  it.each([
    [{ n: 1 }, { one: 1 }],
    [{ n: 2 }, "two"],
    [{ n: 3 }, { n: 3, other: true }],
    [{ n: "1" }, { n: "1", other: true }],
  ])("choose the first condition that is met: %j", async (input, output) => {
    const machine = buildMachine({
      A: {
        Type: "Choice",
        Choices: [
          { Condition: "{% $states.input.n = 1 %}", Output: { one: "{% $states.input.n %}" }, Next: "End" },
          { Condition: "{% $states.input.n in [1, 2] %}", Assign: { word: "two" }, Next: "Two" },
        ],
        Output: "{% $merge([$states.input, {'other': true}]) %}",
        Default: "End",
      },
      Two: { Type: "Pass", Output: "{% $word %}", Next: "End" },
      End: { Type: "Succeed" },
    });
    expect(await runMachine(machine, input)).toEqual(output);
  });

  it.each([
    ["{% $states.input.n = 1 %}", "States.NoChoiceMatched", "No choice of A matches"],
    ["{% $states.input.n %}", "States.QueryEvaluationError", "The field 'Choices[0].Condition' must be true or false"],
  ])("fail if no choice matches: %s", async (Condition, error, cause) => {
    const machine = buildMachine({ A: { Type: "Choice", Choices: [{ Condition, Next: "B" }] }, B: { Type: "Succeed" } });
    expect(await runMachine(machine, { n: 5 })).toEqual({ status: "FAILED", error, cause });
  });

  it.each([
    [{ Seconds: 90 }, 90],
    [{ Seconds: "{% $states.input.s %}" }, 7],
    [{ Timestamp: "2026-03-14T09:30:00Z" }, 1800],
    [{ Timestamp: "{% $states.input.t %}" }, 3600],
    [{ Timestamp: "2026-03-14T08:00:00Z" }, 0],
    [{ Seconds: 0 }, 0],
  ])("wait: %j", async (fields, seconds) => {
    const play = new MachineSimulator(buildMachine({ A: { Type: "Wait", ...fields, Next: "B" }, B: taskState("s", end) }), {
      s: 7,
      t: "2026-03-14T11:00:00+01:00",
    });
    await play.runToEnd();
    expect(play.calls).toEqual([{ step: "s", at: seconds, input: null }]);
  });

  it.each([
    { Seconds: "{% -1 %}" },
    { Seconds: "{% 1.5 %}" },
    { Seconds: "{% '3' %}" },
    { Timestamp: "{% 'tomorrow' %}" },
    { Timestamp: "{% '2026-13-45T00:00:00Z' %}" },
  ])("reject a wait of %j", async (fields) => {
    expect(await runMachine(buildMachine({ A: { Type: "Wait", ...fields, ...end } }))).toMatchObject({
      error: "States.QueryEvaluationError",
    });
  });

  it("fail with their own error and cause", async () => {
    const machine = buildMachine({ A: { Type: "Fail", Error: "{% 'No' & $states.input.what %}", Cause: "It is so" } });
    expect(await runMachine(machine, { what: "Money" })).toEqual({ status: "FAILED", error: "NoMoney", cause: "It is so" });
  });

  it("pass on at most 256 KiB", async () => {
    const machine = buildMachine({ A: passState({ Output: "{% $pad('', $states.input.n, 'é') %}" }) });
    expect(await runMachine(machine, { n: 131_071 })).toHaveLength(131_071);
    expect(await runMachine(machine, { n: 131_072 })).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
  });
});

describe("tasks", () => {
  it("call their step and receive its result", async () => {
    const machine = buildMachine({
      A: taskState("double", {
        input: "{% $states.input.n %}",
        Assign: { twice: "{% $states.result.Payload %}" },
        Output: { was: "{% $states.input.n %}" },
        Next: "B",
      }),
      B: passState({ Output: "{% $states.input.was + $twice %}" }),
    });
    expect(await runMachine(machine, { n: 2 }, { double: (n) => Number(n) * 2 })).toBe(6);
  });

  it("receive the whole response of the function by default", async () => {
    expect(await runMachine(buildMachine({ A: taskState("s", end) }), {}, { s: () => ({ a: 1 }) })).toEqual({
      ExecutedVersion: "$LATEST",
      Payload: { a: 1 },
      StatusCode: 200,
    });
  });

  it("that wait end with the first answer to their token", async () => {
    const play = new MachineSimulator(buildMachine({ A: taskState("ask", { waits: true, ...end }) }), {});
    await play.runToEnd();
    expect([play.execution.status, play.calls.length]).toEqual(["RUNNING", 1]);
    const task = play.waitingTasks[0]?.id ?? -1;
    expect(await play.sendEvent({ type: "succeed", task: task + 1, output: "no" })).toBe(false);
    expect(await play.sendEvent({ type: "succeed", task, output: "yes" })).toBe(true);
    expect(await play.sendEvent({ type: "succeed", task, output: "no" })).toBe(false);
    expect(await play.sendEvent({ type: "fail", task, error: "No", cause: "" })).toBe(false);
    expect(play.execution).toMatchObject({ status: "SUCCEEDED", output: "yes" });
  });

  it("that wait may be answered before their step has ended", async () => {
    const play = new MachineSimulator(buildMachine({ A: taskState("ask", { waits: true, ...end }) }), {});
    await play.sendEvent({ type: "start" });
    const task = play.waitingTasks[0]?.id ?? -1;
    expect(await play.sendEvent({ type: "succeed", task, output: "early" })).toBe(true);
    expect(await play.sendEvent({ type: "invoked", task, output: null })).toBe(false);
    expect(play.execution.output).toBe("early");
  });

  it("that wait fail with their step, or by the owner of the token", async () => {
    const machine = buildMachine({
      A: taskState("ask", {
        waits: true,
        ...end,
        Catch: [{ ErrorEquals: ["Refused"], Output: "{% $states.errorOutput %}", Next: "B" }],
      }),
      B: { Type: "Succeed" },
    });
    expect(await runMachine(machine, {}, { ask: failTimes(1, "Refused") })).toEqual({ Error: "Refused", Cause: "call 0" });
    const play = new MachineSimulator(machine);
    await play.runToEnd();
    await play.sendEvent({ type: "fail", task: play.waitingTasks[0]?.id ?? -1, error: "Refused", cause: "no" });
    expect((await play.runToEnd()).output).toEqual({ Error: "Refused", Cause: "no" });
  });

  it.each([
    ["TimeoutSeconds", { TimeoutSeconds: 60 }, "States.Timeout", 60],
    ["HeartbeatSeconds", { TimeoutSeconds: 60, HeartbeatSeconds: 20 }, "States.HeartbeatTimeout", 20],
    ["an expression", { TimeoutSeconds: "{% 2 * 15 %}" }, "States.Timeout", 30],
  ])("time out by %s", async (_, fields, error, seconds) => {
    const machine = buildMachine({
      A: taskState("ask", { waits: true, ...fields, ...end, Catch: [{ ErrorEquals: [error], Next: "B" }] }),
      B: taskState("s", { Output: "{% $states.input.Error %}", ...end }),
    });
    const play = new MachineSimulator(machine);
    expect((await play.runToEnd()).output).toBe(error);
    expect(play.calls.at(-1)).toEqual({ step: "s", at: seconds, input: null });
    expect(play.eventTypes).toContain("TaskTimedOut");
  });

  it("are prolonged by each heartbeat, but not beyond their timeout", async () => {
    const play = new MachineSimulator(
      buildMachine({ A: taskState("ask", { waits: true, TimeoutSeconds: 50, HeartbeatSeconds: 20, ...end }) }),
    );
    await play.runSteps();
    const task = play.waitingTasks[0]?.id ?? -1;
    for (const _ of [1, 2]) {
      play.at += 19_000;
      expect(await play.sendEvent({ type: "heartbeat", task })).toBe(true);
    }
    play.at += 11_999;
    expect(await play.sendEvent({ type: "tick" }).then(() => play.execution.status)).toBe("RUNNING");
    play.at += 1;
    expect(await play.sendEvent({ type: "heartbeat", task })).toBe(false);
    expect(play.execution).toMatchObject({ status: "FAILED", error: "States.Timeout" });
  });

  it("take no answer after their timeout, even if the clock was not checked meanwhile", async () => {
    const play = new MachineSimulator(buildMachine({ A: taskState("ask", { waits: true, TimeoutSeconds: 60, ...end }) }));
    await play.runSteps();
    play.at += 60_000;
    expect(await play.sendEvent({ type: "succeed", task: play.waitingTasks[0]?.id ?? -1, output: "late" })).toBe(false);
    expect(play.execution).toMatchObject({ status: "FAILED", error: "States.Timeout" });
  });
});

describe("retries", () => {
  const retried = (...Retry: object[]) =>
    buildMachine({ A: taskState("s", { Retry, Output: "{% $states.result.Payload %}", ...end }) });
  const runRetries = async (machine: ReturnType<typeof buildMachine>, times: number, name?: string, seed?: string) => {
    const play = new MachineSimulator(machine, {}, { s: failTimes(times, name) }, seed);
    const { status, error } = await play.runToEnd();
    return { status, error, at: play.calls.map(({ at: callTime }) => callTime) };
  };

  it.each<[string, object, number, number[]]>([
    ["as usual", { ErrorEquals: ["States.ALL"] }, 3, [0, 1, 3, 7]],
    ["by interval and rate", { ErrorEquals: ["Busy"], IntervalSeconds: 3, BackoffRate: 1.5 }, 3, [0, 3, 7.5, 14.25]],
    [
      "no later than after",
      { ErrorEquals: ["Busy"], IntervalSeconds: 3, MaxAttempts: 4, MaxDelaySeconds: 5 },
      4,
      [0, 3, 8, 13, 18],
    ],
    ["any failure of a task", { ErrorEquals: ["States.TaskFailed"], MaxAttempts: 1 }, 1, [0, 1]],
  ])("%s", async (_, retrier, times, callTimes) => {
    expect(await runRetries(retried(retrier), times)).toEqual({ status: "SUCCEEDED", error: undefined, at: callTimes });
  });

  it.each<[string, object[], number[]]>([
    ["no more than so often", [{ ErrorEquals: ["Busy"], MaxAttempts: 2 }], [0, 1, 3]],
    [
      "never where it says so, though another would",
      [{ ErrorEquals: ["Busy"], MaxAttempts: 0 }, { ErrorEquals: ["States.ALL"] }],
      [0],
    ],
    ["not for other errors", [{ ErrorEquals: ["Other", "States.Timeout"] }], [0]],
    ["each retrier for itself", [{ ErrorEquals: ["Other"] }, { ErrorEquals: ["Busy"], MaxAttempts: 1 }], [0, 1]],
  ])("%s", async (_, retriers, callTimes) => {
    expect(await runRetries(retried(...retriers), 9)).toEqual({ status: "FAILED", error: "Busy", at: callTimes });
  });

  it("with jitter wait a fraction of the delay, the same for the same seed", async () => {
    const machine = retried({ ErrorEquals: ["Busy"], IntervalSeconds: 100, MaxAttempts: 5, JitterStrategy: "FULL" });
    const runs = await Promise.all(["a", "a", "b"].map((seed) => runRetries(machine, 5, "Busy", seed)));
    const [first, again, otherTimes] = runs.map(({ at: callTimes }) => callTimes);
    expect(first).toEqual(again);
    expect(first).not.toEqual(otherTimes);
    for (const callTimes of [first ?? [], otherTimes ?? []])
      callTimes.slice(1).forEach((callTime, index) => {
        const delay = callTime - (callTimes[index] ?? 0);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThan(100 * 2 ** index);
      });
  });

  it("States.TaskFailed matches no timeouts, and States.Timeout matches both", async () => {
    const timed = (names: string[]) =>
      buildMachine({
        A: taskState("ask", {
          waits: true,
          HeartbeatSeconds: 5,
          ...end,
          Catch: [{ ErrorEquals: names, Next: "B" }],
        }),
        B: { Type: "Succeed", Output: "caught" },
      });
    expect(await runMachine(timed(["States.TaskFailed"]))).toMatchObject({ error: "States.HeartbeatTimeout" });
    expect(await runMachine(timed(["States.Timeout"]))).toBe("caught");
    expect(await runMachine(timed(["States.ALL"]))).toBe("caught");
  });

  it("reuse the input, count attempts, and start from zero in the next state", async () => {
    const retry = { Retry: [{ ErrorEquals: ["Busy"], MaxAttempts: 1 }], input: "{% $states.context.State.RetryCount %}" };
    const machine = buildMachine({ A: taskState("s", { ...retry, Next: "B" }), B: taskState("t", { ...retry, ...end }) });
    const play = new MachineSimulator(machine, {}, { s: failTimes(1), t: failTimes(1) });
    await play.runToEnd();
    expect(play.calls.map(({ step: name, input }) => [name, input])).toEqual([
      ["s", 0],
      ["s", 1],
      ["t", 0],
      ["t", 1],
    ]);
    expect(play.eventTypes.filter((type) => type === "TaskStateEntered")).toHaveLength(2);
  });
});

describe("caught errors", () => {
  it("are caught after all retries with name and cause, and variables stay unchanged", async () => {
    const machine = buildMachine({
      A: taskState("s", {
        Assign: { done: true },
        ...end,
        Retry: [{ ErrorEquals: ["Busy"], MaxAttempts: 1 }],
        Catch: [
          { ErrorEquals: ["Other"], Next: "C" },
          { ErrorEquals: ["States.ALL"], Assign: { why: "{% $states.errorOutput.Cause %}" }, Next: "B" },
        ],
      }),
      B: passState({ Output: { input: "{% $states.input %}", why: "{% $why %}", done: "{% $exists($done) %}" } }),
      C: { Type: "Succeed" },
    });
    expect(await runMachine(machine, {}, { s: failTimes(9) })).toEqual({
      input: { Error: "Busy", Cause: "call 1" },
      why: "call 1",
      done: false,
    });
  });

  it.each([
    ["Arguments", { input: "{% $none %}" }],
    ["Output", { Output: "{% $none %}" }],
    ["Assign", { Assign: { a: "{% $none %}" } }],
    ["TimeoutSeconds", { TimeoutSeconds: "{% 0 %}" }],
  ])("include those of expressions: %s", async (_, fields) => {
    const machine = buildMachine({
      A: taskState("s", { ...fields, ...end, Catch: [{ ErrorEquals: ["States.QueryEvaluationError"], Next: "B" }] }),
      B: { Type: "Succeed", Output: "caught" },
    });
    expect(await runMachine(machine)).toBe("caught");
  });

  it("exclude an error of the Catch itself", async () => {
    const machine = buildMachine({
      A: taskState("s", { ...end, Catch: [{ ErrorEquals: ["States.ALL"], Output: "{% $none %}", Next: "B" }] }),
      B: { Type: "Succeed" },
    });
    expect(await runMachine(machine, {}, { s: failTimes(9) })).toMatchObject({ error: "States.QueryEvaluationError" });
  });

  it("exclude the data limit unless named", async () => {
    const caught = (name: string) =>
      buildMachine({
        A: taskState("s", { ...end, Catch: [{ ErrorEquals: [name], Next: "B" }] }),
        B: { Type: "Succeed", Output: "caught" },
      });
    const large = { s: () => "x".repeat(300_000) };
    expect(await runMachine(caught("States.ALL"), {}, large)).toMatchObject({ error: "States.DataLimitExceeded" });
    expect(await runMachine(caught("States.DataLimitExceeded"), {}, large)).toBe("caught");
  });
});

describe("branches", () => {
  const branch = (states: Record<string, object>) => ({ StartAt: Object.keys(states)[0], States: states });

  it("run in parallel and return their outputs in order", async () => {
    const machine = buildMachine({
      A: { Type: "Pass", Assign: { outer: 1 }, Next: "Both" },
      Both: {
        Type: "Parallel",
        Arguments: { n: "{% $states.input.n + $outer %}" },
        Branches: [
          branch({ W: { Type: "Wait", Seconds: 10, Next: "X" }, X: passState({ Output: "{% $states.input.n %}" }) }),
          branch({
            Y: { Type: "Pass", Assign: { own: 5 }, Next: "Z" },
            Z: taskState("z", { Output: "{% $own + $outer %}", ...end }),
          }),
        ],
        Assign: { both: "{% $states.result %}" },
        Output: "{% $states.result[0] %}",
        Next: "End",
      },
      End: passState({ Output: ["{% $both %}", "{% $states.input %}", "{% $exists($own) %}"] }),
    });
    const play = new MachineSimulator(machine, { n: 1 });
    expect((await play.runToEnd()).output).toEqual([[2, 6], 2, false]);
    expect(play.calls).toEqual([{ step: "z", at: 0, input: null }]);
  });

  it("all end when one fails, with its error", async () => {
    const machine = buildMachine({
      Both: {
        Type: "Parallel",
        Branches: [
          branch({ W: { Type: "Wait", Seconds: 10, Next: "X" }, X: taskState("late", end) }),
          branch({ Y: taskState("ask", { waits: true, ...end }) }),
          branch({ Z: { Type: "Wait", Seconds: 5, Next: "F" }, F: { Type: "Fail", Error: "Mine", Cause: "so" } }),
        ],
        Catch: [{ ErrorEquals: ["Mine"], Next: "End" }],
        ...end,
      },
      End: { Type: "Wait", Seconds: 60, Next: "Last" },
      Last: { Type: "Succeed" },
    });
    const play = new MachineSimulator(machine);
    await play.runSteps();
    const token = play.waitingTasks[0]?.id ?? -1;
    expect((await play.runToEnd()).output).toEqual({ Error: "Mine", Cause: "so" });
    expect(play.calls.map(({ step: name }) => name)).toEqual(["ask"]);
    expect(await play.sendEvent({ type: "succeed", task: token, output: 1 })).toBe(false);
  });

  it("start again on a retry", async () => {
    const machine = buildMachine({
      Both: {
        Type: "Parallel",
        Branches: [
          branch({ Y: taskState("good", end) }),
          branch({ Z: taskState("s", { Output: "{% $states.result.Payload %}", ...end }) }),
        ],
        Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 2 }],
        Output: "{% $states.result[1] %}",
        ...end,
      },
    });
    const play = new MachineSimulator(machine, {}, { s: failTimes(1) });
    expect((await play.runToEnd()).output).toBe(1);
    expect(play.calls.map(({ step: name, at: callTime }) => [name, callTime])).toEqual([
      ["good", 0],
      ["s", 0],
      ["good", 2],
      ["s", 2],
    ]);
  });
});

describe("items", () => {
  const mapped = (fields: object, states: Record<string, object>) =>
    buildMachine({
      Each: {
        Type: "Map",
        ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, StartAt: Object.keys(states)[0], States: states },
        ...end,
        ...fields,
      },
    });

  it("each pass through the states with their own input and context", async () => {
    const machine = mapped(
      {
        Items: "{% $states.input.list %}",
        ItemSelector: { v: "{% $states.context.Map.Item.Value %}", of: "{% $states.input.of %}" },
      },
      { A: passState({ Output: "{% $states.input.v & $states.input.of & $string($states.context.Map.Item.Index) %}" }) },
    );
    expect(await runMachine(machine, { list: ["a", "b"], of: "-" })).toEqual(["a-0", "b-1"]);
  });

  it("default to the input, also when it is empty", async () => {
    const machine = mapped({}, { A: passState({ Output: "{% $states.input * 2 %}" }) });
    expect(await runMachine(machine, [1, 2, 3])).toEqual([2, 4, 6]);
    expect(await runMachine(machine, [])).toEqual([]);
    expect(await runMachine(machine, { a: 1 })).toMatchObject({
      error: "States.QueryEvaluationError",
      cause: "The field 'Items' must be an array",
    });
  });

  it.each([
    [{}, 100, 40],
    [{ MaxConcurrency: 3 }, 10, 3],
    [{ MaxConcurrency: "{% 1 + 1 %}" }, 10, 2],
    [{ MaxConcurrency: 0 }, 50, 40],
  ])("run with the concurrency limit %j", async (fields, items, maxWidth) => {
    const machine = mapped(fields, { A: taskState("ask", { waits: true, Output: "{% $states.result %}", ...end }) });
    const play = new MachineSimulator(
      machine,
      Array.from({ length: items }, (_, index) => index),
    );
    await play.runSteps();
    let widest = 0;
    for (let [task] = play.waitingTasks; task; [task] = play.waitingTasks) {
      widest = Math.max(widest, play.waitingTasks.length);
      await play.sendEvent({ type: "succeed", task: task.id, output: task.id });
      await play.runSteps();
    }
    expect(widest).toBe(maxWidth);
    expect(play.execution.status).toBe("SUCCEEDED");
    expect(play.execution.output).toHaveLength(items);
  });

  it("fail together, and maps can be nested", async () => {
    const inner = (states: Record<string, object>, fields: object) => ({
      Type: "Map",
      ItemProcessor: { StartAt: Object.keys(states)[0], States: states },
      ...end,
      ...fields,
    });
    const machine = mapped(
      {},
      { B: inner({ C: passState({ Output: "{% 10 / $states.input & '' %}" }) }, { Items: "{% $states.input %}" }) },
    );
    expect(await runMachine(machine, [[1, 2], [5]])).toEqual([["10", "5"], ["2"]]);
    expect(await runMachine(machine, [[1, 2], ["x"]])).toMatchObject({ status: "FAILED", error: "States.QueryEvaluationError" });
  });
});

describe("an execution", () => {
  it("times out as a whole, after clocks that were due before", async () => {
    const machine = buildMachine(
      {
        A: { Type: "Wait", Seconds: 50, Next: "B" },
        B: taskState("s", { waits: true, ...end, Catch: [{ ErrorEquals: ["States.ALL"], Next: "C" }] }),
        C: { Type: "Succeed" },
      },
      { TimeoutSeconds: 100 },
    );
    const play = new MachineSimulator(machine);
    await play.runSteps();
    expect(nextWakeTime(play.execution)).toBe(play.at + 50_000);
    play.at += 500_000;
    await play.sendEvent({ type: "tick" });
    expect(play.execution).toMatchObject({ status: "TIMED_OUT", error: "States.Timeout" });
    expect(play.eventTypes.slice(-3)).toEqual(["TaskStateEntered", "TaskScheduled", "ExecutionTimedOut"]);
  });

  it("in an endless loop ends at the history limit, and yields to other executions", async () => {
    const machine = buildMachine({ A: { Type: "Pass", Next: "B" }, B: { Type: "Wait", Seconds: 0, Next: "A" } });
    const play = new MachineSimulator(machine);
    await play.sendEvent({ type: "start" });
    expect([isRunning(play.execution), play.history.length < 2000, play.execution.frames.length]).toEqual([true, true, 1]);
    expect(await play.runToEnd()).toMatchObject({ status: "FAILED", error: "States.Runtime" });
    expect(play.execution.events).toBeLessThan(25_010);
  });

  it("returns its history by state, without values", async () => {
    const play = new MachineSimulator(buildMachine({ A: taskState("s", { Next: "B" }), B: { Type: "Succeed" } }), { secret: 1 });
    await play.runToEnd();
    expect(play.history.map(({ id, type, state }) => [id, type, state])).toEqual([
      [1, "ExecutionStarted", undefined],
      [2, "TaskStateEntered", "A"],
      [3, "TaskScheduled", "A"],
      [4, "TaskSucceeded", "A"],
      [5, "TaskStateExited", "A"],
      [6, "SucceedStateEntered", "B"],
      [7, "SucceedStateExited", "B"],
      [8, "ExecutionSucceeded", undefined],
    ]);
    expect(JSON.stringify(play.history)).not.toContain("secret");
  });
});
