import { Clock } from "@crm/core/kernel/clock.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());
beforeEach(async () => {
  app.setClock({ reset: true });
  tenant = await signUp(app, { timezone: "America/New_York", visibility: "all" });
  rep = await addUser(app, tenant, "SALES_REP");
});

const RULE_KIND = "automatic_follow_up";
const DAY_MS = 24 * 60 * 60_000;
const silenceRule = (after_days: number, subject = `Silent for ${after_days} days`, kind = "lead") => ({
  of: kind,
  after_days,
  activity_type_id: "call",
  subject,
  due_in_days: 2,
});

async function publishFollowUps(...follow_ups: object[]): Promise<void> {
  const { data } = await allowAnyInput(tenant.admin).createRuleVersion({ kind: RULE_KIND, definition: { follow_ups } });
  await tenant.admin.publishRuleVersion({ kind: RULE_KIND, id: data.id });
  await passTime(30_000);
}

/** Advances the clock and runs a sweep. Sessions expire meanwhile. */
async function passTime(ms: number): Promise<void> {
  app.setClock({ advance: ms });
  await app.scheduler.run("due");
  await app.settle();
}

/** The subjects of each record's activities after all nights. The clock is reset first so that the session is valid. */
async function listTaskSubjects(...ids: string[]) {
  app.setClock({ reset: true });
  const lists = await Promise.all(ids.map((id) => tenant.admin.listActivities({ related_to_id: id, limit: 100 })));
  return lists.map(({ data }) => data.map(({ subject }) => subject).sort());
}

describe("inactive records", () => {
  it("give their owner one task for each silence, and another one if it lasts", async () => {
    await publishFollowUps(silenceRule(3), silenceRule(10));
    const { data: lead } = await rep.client.createLead(newLead());
    for (let night = 0; night < 8; night++) await passTime(DAY_MS);
    expect(await listTaskSubjects(lead.id)).toEqual([["Silent for 3 days"]]);
    const [task] = (await tenant.admin.listActivities({ related_to_id: lead.id })).data;
    expect(task).toMatchObject({ assigned_to_id: rep.id, status: "NOT_STARTED", activity_number: expect.any(String) });
    expect((await tenant.admin.getLead({ id: lead.id })).data).toMatchObject({ last_activity_date: null, version: lead.version });
    app.setClock({ advance: 8 * DAY_MS });
    for (let night = 0; night < 6; night++) await passTime(DAY_MS);
    expect(await listTaskSubjects(lead.id)).toEqual([["Silent for 10 days", "Silent for 3 days"]]);
  });

  it("start a new silence on the day of an activity", async () => {
    await publishFollowUps(silenceRule(5));
    const { data: lead } = await rep.client.createLead(newLead());
    app.setClock({ advance: 4 * DAY_MS });
    const again = await addUser(app, tenant, "SALES_REP");
    await again.client.createActivity({ subject: "Called", activity_type_id: "task", related_to_id: lead.id });
    for (let night = 0; night < 3; night++) await passTime(DAY_MS);
    expect((await listTaskSubjects(lead.id))[0]).not.toContain("Silent for 5 days");
  });

  it("include open records only", async () => {
    const make = async (more: Record<string, unknown> = {}) => (await rep.client.createLead(newLead(more))).data.id;
    const [open, final, deletedId] = [await make(), await make({ lead_status_id: "disqualified" }), await make()];
    const { data: customer } = await rep.client.createCustomer({ name: "Quiet Ltd" });
    const { data: opportunity } = await rep.client.createOpportunity({ name: "Fleet", customer_id: customer.id });
    const { data: contact } = await rep.client.createContact({ customer_id: customer.id, last_name: "Quiet" });
    await tenant.admin.deleteLead({ id: deletedId });
    await publishFollowUps(
      silenceRule(1),
      silenceRule(1, "Opportunity", "opportunity"),
      silenceRule(1, "Customer", "customer"),
      silenceRule(1, "Contact", "contact"),
    );
    await passTime(2 * DAY_MS);
    await passTime(DAY_MS);
    expect(await listTaskSubjects(open, final, opportunity.id, customer.id, contact.id)).toEqual([
      ["Silent for 1 days"],
      [],
      ["Opportunity"],
      ["Customer"],
      ["Contact"],
    ]);
    expect((await tenant.admin.listActivities({ limit: 100 })).meta.total).toBe(4);
  });

  it("get no task if the tenant has no such rule, or removed it", async () => {
    const { data: lead } = await rep.client.createLead(newLead());
    await publishFollowUps();
    for (let night = 0; night < 3; night++) await passTime(DAY_MS);
    expect(await listTaskSubjects(lead.id)).toEqual([[]]);
  });

  it("are checked once, at the start of the tenant's day", async () => {
    await publishFollowUps(silenceRule(1));
    const { data: lead } = await rep.client.createLead(newLead());
    const createdAt = Date.parse(lead.created_at);
    await passTime(DAY_MS - 1000);
    expect(Clock.ms() - createdAt).toBeLessThan(DAY_MS);
    await passTime(60_000);
    await passTime(60_000);
    const early = (await listTaskSubjects(lead.id))[0];
    app.setClock({ advance: DAY_MS + 60_000 });
    await passTime(DAY_MS);
    expect([early, (await listTaskSubjects(lead.id))[0]]).toEqual([[], ["Silent for 1 days"]]);
  });

  it.each([
    ["activity_type_id", { ...silenceRule(1), activity_type_id: "dance" }],
    ["after_days", { ...silenceRule(0) }],
    ["of", { ...silenceRule(1), of: "boat" }],
  ])("reject a rule with an invalid %s", async (field, invalidRule) => {
    const definition = { follow_ups: [invalidRule] };
    await expect(tenant.admin.createRuleVersion({ kind: RULE_KIND, definition })).rejects.toMatchObject({
      details: [{ field: `definition.follow_ups[0].${field}` }],
    });
  });
});
