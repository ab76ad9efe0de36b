import type { App } from "@crm/local/app.ts";
import { type DomainFactory, makeTarget, makeUpload, type World } from "../../invariants/registry/operation-input.ts";
import type { TestUser } from "../../support/app.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  ids: {
    message_template: async ({ tenant, mark }) => {
      const template = { name: `${mark} spring`, subject: `${mark} spring`, body_text: `${mark} words` };
      return (await tenant.admin.createMessageTemplate(template)).data.id;
    },
  },
  inputs: {
    testMessageTemplate: async (app, world) => {
      const account = { name: `${world.seeds.mark} tests`, way: "house", address: "tests@harbour.example" };
      const { data } = await world.tenant.admin.createMailAccount(account);
      return { id: await makeTarget(app, world, "/message-templates"), sample: true, sender_id: data.id };
    },
    checkMessageTemplate: async (app, world) => ({ id: await makeTarget(app, world, "/message-templates"), sample: true }),
    createMailImage: async (app, world, user) => imageInput(app, world, user),
    getMailImage: async (app, world) => ({ id: (await makeImage(app, world)).id }),
    updateMailImage: async (app, world) => ({ id: (await makeImage(app, world)).id, name: `${world.seeds.mark}-later` }),
    deleteMailImage: async (app, world) => ({ id: (await makeImage(app, world)).id }),
    showMailImage: async (app, world) => {
      const [, tenant, image, secret] = /brand\/(\w+)\/images\/(\w+)\/([\w-]+)$/.exec((await makeImage(app, world)).url) ?? [];
      return { tenant, image, secret };
    },
    previewMessageTemplate: async (app, world) => ({
      id: await makeTarget(app, world, "/message-templates"),
      related_to_id: world.seeds.ids.lead,
    }),
  },
};

/** The head of a GIF of 10 × 20 pixels. */
const GIF = "GIF89a\x0a\0\x14\0";

const imageInput = async (app: App, world: World, user?: TestUser) => ({
  name: `${world.seeds.mark}-image`,
  alt: `${world.seeds.mark} alt`,
  upload_id: await makeUpload(app, world, GIF, user),
});

const makeImage = async (app: App, world: World) => (await world.tenant.admin.createMailImage(await imageInput(app, world))).data;
