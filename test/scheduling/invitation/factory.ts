import type { App } from "@crm/local/app.ts";
import type { DomainFactory, World } from "../../invariants/registry/operation-input.ts";
import { readMailedToken } from "../../platform/auth/factory.ts";
import { inProcessTransport } from "../../support/app.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    invitationPage: async (app, world) => ({ token: (await createInvitation(app, world)).token }),
    sendInvitationPage: async (app, world) => {
      const { token, shown } = await createInvitation(app, world);
      return { token, shown, response: "ACCEPTED" };
    },
  },
};

let guestCount = 0;

/** Invites a guest by email and returns the link in the email and the content of its page. */
export async function createInvitation(app: App, { tenant, seeds: fillings }: World) {
  const email = `guest${++guestCount}@${tenant.slug}.example`;
  const point = { contact_type: "email", contact_value: email };
  const { data: person } = await tenant.admin.createPerson({ first_name: fillings.mark, contact_points: [point] });
  const asked = { subject: fillings.mark, activity_type_id: "task", due_date: "2099-01-15", send_invitations: true };
  const participants = [{ person_id: person.id }];
  const { data: activity } = await tenant.admin.createActivity({ ...asked, participants });
  const token = await readMailedToken(app, email);
  const page = await inProcessTransport(app)({
    method: "GET",
    path: "/invitation",
    query: `token=${token}`,
    headers: {},
    body: undefined,
  });
  return { email, id: activity.id, token, shown: /name="shown" value="([^"]+)"/.exec(page.body)?.[1] ?? "" };
}
