import { Clock } from "@crm/core/kernel/clock.ts";
import { createRecord, type DomainFactory, makeTarget, type World } from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  targets: {
    "/webhooks/endpoints": async (app, world, who) => {
      await makeRoomForEndpoint(world);
      return createRecord(app, world, "/webhooks/endpoints", who);
    },
  },
  privatePaths: ["/webhooks/endpoints"],
  inputs: {
    createWebhookEndpoint: async (_, { seeds: { mark } }) => ({
      name: mark,
      url: "https://hooks.acme.example/crm",
      events: ["lead.*"],
    }),
    updateWebhookEndpoint: async (app, world, who) => ({
      id: await makeTarget(app, world, "/webhooks/endpoints", who),
      name: world.seeds.mark,
    }),
    replayWebhookEvents: async (app, world, who) => ({
      ...{ id: await makeTarget(app, world, "/webhooks/endpoints", who), from: new Date(Clock.ms() - 60_000).toISOString() },
    }),
    listEvents: async () => ({}),
  },
};

/** Deletes an endpoint if necessary, because a tenant has at most 20. */
export async function makeRoomForEndpoint({ tenant: { admin } }: World): Promise<void> {
  const { data } = await admin.listWebhookEndpoints({ limit: 100 });
  const oldest = data.at(-1);
  if (oldest && data.length > 15) await admin.deleteWebhookEndpoint({ id: oldest.id });
}
