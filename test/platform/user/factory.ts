import { randomUUID } from "node:crypto";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import { inputSchema } from "@crm/functions/http/operation.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import { type DomainFactory, findOperation, type Input, type World } from "../../invariants/registry/operation-input.ts";
import { addUser, type TestUser } from "../../support/app.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  ids: {
    team: async ({ tenant, mark }) => (await tenant.admin.createTeam({ name: `${mark}-team` })).data.id,
  },
  inputs: {
    recordPage: async (_, { seeds: fillings }) => ({ records: "leads", id: fillings.ids.lead }),
    inviteUser: async (_, { tenant, seeds: { mark } }) => {
      const email = `${mark.toLowerCase()}.${randomUUID().slice(0, 8)}@${tenant.slug}.example`;
      const { data } = await tenant.admin.createUser({
        email,
        first_name: `${mark}-x`,
        last_name: `${mark}-y`,
        role: "USER",
      });
      return { id: data.id };
    },
    setUserStatus: async (app, { tenant }) => ({ id: (await addUser(app, tenant, "USER")).id, status: "SUSPENDED" }),
    createUser: async (_, { tenant, seeds: fillings }) => ({
      ...(generateValue(inputSchema(findOperation("createUser")), fillings) as Input),
      email: `${fillings.mark.toLowerCase()}.${randomUUID().slice(0, 8)}@${tenant.slug}.example`,
      password: "Correct-Horse-9000",
    }),
    getUserAvailability: async (_, world, who) => setAvailability(world, who),
    replaceUserAvailability: async (_, world, who) => ({ ...availability, id: (await setAvailability(world, who)).id }),
  },
};

const availability = {
  capacity: 50,
  timezone: "Europe/Berlin",
  working_hours: [{ weekday: "MON", from: "09:00", to: "17:00" }],
  absences: [{ from: "2099-01-01T00:00:00.000Z", to: "2099-01-02T00:00:00.000Z", reassign: true }],
} as const;

/** Sets the availability of the caller; no other user's is needed. */
async function setAvailability({ tenant }: World, user: TestUser | undefined): Promise<Input> {
  const id = user?.id ?? tenant.userId;
  await allowAnyInput(tenant.admin).replaceUserAvailability({ id, ...availability });
  return { id };
}
