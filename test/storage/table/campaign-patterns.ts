import { onCampaignEvent } from "@crm/core/engagement/campaign/campaign.listener.ts";
import { Messages } from "@crm/core/messaging/message/message.entity.ts";
import type { App } from "@crm/local/app.ts";
import { createCampaign, signUp, storeFormerValues } from "../../support/app.ts";
import type { RequestUnits, UnitMeter } from "../../support/request-units.ts";
import { buildEvent, type CostRows, loadRecord, type MeasuredWorld, measureSteps, runAsSystem } from "./measured-steps.ts";

/** The cost of members of campaigns and of their responses: rows of docs/access-patterns.md. */
export async function measureCampaigns(
  app: App,
  measured: UnitMeter,
  derived: (kind: string) => Promise<RequestUnits>,
  result: CostRows,
): Promise<void> {
  const tenant = await signUp(app);
  const world: MeasuredWorld = { app, tenant, measured, result };
  const crm = tenant.admin;
  await crm.createMailAccount({ name: "News", way: "house", address: "news@harbour.example", is_default: true });
  const campaign = await createCampaign(crm);
  interface Subject {
    person: string;
    message: string;
    member: string;
  }
  let count = 0;
  const makeSubject = async (): Promise<Subject> => {
    const address = `ito${++count}@mail.example`;
    const contact_points = [{ contact_type: "email", contact_value: address }];
    const { data: person } = await crm.createPerson({ last_name: "Ito", contact_points });
    const mail = { channel: "email", person_id: person.id, subject: "News", body: "News" };
    const { data: message } = await crm.sendMessage(mail);
    const at = message.created_at;
    await storeFormerValues(app, tenant, Messages, message.id, { campaign_id: campaign, status: "delivered", sent_at: at });
    return { person: person.id, message: message.id, member: "" };
  };
  const handle = async (type: string, { message }: Subject): Promise<void> => {
    const event = { ...buildEvent(type, await loadRecord(world, Messages, message)), tenant_id: tenant.id };
    await runAsSystem(world, () => onCampaignEvent(event));
  };
  const add = async (subject: Subject): Promise<void> => {
    subject.member = (await crm.addCampaignMember({ id: campaign, person_id: subject.person })).data.id;
  };
  const open = async ({ message }: Subject): Promise<void> => {
    const { created_at } = await loadRecord(world, Messages, message);
    await storeFormerValues(app, tenant, Messages, message, { opened_at: created_at });
  };
  await measureSteps(world, makeSubject, [
    ["add a person to a campaign", add],
    ["`campaigns` handles a mail that left", (subject) => handle("message.sent", subject)],
    [undefined, open],
    ["`campaigns` handles an open of a mail", (subject) => handle("message.opened", subject)],
    ["`campaigns` handles the same open again", (subject) => handle("message.opened", subject)],
    [
      "record a response of a member",
      ({ member: member_id }) => crm.recordCampaignResponse({ id: campaign, member_id, kind: "CALLED", source: "call" }),
    ],
    ["list 5 members of a campaign, with the total", () => crm.listCampaignMembers({ id: campaign, limit: 5 })],
    ["read a campaign with its figures", () => crm.getCampaign({ id: campaign })],
    ["performance of a campaign", () => crm.getCampaignPerformance({ id: campaign })],
  ]);
  const subject = await makeSubject();
  await derived("campaign_member");
  await add(subject);
  result["stream: a new member of a campaign"] = await derived("campaign_member");
  await handle("message.sent", subject);
  result["stream: a member gets the next status"] = await derived("campaign_member");
  await derived("campaign_response");
  await open(subject);
  await handle("message.opened", subject);
  result["stream: a new response of a member"] = await derived("campaign_response");
}
