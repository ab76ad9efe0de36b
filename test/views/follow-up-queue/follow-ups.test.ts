import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;
let customer: string;
let contact: string;
const DAY_MS = 24 * 60 * 60 * 1000;
const shift = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();

const readQueue = async (user: TestUser, limit?: number) => (await user.client.listMyFollowUps({ limit })).data;
const createLead = (more: Record<string, unknown>) => rep.client.createLead(newLead({ owner_id: rep.id, ...more }));

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  rep = await addUser(app, tenant, "SALES_REP");
  customer = (await rep.client.createCustomer({ name: "Zeppelin Works", owner_id: rep.id, phone: "+4930123456" })).data.id;
  contact = (
    await rep.client.createContact({
      ...{ full_name: "Ida Zeppelin", customer_id: customer, owner_id: rep.id, phone: "+4930654321" },
    })
  ).data.id;
});
afterAll(() => app.stop());

describe("the follow-up queue", () => {
  it("shows each of the caller's due records once, with its reasons, phone number and refusals", async () => {
    const { data: lead } = await createLead({ next_contact_date: shift(-3), phone: "+4930111111", phone_opt_out: true });
    await rep.client.createActivity({
      ...{ related_to_id: lead.id, subject: "Call back", activity_type_id: "call", assigned_to_id: rep.id },
      ...{ due_date: shift(-1).slice(0, 10), duration_minutes: 10 },
    });
    await createLead({ next_contact_date: shift(5) });
    const { data: opportunity } = await rep.client.createOpportunity({
      ...{ name: "One Zeppelin", customer_id: customer, contact_id: contact, owner_id: rep.id, amount: "100.00" },
      ...{ next_step: "Send the offer", next_step_date: shift(0).slice(0, 10) },
    });
    await rep.client.createActivity({
      ...{ subject: "Tidy up", activity_type_id: "task", assigned_to_id: rep.id, due_date: shift(-2).slice(0, 10) },
    });
    await app.settle();
    const queue = await readQueue(rep);
    expect(queue.map(({ record }) => [record.kind, record.title])).toEqual([
      ["lead", `${lead.first_name} ${lead.last_name}`],
      ["opportunity", "One Zeppelin"],
    ]);
    const [first, second] = queue;
    expect(first).toMatchObject({ phone: "+4930111111", is_call_refused: true, contact_name: null });
    expect(first?.reasons.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["contact_overdue", "activity_overdue", "promise"]),
    );
    expect(first?.priority).toBe(first?.reasons.reduce((sum, { points }) => sum + points, 0));
    expect(second).toMatchObject({ phone: "+4930654321", contact_name: "Ida Zeppelin", is_call_refused: false });
    expect(second).toMatchObject({ person_name: "Ida Zeppelin", customer_name: "Zeppelin Works" });
    expect(second?.record).toMatchObject({ id: opportunity.id, path: `/api/v1/opportunities/${opportunity.id}` });
    expect((await readQueue(rep, 1)).map(({ record }) => record.id)).toEqual([lead.id]);
  });

  it("shows nothing of a colleague, and at most 50 records", async () => {
    const colleague = await addUser(app, tenant, "SALES_REP");
    expect(await readQueue(colleague)).toEqual([]);
    await expect(tenant.admin.listMyFollowUps({ limit: 51 })).rejects.toMatchObject({ status: 400 });
  });

  it("reads the day in the caller's time zone", async () => {
    const user = await addUser(app, tenant, "SALES_REP");
    await user.client.updateMyPreferences({ time_zone: "Pacific/Kiritimati" });
    const { data: lead } = await user.client.createLead(newLead({ owner_id: user.id, next_contact_date: shift(-1) }));
    await app.settle();
    const [entry] = await readQueue(user);
    expect(entry?.record.id).toBe(lead.id);
    expect(entry?.reasons[0]).toMatchObject({ code: "contact_overdue", values: { days: 1 } });
  });

  it("leaves out restricted persons", async () => {
    const user = await addUser(app, tenant, "SALES_REP");
    await user.client.createLead(newLead({ owner_id: user.id, next_contact_date: shift(-1) }));
    await app.settle();
    app.ports.processing = { findRestricted: async (persons) => new Set(persons) };
    expect(await readQueue(user)).toEqual([]);
    delete app.ports.processing;
    expect(await readQueue(user)).toHaveLength(1);
  });
});
