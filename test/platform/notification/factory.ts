import type { App } from "@crm/local/app.ts";
import type { DomainFactory, Input, World } from "../../invariants/registry/operation-input.ts";
import { addUser, type TestUser } from "../../support/app.ts";
import { readMailedToken } from "../auth/factory.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    notificationPreferencesPage: (app, world) => mailPreferenceInput(app, world),
    sendNotificationPreferencesPage: (app, world) => mailPreferenceInput(app, world),
    listNotifications: async (app, world, who) => {
      await makeNotification(app, world, who);
      return {};
    },
    readAllNotifications: async (app, world, who) => {
      await makeNotification(app, world, who);
      return {};
    },
    ...Object.fromEntries(
      ["getNotification", "readNotification", "unreadNotification", "deleteNotification"].map((name) => [
        name,
        async (app: App, world: World, who: TestUser | undefined) => ({ id: await makeNotification(app, world, who) }),
      ]),
    ),
  },
};

/** A lead that a colleague assigns to the user, or to the administrator; returns the notification's id. */
async function makeNotification(app: App, { tenant, seeds: { mark } }: World, user: TestUser | undefined): Promise<string> {
  const colleague = await addUser(app, tenant, "MANAGER");
  const lead = { first_name: `${mark}-given`, last_name: `${mark}-away`, owner_id: user?.id ?? tenant.userId };
  const { data: createdLead } = await colleague.client.createLead(lead);
  await app.settle();
  const { data } = await (user?.client ?? tenant.admin).listNotifications();
  return String(data.find(({ record_id }) => record_id === createdLead.id)?.id);
}

/** The link in an email about a lead. */
async function mailPreferenceInput(app: App, { tenant }: World): Promise<Input> {
  const user = await addUser(app, tenant, "USER");
  await user.client.replaceNotificationPreferences({ types: { lead_assigned: { email: true } } });
  await tenant.admin.createLead({ first_name: "Told", last_name: "By mail", owner_id: user.id });
  return { token: await readMailedToken(app, user.email), choice: "none" };
}
