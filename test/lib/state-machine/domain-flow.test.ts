import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { domain } from "@crm/core/kernel/domain.ts";
import { invalid } from "@crm/core/kernel/error.ts";
import { Flow } from "@crm/core/lib/state-machine/flow.ts";
import { functions } from "@crm/functions/api/index.ts";
import { findFaults } from "@crm/functions/derive/manifest-check.ts";
import { createStepHandler } from "@crm/functions/flow/step-handler.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestApp } from "../../support/app.ts";
import { approvalMachine, domainsWithFlow, stepCalls } from "./flow-domain.ts";
import { buildMachine, taskState } from "./machine-simulator.ts";

let app: App;
const [TENANT, OTHER_TENANT] = ["ten_aaaaaaaaaaaaaaaaaa", "ten_bbbbbbbbbbbbbbbbbb"];
const runInTenant = <T>(tenant: string, work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(app.ports, tenant, "test"), work);

beforeAll(async () => {
  app = await startTestApp({ domains: domainsWithFlow });
});
beforeEach(() => {
  stepCalls.length = 0;
});
afterAll(() => app.stop());

describe("a flow of a domain", () => {
  it("proceeds with settle, in the tenant that started it", async () => {
    await runInTenant(TENANT, () => Flow.start("quote_approval", "qte_1", { quote: "qte_1" }));
    await app.settle();
    expect(stepCalls).toEqual([
      { step: "ask", tenant: TENANT, name: "qte_1", input: { quote: "qte_1" }, token: expect.any(String) },
    ]);
    expect(await runInTenant(TENANT, () => Flow.succeed(stepCalls[0]?.token ?? "", "yes"))).toBe("accepted");
    await app.settle();
    expect(stepCalls[1]).toEqual({ step: "tell", tenant: TENANT, name: "qte_1", input: "yes", token: undefined });
  });

  it("is separate for each tenant, even with the same execution name", async () => {
    for (const tenant of [TENANT, OTHER_TENANT])
      await runInTenant(tenant, () => Flow.start("quote_approval", "qte_2", { tenant }));
    await app.settle();
    expect(stepCalls.map(({ tenant, input }) => [tenant, input])).toEqual([
      [TENANT, { tenant: TENANT }],
      [OTHER_TENANT, { tenant: OTHER_TENANT }],
    ]);
    await runInTenant(TENANT, () => Flow.fail(stepCalls[0]?.token ?? "", "Refused", "no"));
    expect(await runInTenant(TENANT, () => Flow.readHistory("quote_approval", "qte_2"))).toMatchObject({
      status: "FAILED",
      error: "Refused",
    });
    expect(await runInTenant(OTHER_TENANT, () => Flow.readHistory("quote_approval", "qte_2"))).toMatchObject({
      status: "RUNNING",
    });
    expect(await runInTenant(TENANT, () => Flow.readHistory("quote_approval", `x-${OTHER_TENANT}-qte_2`))).toBeUndefined();
  });

  it("returns its history", async () => {
    await runInTenant(TENANT, () => Flow.start("quote_approval", "qte_3", {}));
    await app.settle();
    const history = await runInTenant(TENANT, () => Flow.readHistory("quote_approval", "qte_3"));
    expect(history?.events.map(({ type, state }) => [type, state])).toEqual([
      ["ExecutionStarted", null],
      ["TaskStateEntered", "Ask"],
      ["TaskScheduled", "Ask"],
      ["TaskSubmitted", "Ask"],
    ]);
    expect(history?.next).toBeNull();
  });

  it("times out by the moved clock on settle", async () => {
    await runInTenant(TENANT, () => Flow.start("quote_approval", "qte_4", {}));
    await app.settle();
    app.setClock({ advance: 86_400_000 });
    await app.settle();
    expect(await runInTenant(TENANT, () => Flow.readHistory("quote_approval", "qte_4"))).toMatchObject({
      error: "States.Timeout",
    });
    expect(await runInTenant(TENANT, () => Flow.succeed(stepCalls.at(-1)?.token ?? "", "late"))).toBe("ended");
  });

  it.each(["", "qte 1", "qte.1", "q".repeat(58), "ü"])("cannot be named %j", async (name) => {
    await expect(runInTenant(TENANT, async () => Flow.start("quote_approval", name, {}))).rejects.toThrow(
      "Execution name must have at most",
    );
  });
});

describe("a step", () => {
  const call = (run: () => Promise<never>) =>
    createStepHandler("f", [], { s: async () => run })({ step: "s", execution: `${TENANT}-n` }, app.ports);

  it("that fails reports the code of its failure, or the name of its error", async () => {
    await expect(call(() => Promise.reject(invalid("name", "No")))).rejects.toMatchObject({ name: "VALIDATION_ERROR" });
    await expect(call(() => Promise.reject(new RangeError("out")))).rejects.toMatchObject({ name: "RangeError", message: "out" });
  });

  it.each(["", "qte_1", "ten_-x", "lead-x", `${"T".repeat(4)}-x`])(
    "rejects an execution named %j without a tenant",
    async (execution) => {
      const run = createStepHandler("f", [], { s: async () => async () => null });
      await expect(run({ step: "s", execution }, app.ports)).rejects.toThrow("Invalid execution name");
    },
  );
});

describe("a domain with an invalid flow", () => {
  const quote = (name: string, machine: unknown, steps = ["ask", "tell"], domainName = "quote") =>
    domain({
      name: domainName,
      kinds: [],
      flows: {
        [name]: {
          basis: "release",
          description: "x",
          machine: async () => machine,
          steps: Object.fromEntries(steps.map((step) => [step, async () => async () => null])),
        },
      },
    });
  const listFaults = (...more: ReturnType<typeof quote>[]) =>
    findFaults({ domains: [...domainsWithFlow.slice(0, -1), ...more], functions });

  it.each<[string, ReturnType<typeof quote>[], string]>([
    [
      "a state",
      [quote("f", { ...approvalMachine, States: { Ask: { Type: "Activity" } } })],
      "The flow f cannot run. States.Ask.Type",
    ],
    [
      "a step",
      [quote("f", approvalMachine, ["ask"])],
      "The flow f cannot run. States.Tell: The domain does not declare the step tell",
    ],
    ["a name", [quote("Quote-Approval", approvalMachine)], "A flow name can contain only lower-case letters"],
    [
      "another's name",
      [quote("f", approvalMachine), quote("f", approvalMachine, undefined, "other")],
      'Several flows are named "f"',
    ],
    [
      "a field",
      [quote("f", buildMachine({ Ask: taskState("ask", { End: true }) }), ["ask", "sign"])],
      "No Task uses the step sign",
    ],
  ])("gets a message with the fix: %s", async (_, domains, message) => {
    expect((await listFaults(...domains)).join("\n")).toContain(message);
  });
});
