import { allowAnyInput } from "@crm/functions/derive/client.ts";
import { type DomainFactory, type Input, makeTarget, type World } from "../../invariants/registry/operation-input.ts";
import { createMailToken } from "../../people/suppression/factory.ts";
import type { Tenant, TestUser } from "../../support/app.ts";
import { nextNumber } from "../sms-account/factory.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    createMailAccount: async (_, { seeds: { mark } }) => ({
      name: `${mark} mails`,
      way: "house",
      address: "news@harbour.example",
    }),
    updateMailAccount: async (app, world) => ({
      id: await makeTarget(app, world, "/mail-accounts"),
      name: `${world.seeds.mark} mails again`,
    }),
    sendMessage: async (_, world) => messageInput(world),
    // Only its author and administrators change a message that waits.
    cancelMessage: async (_, world, author) => ({ id: await createMessage(world, author) }),
    changeMessage: async (_, world, author) => ({
      id: await createMessage(world, author),
      body: `${world.seeds.mark} other words`,
    }),
    getMailComposer: async (_, { seeds: { ids } }) => ({ related_to_id: ids.lead }),
    getMessage: async (_, world) => ({ id: (await allowAnyInput(world.tenant.admin).sendMessage(messageInput(world))).data.id }),
    getMessageOpens: async (_, world) => ({
      id: (await allowAnyInput(world.tenant.admin).sendMessage(messageInput(world))).data.id,
    }),
    getConversation: async (_, world) => ({ id: await createConversation(world) }),
    listConversationMessages: async (_, world) => ({ id: await createConversation(world) }),
    readConversation: async (_, world) => ({ id: await createConversation(world) }),
    closeConversation: async (_, world) => ({ id: await createConversation(world) }),
    reopenConversation: async (_, world) => ({ id: await createConversation(world) }),
    linkConversation: async (_, world) => ({ id: await createConversation(world), customer_id_crm: world.seeds.ids.customer }),
    assignConversation: async (_, world) => ({ id: await createConversation(world), assigned_staff_id: world.seeds.ids.user }),
    followMailLink: async (app, world) => ({ token: await createMailToken(app, world, "c") }),
  },
};

/** The mail account of each tenant's sends, created once. */
const mailAccounts = new WeakMap<Tenant, Promise<string>>();

export function ensureMailAccount({ tenant, seeds: { mark } }: World): Promise<string> {
  const made = { name: `${mark} news`, way: "house", address: "news@harbour.example" };
  const known = mailAccounts.get(tenant) ?? tenant.admin.createMailAccount(made).then(({ data }) => data.id);
  mailAccounts.set(tenant, known);
  return known;
}

/** A message to an unknown number, scheduled for another day, so that it waits. */
const messageInput = ({ seeds: { mark, ids } }: World): Input => ({
  channel: "sms",
  to: nextNumber(),
  sender_id: ids.sms_sender,
  body: `${mark} words`,
  send_at: new Date(Date.now() + 40 * 24 * 60 * 60 * 1000).toISOString(),
});

const createMessage = async (world: World, author: TestUser | undefined): Promise<string> =>
  (await allowAnyInput(author?.client ?? world.tenant.admin).sendMessage(messageInput(world))).data.id;

/** Creates a conversation by sending a message. */
const createConversation = async (world: World): Promise<string> =>
  (await allowAnyInput(world.tenant.admin).sendMessage(messageInput(world))).data.conversation_id;
