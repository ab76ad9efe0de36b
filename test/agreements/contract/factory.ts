import { inputSchema } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import {
  type DomainFactory,
  findOperation,
  type Input,
  makeTarget,
  parseData,
  sendAs,
  type World,
} from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  ids: {
    contract: async ({ tenant, mark, id }) => {
      const contract = {
        title: `${mark} contract`,
        customer_id: await id("customer"),
        contract_value: "10.00",
        start_date: "2030-01-01",
      };
      return (await tenant.admin.createContract(contract)).data.id;
    },
  },
  inputs: {
    createContract: async (_, world) => contractInput(world, "createContract"),
    replaceContract: async (app, world) => ({
      ...contractInput(world, "replaceContract"),
      id: await makeTarget(app, world, "/contracts"),
    }),
    updateContract: async (app, world) => ({
      ...contractInput(world, "updateContract"),
      id: await makeTarget(app, world, "/contracts"),
    }),
    withdrawContract: (app, world) => createContractAfter(app, world, "submitContract"),
    signContract: async (app, world) => ({
      ...(await createContractAfter(app, world, "submitContract")),
      ...{ party: "company", signed_by: world.seeds.mark },
    }),
    convertContract: async (app, world) => ({ ...(await createContractAfter(app, world, "submitContract")), to: "order" }),
    activateContract: (app, world) => createContractAfter(app, world, "withoutSignature", "submitContract"),
    renewContract: (app, world) => createContractAfter(app, world, "withoutSignature", "submitContract", "activateContract"),
    terminateContract: async (app, world) => ({
      ...(await createContractAfter(app, world, "submitContract")),
      reason: world.seeds.mark,
    }),
    withdrawContractTermination: (app, world) => createContractAfter(app, world, "submitContract", "terminateContract"),
    setContractText: async (app, world) => ({
      id: await makeTarget(app, world, "/contracts"),
      terms: [{ key: "scope", number: "1", heading: world.seeds.mark, text: `${world.seeds.mark}-term` }],
    }),
    addContractDeliverable: async (app, world) => ({
      ...(generateValue(inputSchema(findOperation("addContractDeliverable")), world.seeds) as Input),
      ...{ id: await makeTarget(app, world, "/contracts"), amount: "5.00" },
    }),
    updateContractDeliverable: async (app, world) => ({ ...(await contractPartInput(app, world)), name: world.seeds.mark }),
    removeContractDeliverable: (app, world) => contractPartInput(app, world),
    generateContractText: async (app, world) => ({
      id: await makeTarget(app, world, "/contracts"),
      template_id: world.seeds.ids.contract_template,
    }),
  },
};

const contractInput = ({ seeds: fillings }: World, name: string): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), fillings) as Input),
  ...{ opportunity_id: undefined, quote_id: undefined, contract_value: "10.00", monthly_fee: "5.00", currency: "EUR" },
  ...{ start_date: "2030-01-01", end_date: "2030-12-31", duration_months: 12 },
  // Only one of two fields may set the price of the next term.
  ...{ renewal_value: undefined, language: undefined },
  ...(name === "createContract" ? { deliverables: [{ name: `${fillings.mark}-deliverable`, quantity: "1" }] } : {}),
});

/** Creates a contract with a deliverable. */
async function contractPartInput(app: App, world: World): Promise<Input> {
  const id = await makeTarget(app, world, "/contracts");
  const { deliverables } = (await world.tenant.admin.getContract({ id })).data;
  return { id, deliverable_id: deliverables[0]?.id };
}

/** Creates a contract whose term has begun and runs the given operations on it. */
export async function createContractAfter(app: App, world: World, ...done: readonly string[]): Promise<Input> {
  const { ids, mark } = world.seeds;
  const isSigned = !done.includes("withoutSignature");
  const given = { title: `${mark} contract`, customer_id: ids.customer, contract_value: "10.00", requires_signature: isSigned };
  const { id } = parseData(await sendAs(app, world.tenant.token, findOperation("createContract"), given)) as { id: string };
  const effective_date = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
  const said: Record<string, Input> = { terminateContract: { reason: "Moved", effective_date } };
  for (const name of done)
    if (name !== "withoutSignature") parseData(await sendAs(app, world.tenant.token, findOperation(name), { id, ...said[name] }));
  return { id };
}
