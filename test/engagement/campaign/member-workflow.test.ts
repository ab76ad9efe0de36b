import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** Workflows that add leads to campaigns, and that are triggered by members: drip campaigns and nurturing. */

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const createCampaign = async (name: string): Promise<string> =>
  (await tenant.admin.createCampaign({ name, type: "EVENT", start_date: "2026-04-01" })).data.id;

async function publish(definition: { kind: string; trigger: object; where: object; steps: readonly object[] }): Promise<void> {
  const { data } = await allowAnyInput(tenant.admin).createWorkflow({ name: `For ${definition.kind}`, ...definition });
  await tenant.admin.publishWorkflow({ id: data.id });
  await app.settle();
}

/** Runs what is due, for some minutes. */
async function passMinutes(): Promise<void> {
  for (let minute = 0; minute < 4; minute++) {
    app.setClock({ advance: 60_000 });
    await app.settle();
  }
}

it("a workflow adds a lead to a campaign, and the response of the member moves them to another", async () => {
  const { admin } = tenant;
  const [first, second] = [await createCampaign("First"), await createCampaign("Second")];
  await publish({
    kind: "lead",
    trigger: { on: "created" },
    where: { company: { eq: "Harbour" } },
    steps: [{ id: "join", do: "add_to", campaign_id: first }],
  });
  await publish({
    kind: "campaign_member",
    trigger: { on: "event", event: "campaign_member.status_changed" },
    where: { status: { eq: "RESPONDED" } },
    steps: [
      { id: "move", do: "add_to", campaign_id: second },
      { id: "leave", do: "remove_from", campaign_id: first },
    ],
  });
  const { data: lead } = await admin.createLead(newLead({ email: "ida@lund.example", phone: null, company: "Harbour" }));
  await app.settle();
  await passMinutes();
  const [member] = (await admin.listCampaignMembers({ id: first })).data;
  expect(member).toMatchObject({ lead_id: lead.id, personal_key_id: lead.personal_key_id, status: "SENT" });
  await admin.recordCampaignResponse({ id: first, member_id: String(member?.id), kind: "FORM" });
  await app.settle();
  await passMinutes();
  expect((await admin.listCampaignMembers({ id: second })).data).toMatchObject([{ personal_key_id: lead.personal_key_id }]);
  expect((await admin.listCampaignMembers({ id: first })).data).toEqual([]);
});

it("a step names one segment, list or campaign", async () => {
  const steps = [{ id: "join", do: "add_to", campaign_id: "led_00000000000000000a" }];
  await expect(
    tenant.admin.createWorkflow({ name: "Faulty", kind: "lead", trigger: { on: "created" }, steps }),
  ).rejects.toMatchObject({ status: 400, details: [{ message: "join: Must be the id of a campaign" }] });
});
