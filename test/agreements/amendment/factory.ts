import { randomUUID } from "node:crypto";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { type DomainFactory, type Input, nextAddress, type World } from "../../invariants/registry/operation-input.ts";
import { addUser, type TestUser } from "../../support/app.ts";
import { createContractAfter } from "../contract/factory.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    listContractAmendments: async (app, world) => ({ id: (await createAmendmentDraft(app, world)).id }),
    createContractAmendment: async (app, world) => ({
      ...amendmentInput(world),
      id: (await createContractAfter(app, world, "withoutSignature", "submitContract", "activateContract")).id,
    }),
    getContractAmendment: (app, world) => createAmendmentDraft(app, world),
    replaceContractAmendment: async (app, world) => ({ ...amendmentInput(world), ...(await createAmendmentDraft(app, world)) }),
    updateContractAmendment: async (app, world) => ({
      ...(await createAmendmentDraft(app, world)),
      title: `${world.seeds.mark}-title`,
    }),
    deleteContractAmendment: (app, world) => createAmendmentDraft(app, world),
    refreshContractAmendment: (app, world) => createAmendmentDraft(app, world),
    submitContractAmendment: (app, world) => createAmendmentDraft(app, world),
    previewContractAmendmentSubmission: (app, world) => createAmendmentDraft(app, world),
    previewContractAmendmentSending: (app, world) => createAmendmentDraft(app, world),
    withdrawContractAmendment: async (app, world) => ({ ...(await createAmendmentDraft(app, world)), reason: world.seeds.mark }),
    approveContractAmendment: (app, world, who) => createSubmittedAmendment(app, world, who),
    rejectContractAmendment: async (app, world, who) => ({
      ...(await createSubmittedAmendment(app, world, who)),
      comment: world.seeds.mark,
    }),
    sendContractAmendment: async (app, world) => ({ ...(await createCustomerAmendment(app, world)), to: nextAddress("buyer") }),
    readContractAmendmentOffer: (app, world) => createSentAmendment(app, world),
    revokeContractAmendmentLinks: (app, world) => createSentAmendment(app, world),
    getContractAmendmentDocument: (app, world) => createAmendmentDraft(app, world),
    signContractAmendment: async (app, world) => {
      const one = await createApprovedAmendment(app, world);
      return { ...one, party: "company", signed_by: world.seeds.mark };
    },
  },
};

const amendmentInput = ({ seeds: { mark } }: World): Input => ({
  ...{ amendment_type: "VALUE", title: `${mark} amendment`, reason: `${mark} reason`, value_delta: "1.00" },
  ...{ effective_date: new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10), requires_customer_approval: false },
});

/** A draft amendment of a contract whose owner has a manager. */
async function createAmendmentDraft(app: App, world: World): Promise<Input> {
  const manager = await addUser(app, world.tenant, "MANAGER");
  return (await draftAmendment(app, world, manager.id)).one;
}

/** A submitted amendment. Its approver is the given user, or the administrator, as the manager of its author. */
async function createSubmittedAmendment(app: App, world: World, manager: TestUser | undefined, more: Input = {}): Promise<Input> {
  const { one: amendment, maker } = await draftAmendment(app, world, manager?.id ?? world.tenant.userId, more);
  await maker.client.submitContractAmendment(amendment);
  return amendment;
}

/** An amendment with every internal approval. */
async function createApprovedAmendment(app: App, world: World, more: Input = {}): Promise<Input> {
  const amendment = await createSubmittedAmendment(app, world, undefined, more);
  await allowAnyInput(world.tenant.admin).approveContractAmendment(amendment);
  await app.settle();
  return amendment;
}

const createCustomerAmendment = (app: App, world: World): Promise<Input> =>
  createApprovedAmendment(app, world, { requires_customer_approval: true });

async function createSentAmendment(app: App, world: World): Promise<Input> {
  const amendment = await createCustomerAmendment(app, world);
  await allowAnyInput(world.tenant.admin).sendContractAmendment({ ...amendment, to: nextAddress("buyer") });
  return amendment;
}

async function draftAmendment(app: App, world: World, manager_id: string, more: Input = {}) {
  const maker = await addUser(app, world.tenant, "SALES_REP", { manager_id });
  const { mark } = world.seeds;
  const { data: customer } = await maker.client.createCustomer({ name: `${mark} ${randomUUID()}` });
  const contractInput = {
    title: `${mark} contract`,
    customer_id: customer.id,
    contract_value: "10.00",
    requires_signature: false,
  };
  const { id } = (await maker.client.createContract(contractInput)).data;
  const { data: submitted } = await maker.client.submitContract({ id });
  if (submitted.status !== "APPROVED") throw new Error(`The contract is ${submitted.status}`);
  await maker.client.activateContract({ id });
  const { data } = await allowAnyInput(maker.client).createContractAmendment({ ...amendmentInput(world), ...more, id });
  return { one: { id, amendmentId: data.id }, maker };
}
