import { inputSchema } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import {
  type DomainFactory,
  findOperation,
  type Input,
  makeTarget,
  nextAddress,
  parseData,
  sendAs,
  type World,
} from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  ids: {
    proposal: async ({ tenant, mark, id }) => {
      const proposal = { name: `${mark} proposal`, quote_id: await id("quote"), sections: [{ text: `${mark} words` }] };
      return (await tenant.admin.createProposal(proposal)).data.id;
    },
    proposal_template: async ({ tenant, mark }) =>
      (await tenant.admin.createProposalTemplate({ name: `${mark} template` })).data.id,
  },
  inputs: {
    createProposal: async (_, world) => proposalInput(world, "createProposal"),
    replaceProposal: async (app, world) => ({
      ...proposalInput(world, "replaceProposal"),
      id: await makeTarget(app, world, "/proposals"),
    }),
    updateProposal: async (app, world) => ({
      ...proposalInput(world, "updateProposal"),
      id: await makeTarget(app, world, "/proposals"),
    }),
    addProposalSection: async (app, world) => ({
      id: await makeTarget(app, world, "/proposals"),
      heading: world.seeds.mark,
      text: `${world.seeds.mark}-section`,
    }),
    replaceProposalSection: async (app, world) => ({ ...(await proposalSectionInput(app, world)), text: world.seeds.mark }),
    removeProposalSection: (app, world) => proposalSectionInput(app, world),
    reorderProposalSections: async (app, world) => {
      const { id, section_id } = await proposalSectionInput(app, world);
      return { id, section_ids: [section_id] };
    },
    withdrawProposal: (app, world) => createProposalAfter(app, world, "submitProposal"),
    sendProposal: async (app, world) => ({
      ...(await createProposalAfter(app, world, "submitProposal")),
      to: nextAddress("buyer"),
    }),
    readProposalOffer: (app, world) => createProposalAfter(app, world, "submitProposal", "sendProposal"),
    revokeProposalLinks: (app, world) => createProposalAfter(app, world, "submitProposal", "sendProposal"),
    presentProposal: (app, world) => createProposalAfter(app, world, "submitProposal", "sendProposal"),
    acceptProposal: async (app, world) => ({
      ...(await createProposalAfter(app, world, "submitProposal", "sendProposal")),
      signed_by: "Ada",
    }),
    rejectProposal: async (app, world) => ({
      ...(await createProposalAfter(app, world, "submitProposal", "sendProposal")),
      reason: world.seeds.mark,
    }),
    compareProposals: async (app, world) => {
      const { id } = await createProposalAfter(app, world);
      return { id, with: id };
    },
  },
};

const proposalInput = ({ seeds: fillings }: World, name: string): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), fillings) as Input),
  opportunity_id: undefined,
  quote_id: undefined,
  proposal_date: undefined,
  expiration_date: "2099-12-31",
  sections: [{ heading: `${fillings.mark}-heading`, text: `${fillings.mark}-text` }],
});

/** Creates a proposal with a section. */
async function proposalSectionInput(app: App, world: World): Promise<Input> {
  const id = await makeTarget(app, world, "/proposals");
  const { sections } = (await world.tenant.admin.getProposal({ id })).data;
  return { id, section_id: sections[0]?.id };
}

/** Creates a proposal and runs the given operations on it. */
async function createProposalAfter(app: App, world: World, ...done: readonly string[]): Promise<Input> {
  const id = await makeTarget(app, world, "/proposals");
  const extraInputs: Record<string, Input> = { sendProposal: { to: nextAddress("buyer") } };
  for (const name of done) parseData(await sendAs(app, world.tenant.token, findOperation(name), { id, ...extraInputs[name] }));
  return { id };
}
