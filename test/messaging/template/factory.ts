import { type DomainFactory, makeTarget } from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  ids: {
    message_template: async ({ tenant, mark }) => {
      const template = { name: `${mark} spring`, subject: `${mark} spring`, body_text: `${mark} words` };
      return (await tenant.admin.createMessageTemplate(template as never)).data.id;
    },
  },
  inputs: {
    testMessageTemplate: async (app, world) => {
      const account = { name: `${world.seeds.mark} tests`, way: "house", address: "tests@harbour.example" };
      const { data } = await world.tenant.admin.createMailAccount(account as never);
      return { id: await makeTarget(app, world, "/message-templates"), sample: true, sender_id: data.id };
    },
    checkMessageTemplate: async (app, world) => ({ id: await makeTarget(app, world, "/message-templates"), sample: true }),
    previewMessageTemplate: async (app, world) => ({
      id: await makeTarget(app, world, "/message-templates"),
      related_to_id: world.seeds.ids.lead,
    }),
  },
};
