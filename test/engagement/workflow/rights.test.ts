import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addUser,
  inProcessTransport,
  newLead,
  signIn,
  signUp,
  startTestApp,
  type Tenant,
  type TestUser,
} from "../../support/app.ts";

/** A workflow does what its owner may do at the moment of each step, and nothing else. */

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

/** Publishes a workflow of a user that waits an hour, and then writes something that it reads from the lead. */
async function publishAs({ client }: TestUser, company: string): Promise<string> {
  const { data } = await client.createWorkflow({
    name: company,
    kind: "lead",
    trigger: { on: "created" },
    where: { company },
    steps: [
      { id: "hour", do: "wait", for: "1h" },
      { id: "mark", do: "update", set: { description: "Done for {{record.email}}" } },
    ],
  });
  await client.publishWorkflow({ id: data.id });
  return data.id;
}

async function createLead(company: string, owner_id: string): Promise<string> {
  const { data } = await tenant.admin.createLead(newLead({ company, owner_id }));
  await app.settle();
  return data.id;
}

async function letHourPass(): Promise<void> {
  app.setClock({ advance: 2 * 60 * 60 * 1000 });
  await app.settle();
  tenant.admin = createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token));
}

async function updateUser(id: string, fields: object): Promise<void> {
  await tenant.admin.updateUser({ id, ...fields });
}

const describeLead = async (id: string) => (await tenant.admin.getLead({ id })).data.description;
const listStates = async (id: string) =>
  (await tenant.admin.listEnrollmentsOfWorkflow({ id })).data.map(({ status, reason }) => ({ status, reason }));

describe("an owner", () => {
  it("who loses a right lets the workflow pause, and another owner lets it continue where it was", async () => {
    const owner = await addUser(app, tenant, "MANAGER");
    const id = await publishAs(owner, "Demoted");
    const lead = await createLead("Demoted", owner.id);
    await updateUser(owner.id, { role: "ANALYST" });
    await letHourPass();
    const { data } = await tenant.admin.getWorkflow({ id });
    expect(data).toMatchObject({ status: "PAUSED", pause_reason: "owner" });
    expect(data.pause_message).toContain("The owner may not do the step mark");
    expect([await describeLead(lead), await listStates(id)]).toEqual([
      null,
      [{ status: "HELD", reason: "The workflow is paused" }],
    ]);
    await tenant.admin.updateWorkflow({ id, owner_id: tenant.userId });
    await tenant.admin.resumeWorkflow({ id });
    await app.settle();
    expect(await describeLead(lead)).toMatch(/^Done for /);
  });

  it("who moves to another team reaches the records of the former one no more", async () => {
    const [from, to] = await Promise.all(["From", "To"].map(async (name) => (await tenant.admin.createTeam({ name })).data.id));
    const owner = await addUser(app, tenant, "MANAGER", { team_id: from });
    const rep = await addUser(app, tenant, "SALES_REP", { team_id: from });
    const id = await publishAs(owner, "Moved");
    const [before, after] = [await createLead("Moved", rep.id), await createLead("Other", rep.id)];
    expect(await listStates(id)).toEqual([{ status: "WAITING", reason: null }]);
    await updateUser(owner.id, { team_id: to });
    await tenant.admin.updateLead({ id: after, company: "Moved" });
    await letHourPass();
    expect(await describeLead(before)).toBeNull();
    expect(await listStates(id)).toEqual([
      { status: "STOPPED", reason: "The record was deleted, or the owner of the workflow no longer sees it" },
    ]);
    await createLead("Moved", rep.id);
    expect(await listStates(id)).toHaveLength(1);
  });
});
