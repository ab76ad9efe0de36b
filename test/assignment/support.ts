import { timeOf } from "@crm/core/kernel/id.ts";
import { LeadAssignment } from "@crm/core/lead/assignment.kind.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { addUser, inProcess, newLead, PASSWORD, signIn, type Tenant, type TestUser } from "../support.ts";

export const kind = LeadAssignment.name;

/** Publishes a rule with these parts. */
export async function publish(tenant: Tenant, definition: object): Promise<{ id: string; number: number | null }> {
  const whole = { rules: [], otherwise: null, ...definition };
  const { data } = await tenant.admin.createRuleVersion({ kind, definition: whole } as never);
  return (await tenant.admin.publishRuleVersion({ kind, id: data.id })).data;
}

export const inTurn = (users: readonly { id: string }[]) => ({ method: "ROUND_ROBIN", user_ids: users.map(({ id }) => id) });
export const byLoad = (users: readonly { id: string }[]) => ({ method: "LEAST_LOADED", user_ids: users.map(({ id }) => id) });

export const reps = (app: App, tenant: Tenant, count: number): Promise<TestUser[]> =>
  Promise.all(Array.from({ length: count }, () => addUser(app, tenant, "SALES_REP")));

export const create = async ({ admin }: Tenant, more: Record<string, unknown> = {}) =>
  (await admin.createLead(newLead(more))).data;

export const ownerOf = async ({ admin }: Tenant, id: string) => (await admin.getLead({ id })).data.owner_id;

/** What became of a lead after it was made with an owner. */
export const historyOf = async ({ admin }: Tenant, id: string) =>
  (await admin.listLeadAssignments({ id, limit: 100 })).data.filter(
    ({ id: entry, method }) => method !== "MANUAL" || timeOf(entry) !== timeOf(id),
  );

export const available = (by: Tenant["admin"], { id }: { id: string }, more: object) =>
  by.replaceUserAvailability({ id, ...more } as never);

/** How many leads each of the users was given. */
export const shares = (users: readonly { id: string }[], owners: readonly unknown[]): number[] =>
  users.map(({ id }) => owners.filter((owner) => owner === id).length);

/** The tenant in a new session, as a clock that was moved has ended the first; then what is due by now is done. */
export async function sweep(app: App, tenant: Tenant): Promise<void> {
  await app.scheduler.run("due");
  await app.settle();
  const { access_token } = await signIn(app, tenant);
  tenant.admin = createClient(inProcess(app, access_token));
}

export async function at(app: App, tenant: Tenant, now: string): Promise<void> {
  app.setClock({ now });
  await sweep(app, tenant);
}

/** The user in a new session. */
export async function again(app: App, { slug }: Tenant, user: TestUser): Promise<TestUser> {
  const { data } = await createClient(inProcess(app)).login({ email: user.email, password: PASSWORD, tenant_slug: slug });
  return { ...user, token: data.access_token, as: createClient(inProcess(app, data.access_token)) };
}
