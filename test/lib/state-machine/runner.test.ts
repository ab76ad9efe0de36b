import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { FlowFunction } from "@crm/functions/flow/index.ts";
import type { FlowRunner } from "@crm/local/ports/flows.ts";
import { State } from "@crm/local/store/state.ts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { buildFlowFunction, createRunner } from "./flow-runner.ts";
import { buildError, buildMachine, START, taskState } from "./machine-simulator.ts";

let now = START;
const openRunners: { state: State; runner: FlowRunner }[] = [];
const folders: string[] = [];

beforeEach(() => {
  now = START;
  Clock.set(() => now);
});
afterEach(async () => {
  for (const { state, runner } of openRunners.splice(0)) {
    await runner.stop();
    state.close();
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  Clock.set();
});

function startRunner(flows: readonly FlowFunction[], folder = "memory"): FlowRunner {
  const state = new State(folder);
  const runner = createRunner(state, flows);
  openRunners.push({ state, runner });
  return runner;
}

/** Stops the process's runner and starts another on the same folder. */
async function restartRunner(flows: readonly FlowFunction[], folder: string): Promise<FlowRunner> {
  const last = openRunners.pop();
  await last?.runner.stop();
  last?.state.close();
  return startRunner(flows, folder);
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "crm-flows-"));
  folders.push(folder);
  return folder;
}

const end = { End: true } as const;
const NAME = "ten_a-qte_1";
const askMachine = buildMachine({
  Ask: taskState("ask", {
    waits: true,
    TimeoutSeconds: 3600,
    HeartbeatSeconds: 600,
    Output: "{% $states.result %}",
    Next: "Tell",
  }),
  Tell: taskState("tell", { input: "{% $states.input %}", Output: "{% $states.input %}", ...end }),
});

/** A flow that asks for an answer and reports it, with the requests and reports so far. */
function buildApprovalFlow(name = "approval") {
  const [tokens, receivedAnswers] = [[] as string[], [] as unknown[]];
  const flow = buildFlowFunction(name, askMachine, {
    ask: (_, { token }) => tokens.push(token ?? ""),
    tell: (answer) => receivedAnswers.push(answer),
  });
  return { flow, tokens, told: receivedAnswers };
}

const readStatus = async ({ port }: FlowRunner, flow = "approval", name = NAME) => (await port.history.read(flow, name))?.status;

describe("a start", () => {
  it("of one name is one execution, also in concurrent calls and after its end", async () => {
    const { flow, tokens, told: receivedAnswers } = buildApprovalFlow();
    const { port, settle } = startRunner([flow]);
    await Promise.all([1, 2, 3].map((n) => port.start("approval", NAME, { n })));
    await port.start("approval", NAME, { n: 4 });
    await settle();
    expect(tokens).toHaveLength(1);
    await port.succeed(tokens[0] ?? "", "yes");
    await settle();
    await port.start("approval", NAME, { n: 5 });
    expect(await settle()).toBe(false);
    expect([tokens.length, receivedAnswers]).toEqual([1, ["yes"]]);
  });

  it("of an undeclared flow or with too much input is an error", async () => {
    const { port } = startRunner([buildApprovalFlow().flow]);
    await expect(port.start("nothing", NAME, {})).rejects.toThrow("No domain declares a flow nothing");
    await expect(port.start("approval", NAME, "x".repeat(262_144))).rejects.toThrow("must have at most 262144 bytes");
    expect(await port.history.read("approval", NAME)).toBeUndefined();
  });
});

describe("an answer", () => {
  it("counts once, and later ones report that", async () => {
    const { flow, tokens, told: receivedAnswers } = buildApprovalFlow();
    const runner = startRunner([flow]);
    await runner.port.start("approval", NAME, {});
    await runner.settle();
    const [token = ""] = tokens;
    const answers = await Promise.all([
      runner.port.succeed(token, "yes"),
      runner.port.fail(token, "No", "no"),
      runner.port.succeed(token, "yes"),
      runner.port.heartbeat(token),
    ]);
    expect(answers).toEqual(["accepted", "ended", "ended", "ended"]);
    await runner.settle();
    expect([receivedAnswers, await readStatus(runner)]).toEqual([["yes"], "SUCCEEDED"]);
    expect(await runner.port.succeed(token, "yes")).toBe("ended");
  });

  it("to a forged token changes nothing", async () => {
    const { flow, tokens } = buildApprovalFlow();
    const runner = startRunner([flow]);
    await runner.port.start("approval", NAME, {});
    await runner.port.start("approval", "ten_b-qte_1", {});
    await runner.settle();
    const [ownToken = "", otherToken = ""] = tokens;
    const [id, task, proof = ""] = ownToken.split(".");
    const otherProof = otherToken.split(".")[2];
    const invalidTokens = [
      "",
      "x",
      "a.b.c",
      `${id}.${task}`,
      `${id}.${task}.`,
      `${id}.${task}.${otherProof}`,
      `${id}.99.${proof}`,
      `${id}.${task}.${proof}x`,
      `${Buffer.from("approval.nothing").toString("base64url")}.${task}.${proof}`,
      `${id}.${task}.${"é".repeat(proof.length)}`,
    ];
    for (const token of invalidTokens) {
      expect(await runner.port.succeed(token, 1), token).toBe("unknown");
      expect(await runner.port.fail(token, "E", ""), token).toBe("unknown");
      expect(await runner.port.heartbeat(token), token).toBe("unknown");
    }
    expect(await readStatus(runner)).toBe("RUNNING");
  });

  it("by heartbeats prolongs the wait until its timeout, by the moved clock", async () => {
    const { flow, tokens } = buildApprovalFlow();
    const runner = startRunner([flow]);
    await runner.port.start("approval", NAME, {});
    await runner.settle();
    for (let beat = 0; beat < 6; beat++) {
      now += 599_000;
      expect(await runner.settle()).toBe(false);
      expect(await runner.port.heartbeat(tokens[0] ?? "")).toBe("accepted");
    }
    now += 6000;
    expect(await runner.settle()).toBe(true);
    expect(await runner.port.history.read("approval", NAME)).toMatchObject({ status: "FAILED", error: "States.Timeout" });
  });

  it("after the timeout is rejected, even if the clock was not checked meanwhile", async () => {
    const { flow, tokens, told: receivedAnswers } = buildApprovalFlow();
    const runner = startRunner([flow]);
    await runner.port.start("approval", NAME, {});
    await runner.settle();
    now += 600_000;
    expect(await runner.port.succeed(tokens[0] ?? "", "late")).toBe("ended");
    expect([receivedAnswers, await readStatus(runner)]).toEqual([[], "FAILED"]);
  });
});

describe("an execution", () => {
  it("uses the definition that it started with, across restarts and releases", async () => {
    const folder = newFolder();
    const { flow, tokens, told: receivedAnswers } = buildApprovalFlow();
    const before = startRunner([flow], folder);
    await before.port.start("approval", NAME, {});
    await before.settle();
    const newerMachine = buildMachine({ Tell: taskState("tell", { input: "newer", ...end }) });
    const after = await restartRunner([{ ...flow, flow: { ...flow.flow, machine: async () => newerMachine } }], folder);
    expect(await after.settle()).toBe(false);
    await after.port.start("approval", "ten_a-qte_2", {});
    await after.settle();
    expect(await after.port.succeed(tokens[0] ?? "", "yes")).toBe("accepted");
    await after.settle();
    expect([tokens.length, receivedAnswers, await readStatus(after)]).toEqual([1, ["newer", "yes"], "SUCCEEDED"]);
  });

  it("repeats the call that was under way when the process ended, with the same token", async () => {
    const folder = newFolder();
    const { flow, tokens } = buildApprovalFlow();
    const before = startRunner([flow], folder);
    await before.port.start("approval", NAME, {});
    const after = await restartRunner([flow], folder);
    await after.settle();
    expect(tokens).toHaveLength(1);
  });

  it("waits by the clock, also while no process runs", async () => {
    const folder = newFolder();
    const call = vi.fn(() => null);
    const flow = buildFlowFunction(
      "wait",
      buildMachine({ W: { Type: "Wait", Seconds: 86_400, Next: "S" }, S: taskState("s", end) }),
      { s: call },
    );
    const before = startRunner([flow], folder);
    await before.port.start("wait", NAME, {});
    now += 86_399_000;
    expect([await before.settle(), call.mock.calls.length]).toEqual([false, 0]);
    const after = await restartRunner([flow], folder);
    now += 1000;
    expect([await after.settle(), call.mock.calls.length, await readStatus(after, "wait")]).toEqual([true, 1, "SUCCEEDED"]);
  });

  it("retries failed steps, and catches their errors", async () => {
    const machine = buildMachine({
      S: taskState("s", {
        ...end,
        Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 5, MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ["Busy"], Output: "{% $parse($states.errorOutput.Cause) %}", Next: "T" }],
      }),
      T: taskState("t", { input: "{% $states.input %}", ...end }),
    });
    const [s, t] = [vi.fn(() => Promise.reject(buildError("Busy", "full"))), vi.fn((_: unknown) => null)];
    const runner = startRunner([buildFlowFunction("f", machine, { s, t })]);
    await runner.port.start("f", NAME, {});
    await runner.settle();
    expect([s.mock.calls.length, t.mock.calls.length]).toEqual([1, 0]);
    now += 5000;
    await runner.settle();
    expect([s.mock.calls.length, t.mock.calls[0]?.[0]]).toEqual([2, { errorType: "Busy", errorMessage: "full" }]);
  });

  it("with steps or a flow removed by a release fails with their name", async () => {
    const folder = newFolder();
    const machine = buildMachine({ W: { Type: "Wait", Seconds: 5, Next: "S" }, S: taskState("s", end) });
    const before = startRunner([buildFlowFunction("f", machine), buildFlowFunction("g", machine)], folder);
    for (const flow of ["f", "g"]) await before.port.start(flow, NAME, {});
    const after = await restartRunner([buildFlowFunction("f", machine)], folder);
    now += 5000;
    await after.settle();
    expect(await after.port.history.read("f", NAME)).toMatchObject({ error: "StepUnknown" });
    expect(await after.port.history.read("g", NAME)).toMatchObject({ error: "FlowUnknown" });
  });

  it("returns its history in pages, until 90 days after its end", async () => {
    const mapState = { Type: "Map", Items: "{% $range(1, 60, 1) %}", ...end };
    const machine = buildMachine({
      M: { ...mapState, ItemProcessor: { StartAt: "P", States: { P: { Type: "Pass", ...end } } } },
    });
    const runner = startRunner([buildFlowFunction("m", machine)]);
    await runner.port.start("m", NAME, {});
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page: Awaited<ReturnType<typeof runner.port.history.events>> = await runner.port.history.events("m", NAME, cursor);
      expect(page.events.length).toBeLessThanOrEqual(100);
      ids.push(...page.events.map(({ type, state }) => `${type} ${state}`));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(ids).toHaveLength(1 + 2 + 60 * 4 + 2 + 1);
    expect([ids[0], ids.at(-1)]).toEqual(["ExecutionStarted null", "ExecutionSucceeded null"]);
    now += 90 * 86_400_000;
    expect([await runner.settle(), await readStatus(runner, "m")]).toEqual([false, "SUCCEEDED"]);
    now += 1;
    expect([await runner.settle(), await readStatus(runner, "m")]).toEqual([true, undefined]);
    expect((await runner.port.history.events("m", NAME)).events).toEqual([]);
  });
});

describe("parallel executions", () => {
  it("200 executions end with at most 20 steps at a time, and a slow one delays no others", async () => {
    let [runningCount, maxRunning] = [0, 0];
    const slowStep = Promise.withResolvers<null>();
    const tokens: string[] = [];
    const flow = buildFlowFunction("approval", askMachine, {
      ask: async (_, { name, token = "" }) => {
        runningCount++;
        maxRunning = Math.max(maxRunning, runningCount);
        await (name === "qte_7" ? slowStep.promise : new Promise((done) => setImmediate(done)));
        runningCount--;
        return tokens.push(token);
      },
      tell: () => null,
    });
    const runner = startRunner([flow]);
    const names = Array.from({ length: 200 }, (_, index) => `ten_a-qte_${index}`);
    runner.start();
    await Promise.all(names.map((name) => runner.port.start("approval", name, {})));
    await vi.waitFor(() => expect(tokens).toHaveLength(199), { timeout: 60_000 });
    const answers = await Promise.all(tokens.map((token) => runner.port.succeed(token, 1)));
    expect(new Set(answers)).toEqual(new Set(["accepted"]));
    const listSucceeded = async () =>
      (await Promise.all(names.map((name) => readStatus(runner, "approval", name)))).filter((s) => s === "SUCCEEDED");
    await vi.waitFor(async () => expect(await listSucceeded()).toHaveLength(199), { timeout: 60_000 });
    slowStep.resolve(null);
    await vi.waitFor(() => expect(tokens).toHaveLength(200), { timeout: 60_000 });
    await runner.port.succeed(tokens.at(-1) ?? "", 1);
    await runner.settle();
    expect([(await listSucceeded()).length, maxRunning]).toEqual([200, 20]);
  });
});

/** Fails at the n-th write: before it, in the middle of it, or after it. */
class DyingState extends State {
  remainingWrites = Number.POSITIVE_INFINITY;
  #countMoment(): void {
    if (--this.remainingWrites <= 0) throw new Error("killed");
  }
  override query(...args: Parameters<State["query"]>) {
    if (this.remainingWrites <= 0) throw new Error("killed");
    return super.query(...args);
  }
  override execute(...args: Parameters<State["execute"]>) {
    this.#countMoment();
    super.execute(...args);
    this.#countMoment();
  }
}

describe("a kill", () => {
  const branch = (name: string) => ({
    StartAt: name,
    States: { [name]: taskState(name, { Output: "{% $states.result.Payload %}", ...end }) },
  });
  const machine = buildMachine({
    First: taskState("first", { Assign: { n: "{% $states.result.Payload %}" }, Next: "Both" }),
    Both: { Type: "Parallel", Branches: [branch("left"), branch("right")], Next: "Ask" },
    Ask: taskState("ask", {
      waits: true,
      Output: { both: "{% $states.input %}", answer: "{% $states.result %}", n: "{% $n %}" },
      Next: "Wait",
    }),
    Wait: { Type: "Wait", Seconds: 60, Next: "Last" },
    Last: taskState("last", { input: "{% $states.input %}", ...end }),
  });

  /** Runs to the end over several lives; the first one dies at the given write. Returns the calls and the result. */
  async function lived(moment: number) {
    const calls: Record<string, unknown[]> = { first: [], left: [], right: [], ask: [], last: [] };
    const calling =
      (name: string, result: number) =>
      (input: unknown, { token }: { token: string | undefined }) => {
        calls[name]?.push(name === "ask" ? token : input);
        return result;
      };
    const flow = buildFlowFunction("f", machine, {
      first: calling("first", 1),
      left: calling("left", 2),
      right: calling("right", 3),
      ask: calling("ask", 4),
      last: calling("last", 5),
    });
    const state = new DyingState("memory");
    const life = async () => {
      const runner = createRunner(state, [flow]);
      try {
        await runner.port.start("f", NAME, {});
        await runner.settle();
        const token = String(calls.ask?.[0]);
        if ((await runner.port.succeed(token, "yes")) === "unknown") throw new Error("The token is lost");
        now = START + 60_000;
        await runner.settle();
        return await readExecution(runner);
      } finally {
        await runner.stop().catch(() => undefined);
      }
    };
    now = START;
    createRunner(state, []);
    state.remainingWrites = moment;
    const first = await life().catch((error: Error) => error.message);
    const isDead = state.remainingWrites <= 0;
    state.remainingWrites = Number.POSITIVE_INFINITY;
    now = START;
    const end = isDead ? await life() : first;
    state.close();
    return { isDead, first, end, calls };
  }

  async function readExecution({ port }: FlowRunner) {
    const { events } = await port.history.events("f", NAME);
    return { run: await port.history.read("f", NAME), types: events.map(({ type, state }) => `${type} ${state}`).sort() };
  }

  it("at any moment leaves each step and each transition done once", async () => {
    const { end: finalState, calls: stepCalls } = await lived(Number.POSITIVE_INFINITY);
    expect(Object.values(stepCalls).map(({ length }) => length)).toEqual([1, 1, 1, 1, 1]);
    expect(finalState).toMatchObject({ run: { status: "SUCCEEDED" } });
    let deaths = 0;
    for (let moment = 1, isDead = true; isDead; moment++) {
      const life = await lived(moment);
      isDead = life.isDead;
      if (!isDead) continue;
      deaths++;
      expect(life.first, `moment ${moment}`).toMatch(/killed|lost/);
      expect(life.end, `moment ${moment}`).toMatchObject({
        run: { status: "SUCCEEDED" },
        types: (finalState as { types: unknown }).types,
      });
      for (const [name, inputs] of Object.entries(life.calls)) {
        expect([1, 2], `${name} at moment ${moment}`).toContain(inputs.length);
        // A repeated call has the same input, and above all the same token.
        expect(new Set(inputs.map((input) => JSON.stringify(input))).size).toBe(1);
      }
    }
    expect(deaths).toBeGreaterThan(60);
  });
});
