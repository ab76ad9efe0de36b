import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addUser, inProcessTransport, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

it("A pause by the system notifies the owner and all administrators, once", async () => {
  const [owner, admin, director] = [
    await addUser(app, tenant, "MARKETER"),
    await addUser(app, tenant, "ADMIN"),
    await addUser(app, tenant, "DIRECTOR"),
  ];
  const flip = async (from: string, to: string): Promise<void> => {
    const { data } = await owner.client.createWorkflow({
      name: `From ${from}`,
      kind: "lead",
      trigger: { on: "changed" },
      where: { job_title: from },
      enrollment: { repeat: "every_time" },
      steps: [{ id: "flip", do: "update", set: { job_title: to } }],
    });
    await owner.client.publishWorkflow({ id: data.id });
  };
  await flip("Ping", "Pong");
  await flip("Pong", "Ping");
  const { data: lead } = await tenant.admin.createLead(newLead({ owner_id: owner.id }));
  await tenant.admin.updateLead({ id: lead.id, job_title: "Ping" });
  await app.settle();
  const readTitles = async ({ token }: Pick<TestUser, "token">): Promise<string[]> => {
    const { data } = await createClient(inProcessTransport(app, token)).listNotifications({ type: "workflow_paused" });
    return data.map(({ title }) => title);
  };
  const told = ["Workflow paused: From Ping"];
  expect([await readTitles(owner), await readTitles(admin), await readTitles(tenant)]).toEqual([told, told, told]);
  expect(await readTitles(director)).toEqual([]);
});
