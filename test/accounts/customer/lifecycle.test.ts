import { customerStatuses, statusMoves } from "@crm/core/accounts/customer/customer.rules.ts";
import { decideStage, lifecycle, resolveStage } from "@crm/core/accounts/customer/lifecycle.rules.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectRejection } from "../../platform/custom-field/support.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const createCustomer = async (more: object = {}) => (await tenant.admin.createCustomer({ name: "Harbour", ...more })).data;
const changeCustomer = (id: string, more: object) => tenant.admin.updateCustomer({ id, ...more });

describe("a status", () => {
  it("changes only along the table of transitions", async () => {
    for (const from of customerStatuses) {
      const reason = { churn_reason_id: "competitor" };
      const { id } = await createCustomer({ status: from, ...(from === "CHURNED" ? reason : {}) });
      const invalidStatus = customerStatuses.find((to) => to !== from && !statusMoves[from].includes(to));
      await expect(changeCustomer(id, { status: invalidStatus })).rejects.toMatchObject({
        status: 422,
        details: [{ field: "status", message: `A customer that is ${from} can only become ${statusMoves[from].join(", ")}` }],
      });
      const to = statusMoves[from].at(-1);
      expect((await changeCustomer(id, { status: to, ...(to === "CHURNED" ? reason : {}) })).data.status).toBe(to);
    }
  });

  it("needs a churn reason for CHURNED, which is cleared when the customer returns", async () => {
    const { id } = await createCustomer({ status: "ACTIVE" });
    expect(await expectRejection(changeCustomer(id, { status: "CHURNED" }))).toEqual([400, ["churn_reason_id"]]);
    expect(await expectRejection(changeCustomer(id, { churn_reason_id: "competitor" }))).toEqual([400, ["churn_reason_id"]]);
    const { data: churnedCustomer } = await changeCustomer(id, {
      status: "CHURNED",
      churn_reason_id: "competitor",
      churn_notes: "Moved to Bay",
    });
    expect(churnedCustomer).toMatchObject({
      lifecycle_stage: "CHURNED",
      churned_at: churnedCustomer.updated_at,
      churn_notes: "Moved to Bay",
    });
    expect(await expectRejection(changeCustomer(id, { churn_reason_id: null }))).toEqual([400, ["churn_reason_id"]]);
    expect((await changeCustomer(id, { churn_notes: "Moved" })).data.churned_at).toBe(churnedCustomer.churned_at);
    const { data: back } = await changeCustomer(id, { status: "ACTIVE" });
    expect(back).toMatchObject({ churn_reason_id: null, churn_notes: null, churned_at: null, lifecycle_stage: "CUSTOMER" });
  });

  it("has churn reasons of several categories", async () => {
    const { data } = await tenant.admin.listMasters({ kind: "churn_reasons" });
    expect([...new Set(data.map(({ category }) => category))]).toEqual(["Price", "Support", "Product", "Competition", null]);
  });
});

describe("a lifecycle stage", () => {
  const facts = {
    status: "PROSPECT",
    open_opportunities: 0,
    won_opportunities: 0,
    paid_orders_count: 0,
    lifetime_value: "0.00",
  } as const;

  it.each([
    [{}, "PROSPECT"],
    [{ status: "LEAD" }, "LEAD"],
    [{ status: "LEAD", open_opportunities: 1 }, "OPPORTUNITY"],
    [{ status: "ACTIVE", open_opportunities: 1 }, "CUSTOMER"],
    [{ status: "ACTIVE", won_opportunities: 3 }, "CHAMPION"],
    [{ status: "SUSPENDED", won_opportunities: 3 }, "CUSTOMER"],
    [{ status: "CHURNED", won_opportunities: 3 }, "CHURNED"],
  ] as const)("is, of %o, %s", (more, stage) => {
    expect(decideStage(lifecycle.defaults[0], { ...facts, ...more })).toBe(stage);
  });

  it.each([
    ["LEAD", undefined, undefined, "LEAD", false],
    ["LEAD", "LEAD", undefined, "LEAD", false],
    ["LEAD", "CUSTOMER", undefined, "CUSTOMER", true],
    ["LEAD", undefined, ["CUSTOMER", true], "CUSTOMER", true],
    ["LEAD", "CUSTOMER", ["CUSTOMER", true], "CUSTOMER", true],
    ["LEAD", "PROSPECT", ["PROSPECT", false], "LEAD", false],
    ["LEAD", null, ["CUSTOMER", true], "LEAD", false],
  ] as const)(
    "ruled %s, with input %s and current %o, is %s",
    (ruleStage, inputStage, previousStage, lifecycle_stage, lifecycle_is_manual) => {
      const current = previousStage && { lifecycle_stage: previousStage[0], lifecycle_is_manual: previousStage[1] };
      expect(resolveStage(ruleStage, inputStage, current)).toEqual({ lifecycle_stage, lifecycle_is_manual });
    },
  );

  it("follows the tenant's rule unless it is set by hand, until it is set to null", async () => {
    const { id } = await createCustomer({ status: "ACTIVE" });
    expect((await changeCustomer(id, { lifecycle_stage: "champion" })).data).toMatchObject({
      lifecycle_stage: "CHAMPION",
      lifecycle_is_manual: true,
    });
    expect((await changeCustomer(id, { status: "INACTIVE" })).data.lifecycle_stage).toBe("CHAMPION");
    expect((await changeCustomer(id, { lifecycle_stage: null })).data).toMatchObject({
      lifecycle_stage: "CUSTOMER",
      lifecycle_is_manual: false,
    });
    const definition = { stages: [{ stage: "LEAD", when: { statuses: ["INACTIVE"] } }], otherwise: "PROSPECT" };
    const { data: version } = await tenant.admin.createRuleVersion({ kind: "customer_lifecycle", definition });
    await tenant.admin.publishRuleVersion({ kind: "customer_lifecycle", id: version.id });
    app.setClock({ advance: 60_000 });
    await app.settle();
    expect((await tenant.admin.getCustomer({ id })).data.lifecycle_stage).toBe("LEAD");
  });
});
