import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, newLead, signIn, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
});
afterAll(() => app.stop());

let count = 0;
const createCampaign = async (as = tenant.admin): Promise<string> =>
  (await as.createCampaign({ name: `Fair ${++count}`, type: "EMAIL", start_date: "2026-04-01" })).data.id;
const createLead = async (as = tenant.admin, input: object = {}) =>
  (await as.createLead(newLead({ email: `ada${++count}@yard.example`, phone: null, ...input }))).data;
const createContact = async (as = tenant.admin) => {
  const { data: business } = await as.createCustomer({ customer_type: "BUSINESS", name: `Yard ${++count}` });
  const contact = { customer_id: business.id, first_name: "Ada", last_name: `L ${count}`, email: `ada${count}@yard.example` };
  return { customer: business.id, ...(await as.createContact(contact)).data };
};
const readFill = async (id: string, as = tenant.admin) => (await as.getCampaignFill({ id })).data;
const listMembers = async (id: string, as = tenant.admin) =>
  (await as.listCampaignMembers({ id, limit: 100 })).data.toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1));

describe("a fill of a campaign", () => {
  it("adds a list, a segment and a filter of leads, each person once", async () => {
    const { admin } = tenant;
    const id = await createCampaign();
    const [contact, other] = [await createContact(), await createContact()];
    const lead = await createLead(admin, { company: "Harbour 7" });
    await createLead();
    const { data: list } = await admin.createContactList({ name: `List ${++count}` });
    const { data: segment } = await admin.createSegment({ name: `Segment ${++count}` });
    await admin.changeContactListMembers({ id: list.id, add: [contact.id] });
    await admin.changeSegmentMembers({ id: segment.id, add: [contact.customer, other.customer] });
    await app.settle();
    const fill = async (audience: object) => {
      const { data } = await admin.fillCampaign({ id, ...audience });
      expect(data).toMatchObject({ status: "queued", added: 0 });
      await app.settle();
      return readFill(data.id);
    };
    expect(await fill({ contact_list_id: list.id })).toMatchObject({ status: "completed", found: 1, added: 1, skipped: 0 });
    expect(await fill({ segment_id: segment.id })).toMatchObject({ status: "completed", found: 2, added: 1 });
    expect(await fill({ lead_filter: { company: "Harbour 7" } })).toMatchObject({ status: "completed", found: 1, added: 1 });
    expect(await listMembers(id)).toEqual([
      expect.objectContaining({ contact_id: contact.id, personal_key_id: contact.personal_key_id, source: "list" }),
      expect.objectContaining({ contact_id: other.id, source: "segment", status: "ADDED", sent_at: null }),
      expect.objectContaining({ lead_id: lead.id, source: "filter" }),
    ]);
  });

  it("does not add a person whom a user removed, but a user can", async () => {
    const { admin } = tenant;
    const [id, lead] = [await createCampaign(), await createLead(tenant.admin, { company: "Harbour 8" })];
    const fill = async () => {
      const { data } = await admin.fillCampaign({ id, lead_filter: { company: "Harbour 8" } });
      await app.settle();
      return readFill(data.id);
    };
    await app.settle();
    expect(await fill()).toMatchObject({ found: 1, added: 1 });
    await admin.removePersonFromCampaign({ id, member_id: lead.id });
    expect(await fill()).toMatchObject({ found: 1, added: 0 });
    expect(await listMembers(id)).toEqual([]);
    await admin.addCampaignMember({ id, lead_id: lead.id });
    expect(await listMembers(id)).toHaveLength(1);
  });

  it("finds only what its user sees, and needs one audience", async () => {
    const marketer = await addUser(app, tenant, "MARKETER");
    const [own] = [
      await createLead(marketer.client, { company: "Harbour 9" }),
      await createLead(tenant.admin, { company: "Harbour 9" }),
    ];
    await app.settle();
    const id = await createCampaign(marketer.client);
    const { data } = await marketer.client.fillCampaign({ id, lead_filter: { company: "Harbour 9" } });
    await app.settle();
    expect(await readFill(data.id, marketer.client)).toMatchObject({ status: "completed", found: 1, added: 1 });
    expect((await listMembers(id)).map(({ personal_key_id }) => personal_key_id)).toEqual([own.personal_key_id]);
    await expect(tenant.admin.fillCampaign({ id })).rejects.toMatchObject({ status: 400, details: [{ field: "segment_id" }] });
    await expect(tenant.admin.fillCampaign({ id, lead_filter: { limit: 1 } })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "lead_filter.limit" }],
    });
  });

  it("leaves out persons whose data are restricted, and counts them; a user cannot add them either", async () => {
    const { admin } = tenant;
    const [free, restricted] = [
      await createLead(admin, { company: "Harbour 11" }),
      await createLead(admin, { company: "Harbour 11" }),
    ];
    await app.settle();
    const id = await createCampaign();
    app.ports.processing = {
      findRestricted: async (persons) => new Set(persons.filter((person) => person === restricted.personal_key_id)),
    };
    try {
      const { data } = await admin.fillCampaign({ id, lead_filter: { company: "Harbour 11" } });
      await app.settle();
      expect(await readFill(data.id)).toMatchObject({ status: "completed", found: 2, added: 1, skipped: 1 });
      await expect(admin.addCampaignMember({ id, lead_id: restricted.id })).rejects.toMatchObject({
        status: 422,
        details: [{ field: "lead_id" }],
      });
    } finally {
      delete app.ports.processing;
    }
    expect((await listMembers(id)).map(({ lead_id }) => lead_id)).toEqual([free.id]);
  });

  it("adds each person once despite a crash at a write", async () => {
    const id = await createCampaign();
    for (let index = 0; index < 35; index++) await createLead(tenant.admin, { company: "Harbour 10" });
    await app.settle();
    const { database } = app.ports;
    const send = database.send.bind(database);
    const isOurs = (command: object | undefined): boolean => /#CAMPAIGNMEMBER#|#JOB#cfl_/.test(JSON.stringify(command));
    let { admin } = tenant;
    const { data: fill } = await admin.fillCampaign({ id, lead_filter: { company: "Harbour 10" } });
    let remaining = 3;
    database.send = async (command, scope) => {
      if (!isOurs(command) || /Get|Query/.test(command?.constructor.name ?? "") || --remaining !== 0) return send(command, scope);
      await send(command, scope);
      throw new TypeError("Killed");
    };
    await app.settle();
    database.send = send;
    expect(remaining).toBeLessThanOrEqual(0);
    app.setClock({ advance: 10 * 60_000 });
    await app.settle();
    admin = createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token));
    tenant = { ...tenant, admin };
    expect((await readFill(fill.id, admin)).status).toBe("completed");
    const persons = (await listMembers(id, admin)).map(({ personal_key_id }) => personal_key_id);
    expect(persons).toHaveLength(35);
    expect(new Set(persons).size).toBe(35);
  });
});
