import type { Client } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
});
afterAll(() => app.stop());

let count = 0;
const createCampaign = async (input: object = {}, as = tenant.admin) =>
  (await as.createCampaign({ name: `Fair ${++count}`, type: "EVENT", start_date: "2026-04-01", ...input })).data;
const createPerson = async (as = tenant.admin, input: object = {}) =>
  (await as.createPerson({ first_name: `Ida ${++count}`, ...input })).data;
const createLead = async (as = tenant.admin) =>
  (await as.createLead(newLead({ email: `ida${++count}@lund.example`, phone: null }))).data;
const listPersons = async (input: Parameters<Client["listCampaignMembers"]>[0], as = tenant.admin): Promise<unknown[]> =>
  (await as.listCampaignMembers(input)).data.map(({ personal_key_id }) => personal_key_id);

describe("a member", () => {
  it("is a lead, a contact or a person, and sent at once unless the campaign sends mails", async () => {
    const { admin } = tenant;
    const [event, mail] = [await createCampaign(), await createCampaign({ type: "EMAIL" })];
    const lead = await createLead();
    const { data: member } = await admin.addCampaignMember({ id: event.id, lead_id: lead.id, notes: "Met" });
    expect(member).toMatchObject({
      campaign_id: event.id,
      lead_id: lead.id,
      personal_key_id: lead.personal_key_id,
      status: "SENT",
      is_active: true,
      inactive_reason: null,
      source: "hand",
      notes: "Met",
    });
    expect(member.sent_at).toBe(member.added_at);
    expect(member).not.toHaveProperty("inactive_campaign_id");
    const { data: mailed } = await admin.addCampaignMember({ id: mail.id, person_id: lead.personal_key_id });
    expect(mailed).toMatchObject({ status: "ADDED", sent_at: null, lead_id: null });
    const { data: memberships } = await admin.listAllCampaignMembers({ person: lead.personal_key_id });
    expect(memberships.map(({ campaign_id }) => campaign_id).sort()).toEqual([event.id, mail.id].sort());
  });

  it.each([
    ["no name of a person", {}, "person_id"],
    ["two names of a person", { lead_id: "led_00000000000000000a", person_id: "per_00000000000000000a" }, "person_id"],
    ["an unknown lead", { lead_id: "led_00000000000000000a" }, "lead_id"],
  ])("is refused with %s", async (_, input, field) => {
    const { id } = await createCampaign();
    await expect(tenant.admin.addCampaignMember({ id, ...input })).rejects.toMatchObject({
      status: 400,
      details: expect.arrayContaining([expect.objectContaining({ field })]),
    });
  });

  it("is added once, also by two requests at the same moment", async () => {
    const { id } = await createCampaign();
    const person = await createPerson();
    const add = async () => (await tenant.admin.addCampaignMember({ id, person_id: person.id })).data;
    const [first, second] = await Promise.all([add(), add()]);
    expect(second.id).toBe(first.id);
    expect((await add()).version).toBe(1);
    expect(await listPersons({ id })).toEqual([person.id]);
  });

  it("is added with others in one request, and errors are answered by item", async () => {
    const { id } = await createCampaign();
    const [known, other] = [await createPerson(), await createPerson()];
    const items = [known.id, other.id, "per_00000000000000000a"].map((person_id) => ({ campaign_id: id, person_id }));
    const { data } = await tenant.admin.batchCampaignMembers({ operation: "create", items });
    expect(data.results.map(({ status }) => status)).toEqual([201, 201, 400]);
    expect(await listPersons({ id })).toEqual(expect.arrayContaining([known.id, other.id]));
  });

  it("cannot be added to a campaign that has ended", async () => {
    const { id } = await createCampaign({ status: "IN_PROGRESS" });
    await tenant.admin.completeCampaign({ id });
    const person = await createPerson();
    await expect(tenant.admin.addCampaignMember({ id, person_id: person.id })).rejects.toMatchObject({ status: 422 });
  });

  it("is restored by hand after it was removed", async () => {
    const { admin } = tenant;
    const { id } = await createCampaign();
    const person = await createPerson();
    const { data: member } = await admin.addCampaignMember({ id, person_id: person.id });
    await admin.removePersonFromCampaign({ id, member_id: person.id });
    expect(await listPersons({ id })).toEqual([]);
    await expect(admin.getCampaignMember({ id: member.id })).rejects.toMatchObject({ status: 404 });
    const { data: restored } = await admin.addCampaignMember({ id, person_id: person.id });
    expect(restored).toMatchObject({ id: member.id, added_at: member.added_at, version: 3 });
    await admin.removeCampaignMember({ id: member.id });
    await expect(admin.removePersonFromCampaign({ id, member_id: person.id })).rejects.toMatchObject({ status: 404 });
  });

  it("moves forward by hand, and its list finds reasons of inactive members", async () => {
    const { admin } = tenant;
    const { id } = await createCampaign();
    const [person, other] = [await createPerson(), await createPerson()];
    const { data: member } = await admin.addCampaignMember({ id, person_id: person.id });
    await admin.addCampaignMember({ id, person_id: other.id });
    const { data: responded } = await admin.updateCampaignMember({ id: member.id, status: "RESPONDED" });
    expect(responded).toMatchObject({ status: "RESPONDED", response_date: responded.responded_at, opened_at: null });
    await expect(admin.updateCampaignMember({ id: member.id, status: "OPENED" })).rejects.toMatchObject({ status: 422 });
    const { data: bounced } = await admin.updateCampaignMember({ id: member.id, status: "BOUNCED" });
    expect(bounced).toMatchObject({ status: "RESPONDED", is_active: false, inactive_reason: "BOUNCED" });
    await app.settle();
    expect(await listPersons({ id, status: "BOUNCED" })).toEqual([person.id]);
    expect(await listPersons({ id, status: "RESPONDED" })).toEqual([person.id]);
    expect(await listPersons({ id, status: "SENT" })).toEqual([other.id]);
    expect(await listPersons({ id, "is_active[eq]": true })).toEqual([other.id]);
    const { data: found } = await admin.listAllCampaignMembers({ campaign: id, status: "BOUNCED" });
    expect(found.map(({ id: memberId }) => memberId)).toEqual([member.id]);
  });

  it("is visible to users who see both the campaign and the person", async () => {
    const [marketer, rep] = [await addUser(app, tenant, "MARKETER"), await addUser(app, tenant, "SALES_REP")];
    const campaign = await createCampaign({}, marketer.client);
    const [own, foreign] = [await createLead(marketer.client), await createLead(rep.client)];
    const { data: member } = await marketer.client.addCampaignMember({ id: campaign.id, lead_id: own.id });
    await expect(marketer.client.addCampaignMember({ id: campaign.id, lead_id: foreign.id })).rejects.toMatchObject({
      status: 400,
    });
    await tenant.admin.addCampaignMember({ id: campaign.id, lead_id: foreign.id });
    await app.settle();
    expect(await listPersons({ id: campaign.id }, marketer.client)).toEqual([own.personal_key_id]);
    expect(await listPersons({ id: campaign.id })).toHaveLength(2);
    await expect(rep.client.getCampaignMember({ id: member.id })).rejects.toMatchObject({ status: 404 });
    expect((await rep.client.listAllCampaignMembers({})).data).toEqual([]);
  });
});
