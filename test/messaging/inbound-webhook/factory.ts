import type { App } from "@crm/local/app.ts";
import type { DomainFactory, Input, World } from "../../invariants/registry/operation-input.ts";
import { callWebhook, signDropboxSign, signTwilio } from "./provider-requests.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    // Only Dropbox Sign puts its signature in the body.
    takeWebhook: async (_, { tenant: { admin } }) => {
      const { data } = await admin.createInboundWebhook({ provider: "dropbox_sign", secret: "key" });
      const { body } = signDropboxSign("key", { type: "account_confirmed" });
      return { id: data.id, ...(JSON.parse(/\{.*\}/s.exec(body)?.[0] ?? "") as Input) };
    },
    listInboundDeliveries: async (app, world) => ({ id: (await createQuarantinedDelivery(app, world)).id }),
    getInboundDelivery: (app, world) => createQuarantinedDelivery(app, world),
    retryInboundDelivery: (app, world) => createQuarantinedDelivery(app, world),
  },
};

/** Creates a delivery that is quarantined because no handler can process it. */
async function createQuarantinedDelivery(app: App, { tenant: { admin }, seeds: { mark } }: World): Promise<Input> {
  const { data } = await admin.createInboundWebhook({ name: mark, provider: "twilio", secret: "token" });
  await callWebhook(
    app,
    data.id,
    signTwilio("token", data.url, { MessageSid: mark, From: "+12125550111", To: "+12125550112", Body: mark }),
  );
  await app.settle();
  const [delivery] = (await admin.listInboundDeliveries({ id: data.id })).data;
  return { id: data.id, delivery_id: delivery?.id };
}
