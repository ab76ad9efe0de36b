import { expect } from "vitest";
import { defineScenario, type Fixture } from "../harness.ts";

const createCustomer = async ({ crm }: Fixture, parent_customer_id?: string) =>
  (await crm.createCustomer({ name: "Struck", parent_customer_id })).data.id;

const hierarchyMove = defineScenario<{ top: string; way: string[] }>({
  name: "those below a customer follow a move",
  covers: { subscribers: ["customer-levels"] },
  async prepare(scene) {
    const [top, middle] = [await createCustomer(scene), await createCustomer(scene)];
    const low = await createCustomer(scene, middle);
    return { top, way: [middle, low, await createCustomer(scene, low)] };
  },
  ask: ({ crm }, { top, way: customerIds }, options) =>
    crm.addChildCustomer({ id: top, child_customer_id: customerIds[0] as string }, options),
  async check({ crm }, { way: customerIds }) {
    for (const [above, id] of customerIds.entries()) expect((await crm.getCustomer({ id })).data.hierarchy_level).toBe(above + 1);
  },
});

const customerFigures = defineScenario<{ customer: string; opportunity: string }>({
  name: "the figures of a customer follow an opportunity",
  covers: {},
  async prepare(scene) {
    const customer = await createCustomer(scene);
    const input = { name: "Struck", customer_id: customer, amount: "100.00" };
    return { customer, opportunity: (await scene.crm.createOpportunity(input)).data.id };
  },
  ask: ({ crm }, { opportunity: id }, options) => crm.winOpportunity({ id }, options),
  async check({ crm }, { customer }) {
    const { won_amount, status, pipeline_value } = (await crm.getCustomer({ id: customer })).data;
    expect([won_amount, status, pipeline_value]).toEqual(["100.00", "ACTIVE", "0.00"]);
  },
});

export const scenarios = [hierarchyMove, customerFigures];
