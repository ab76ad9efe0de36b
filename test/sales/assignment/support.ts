import { idTime } from "@crm/core/kernel/id.ts";
import { LeadAssignment } from "@crm/core/sales/lead/assignment.rule-kind.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { addUser, inProcessTransport, newLead, PASSWORD, signIn, type Tenant, type TestUser } from "../../support/app.ts";

export const RULE_KIND = LeadAssignment.name;

/** Publishes a rule with this definition; missing parts are empty. */
export async function publishRule(tenant: Tenant, definition: object): Promise<{ id: string; number: number | null }> {
  const whole = { rules: [], otherwise: null, ...definition };
  const { data } = await tenant.admin.createRuleVersion({ kind: RULE_KIND, definition: whole });
  return (await tenant.admin.publishRuleVersion({ kind: RULE_KIND, id: data.id })).data;
}

export const roundRobin = (users: readonly { id: string }[]) => ({ method: "ROUND_ROBIN", user_ids: users.map(({ id }) => id) });
export const leastLoaded = (users: readonly { id: string }[]) => ({
  method: "LEAST_LOADED",
  user_ids: users.map(({ id }) => id),
});

export const addReps = (app: App, tenant: Tenant, count: number): Promise<TestUser[]> =>
  Promise.all(Array.from({ length: count }, () => addUser(app, tenant, "SALES_REP")));

export const createLead = async ({ admin }: Tenant, more: Record<string, unknown> = {}) =>
  (await admin.createLead(newLead(more))).data;

export const readOwner = async ({ admin }: Tenant, id: string) => (await admin.getLead({ id })).data.owner_id;

/** The assignments of a lead, without the one from its creation with an owner. */
export const listAssignments = async ({ admin }: Tenant, id: string) =>
  (await admin.listLeadAssignments({ id, limit: 100 })).data.filter(
    ({ id: entry, method }) => method !== "MANUAL" || idTime(entry) !== idTime(id),
  );

export const setAvailability = (by: Tenant["admin"], { id }: { id: string }, more: object) =>
  by.replaceUserAvailability({ id, ...more });

/** The number of leads of each user. */
export const countShares = (users: readonly { id: string }[], owners: readonly unknown[]): number[] =>
  users.map(({ id }) => owners.filter((owner) => owner === id).length);

/** Runs what is due, then signs the administrator in again, because moving the clock ended the session. */
export async function runSweep(app: App, tenant: Tenant): Promise<void> {
  await app.scheduler.run("due");
  await app.settle();
  const { access_token } = await signIn(app, tenant);
  tenant.admin = createClient(inProcessTransport(app, access_token));
}

export async function sweepAt(app: App, tenant: Tenant, now: string): Promise<void> {
  app.setClock({ now });
  await runSweep(app, tenant);
}

/** Signs the user in again. */
export async function signInAgain(app: App, { slug }: Tenant, user: TestUser): Promise<TestUser> {
  const { data } = await createClient(inProcessTransport(app)).login({
    email: user.email,
    password: PASSWORD,
    tenant_slug: slug,
  });
  return { ...user, token: data.access_token, client: createClient(inProcessTransport(app, data.access_token)) };
}
