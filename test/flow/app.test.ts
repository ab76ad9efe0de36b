import { Flow } from "@crm/core/flow/flow.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { domain } from "@crm/core/kernel/domain.ts";
import { invalid } from "@crm/core/kernel/error.ts";
import { stepping } from "@crm/functions/flow/context.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestApp } from "../support.ts";
import { approval, done, withFlow } from "./domain.ts";
import { machineOf, step } from "./play.ts";

let app: App;
const [MINE, THEIRS] = ["ten_aaaaaaaaaaaaaaaaaa", "ten_bbbbbbbbbbbbbbbbbb"];
const within = <T>(tenant: string, work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant, "test"), work);

beforeAll(async () => {
  app = await startTestApp({ domains: withFlow });
});
beforeEach(() => {
  done.length = 0;
});
afterAll(() => app.stop());

describe("a flow of a domain", () => {
  it("goes on with settle, in the tenant that started it", async () => {
    await within(MINE, () => Flow.start("quote_approval", "qte_1", { quote: "qte_1" }));
    await app.settle();
    expect(done).toEqual([{ step: "ask", tenant: MINE, name: "qte_1", input: { quote: "qte_1" }, token: expect.any(String) }]);
    expect(await within(MINE, () => Flow.succeed(done[0]?.token ?? "", "yes"))).toBe("accepted");
    await app.settle();
    expect(done[1]).toEqual({ step: "tell", tenant: MINE, name: "qte_1", input: "yes", token: undefined });
  });

  it("of one tenant is none of another's, though they have one name", async () => {
    for (const tenant of [MINE, THEIRS]) await within(tenant, () => Flow.start("quote_approval", "qte_2", { tenant }));
    await app.settle();
    expect(done.map(({ tenant, input }) => [tenant, input])).toEqual([
      [MINE, { tenant: MINE }],
      [THEIRS, { tenant: THEIRS }],
    ]);
    await within(MINE, () => Flow.fail(done[0]?.token ?? "", "Refused", "no"));
    expect(await within(MINE, () => Flow.history("quote_approval", "qte_2"))).toMatchObject({
      status: "FAILED",
      error: "Refused",
    });
    expect(await within(THEIRS, () => Flow.history("quote_approval", "qte_2"))).toMatchObject({ status: "RUNNING" });
    expect(await within(MINE, () => Flow.history("quote_approval", `x-${THEIRS}-qte_2`))).toBeUndefined();
  });

  it("tells what happened in it", async () => {
    await within(MINE, () => Flow.start("quote_approval", "qte_3", {}));
    await app.settle();
    const told = await within(MINE, () => Flow.history("quote_approval", "qte_3"));
    expect(told?.events.map(({ type, state }) => [type, state])).toEqual([
      ["ExecutionStarted", null],
      ["TaskStateEntered", "Ask"],
      ["TaskScheduled", "Ask"],
      ["TaskSubmitted", "Ask"],
    ]);
    expect(told?.next).toBeNull();
  });

  it("times out on the clock that is moved, which settle finds", async () => {
    await within(MINE, () => Flow.start("quote_approval", "qte_4", {}));
    await app.settle();
    app.setClock({ advance: 86_400_000 });
    await app.settle();
    expect(await within(MINE, () => Flow.history("quote_approval", "qte_4"))).toMatchObject({ error: "States.Timeout" });
    expect(await within(MINE, () => Flow.succeed(done.at(-1)?.token ?? "", "late"))).toBe("ended");
  });

  it.each(["", "qte 1", "qte.1", "q".repeat(58), "ü"])("is not named %j", async (name) => {
    await expect(within(MINE, async () => Flow.start("quote_approval", name, {}))).rejects.toThrow(
      "An execution is named by letters",
    );
  });
});

describe("a step", () => {
  const call = (run: () => Promise<never>) =>
    stepping("f", [], { s: async () => run })({ step: "s", execution: `${MINE}-n` }, app.ports);

  it("that refuses does so by the code of its failure, and else by the name of its error", async () => {
    await expect(call(() => Promise.reject(invalid("name", "No")))).rejects.toMatchObject({ name: "VALIDATION_ERROR" });
    await expect(call(() => Promise.reject(new RangeError("out")))).rejects.toMatchObject({ name: "RangeError", message: "out" });
  });

  it.each(["", "qte_1", "ten_-x", "lead-x", `${"T".repeat(4)}-x`])(
    "works in no tenant for an execution named %j",
    async (execution) => {
      const run = stepping("f", [], { s: async () => async () => null });
      await expect(run({ step: "s", execution }, app.ports)).rejects.toThrow("No execution is named");
    },
  );
});

describe("a domain whose flow could not run", () => {
  const quote = (name: string, machine: unknown, steps = ["ask", "tell"], of = "quote") =>
    domain({
      name: of,
      kinds: [],
      flows: {
        [name]: {
          description: "x",
          machine: async () => machine,
          steps: Object.fromEntries(steps.map((each) => [each, async () => async () => null])),
        },
      },
    });
  const started = (...more: ReturnType<typeof quote>[]) => startTestApp({ domains: [...withFlow.slice(0, -1), ...more] });

  it.each<[string, ReturnType<typeof quote>[], string]>([
    ["a state", [quote("f", { ...approval, States: { Ask: { Type: "Activity" } } })], "The flow f cannot run. States.Ask.Type"],
    ["a step", [quote("f", approval, ["ask"])], "The flow f cannot run. States.Tell: Its domain declares no step tell"],
    ["a name", [quote("Quote-Approval", approval)], "A flow is named in small letters"],
    ["another's name", [quote("f", approval), quote("f", approval, undefined, "other")], 'Several flows are named "f"'],
    ["a field", [quote("f", machineOf({ Ask: step("ask", { End: true }) }), ["ask", "sign"])], "No Task takes the step sign"],
  ])("does not start: %s", async (_, domains, said) => {
    await expect(started(...domains)).rejects.toThrow(said);
  });
});
