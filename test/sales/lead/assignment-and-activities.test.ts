import { Clock } from "@crm/core/kernel/clock.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sweepAndAct } from "../../storage/scheduler/support.ts";
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

let app: App;
let tenant: Tenant;
let reps: TestUser[];

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  reps = await Promise.all([1, 2, 3].map(() => addUser(app, tenant, "SALES_REP")));
});
afterAll(() => app.stop());

const createLeads = async (count: number, more: Record<string, unknown> = {}): Promise<string[]> => {
  const leadIds = [];
  for (let n = 0; n < count; n++) leadIds.push((await tenant.admin.createLead(newLead(more))).data.id);
  return leadIds;
};
const rep = (n: number): TestUser => reps[n] as TestUser;

describe("bulk assignment of leads", () => {
  it("gives all leads to one user, with a result for each", async () => {
    const ids = await createLeads(3);
    const missing = `${ids[0]?.slice(0, -1)}${ids[0]?.endsWith("0") ? "1" : "0"}`;
    const { data } = await tenant.admin.assignLeads({ lead_ids: [...ids, missing], owner_id: rep(0).id });
    expect(data).toMatchObject({ assigned: 3, failed: 1 });
    expect(data.results.map(({ success }) => success)).toEqual([true, true, true, false]);
    expect(data.results[3]?.error?.code).toBe("NOT_FOUND");
    expect((await tenant.admin.getLead({ id: String(ids[1]) })).data.owner_id).toBe(rep(0).id);
  });

  it("assigns in turn, and continues where the last request ended", async () => {
    const user_ids = reps.map(({ id }) => id);
    const first = await tenant.admin.assignLeads({ lead_ids: await createLeads(4), method: "round_robin", user_ids });
    const second = await tenant.admin.assignLeads({ lead_ids: await createLeads(5), method: "ROUND_ROBIN", user_ids });
    const owners = [...first.data.results, ...second.data.results].map(({ owner_id }) => user_ids.indexOf(String(owner_id)));
    const start = owners[0] ?? 0;
    expect(owners).toEqual(owners.map((_, index) => (start + index) % 3));
  });

  it("assigns to the users with the fewest leads", async () => {
    const fresh = await Promise.all([1, 2].map(() => addUser(app, tenant, "SALES_REP")));
    await createLeads(3, { owner_id: fresh[0]?.id });
    await app.settle();
    const { data } = await tenant.admin.assignLeads({
      lead_ids: await createLeads(5),
      method: "LEAST_LOADED",
      user_ids: fresh.map(({ id }) => id),
    });
    const ownerCounts = fresh.map(({ id }) => data.results.filter(({ owner_id }) => owner_id === id).length);
    expect(ownerCounts).toEqual([1, 4]);
  });

  it("is decided once for repeats of one idempotency key", async () => {
    const ids = await createLeads(6);
    const user_ids = reps.map(({ id }) => id);
    const input = { lead_ids: ids, method: "ROUND_ROBIN" as const, user_ids };
    const answers = await Promise.allSettled([1, 2, 3].map(() => tenant.admin.assignLeads(input, { idempotencyKey: "deal" })));
    const done = answers.flatMap((answer) => (answer.status === "fulfilled" ? [JSON.stringify(answer.value.data)] : []));
    expect(new Set(done).size).toBe(1);
    await expect(
      tenant.admin.assignLeads({ ...input, lead_ids: ids.slice(1) }, { idempotencyKey: "deal" }),
    ).rejects.toMatchObject({ status: 422 });
  });

  it.each([
    [{ lead_ids: [] }, "lead_ids"],
    [{ method: "ROUND_ROBIN" }, "user_ids"],
    [{ owner_id: undefined }, "owner_id"],
    [{ owner_id: "usr_000000000000000000" }, "owner_id"],
    [{ method: "BY_MOOD" }, "method"],
  ])("rejects %o, and names the field", async (more, field) => {
    const lead_ids = await createLeads(1);
    const input = { lead_ids, owner_id: rep(0).id, ...more };
    await expect(tenant.admin.assignLeads(input)).rejects.toMatchObject({ status: 400, details: [{ field }] });
  });

  it("accepts at most 500 leads, and no duplicates", async () => {
    const [id = ""] = await createLeads(1);
    const leadIds = Array.from({ length: 501 }, (_, index) => `${id.slice(0, -3)}${String(index).padStart(3, "0")}`);
    await expect(tenant.admin.assignLeads({ lead_ids: leadIds, owner_id: rep(0).id })).rejects.toMatchObject({
      details: [{ field: "lead_ids" }],
    });
    await expect(tenant.admin.assignLeads({ lead_ids: [id, id], owner_id: rep(0).id })).rejects.toMatchObject({
      details: [{ field: "lead_ids" }],
    });
  });
});

describe("activities of a lead", () => {
  it("are logged, listed newest first with their total, and update the last activity of the lead", async () => {
    const [id = ""] = await createLeads(1);
    for (const subject of ["First call", "Second call", "Demo"]) {
      const { status, data } = await tenant.admin.logLeadActivity({
        id,
        subject,
        activity_type_id: "call",
        duration_minutes: 5,
        status: "COMPLETED",
      });
      expect(status).toBe(201);
      expect(data).toMatchObject({
        related_to_type: "lead",
        related_to_id: id,
        is_completed: true,
        assigned_to_id: tenant.userId,
      });
      expect(data.activity_number).toMatch(/^A-\d{4}-\d{6}$/);
    }
    await app.settle();
    const listed = await tenant.admin.listLeadActivities({ id, limit: 2 });
    expect(listed.data.map(({ subject }) => subject)).toEqual(["Demo", "Second call"]);
    expect(listed.meta.total).toBe(3);
    const rest = await tenant.admin.listLeadActivities({ id, limit: 2, cursor: String(listed.meta.next_cursor) });
    expect(rest.data.map(({ subject }) => subject)).toEqual(["First call"]);
    const { data: lead } = await tenant.admin.getLead({ id });
    expect(lead.last_activity_date).toBe((await tenant.admin.getActivity({ id: String(listed.data[0]?.id) })).data.created_at);
  });

  it("are visible to and logged by users who can see the lead only", async () => {
    const [id = ""] = await createLeads(1, { owner_id: rep(0).id });
    const { data: activity } = await rep(0).client.logLeadActivity({ id, subject: "Call", activity_type_id: "call" });
    for (const attempt of [
      () => rep(1).client.listLeadActivities({ id }),
      () => rep(1).client.getActivity({ id: activity.id }),
      () => rep(1).client.logLeadActivity({ id, subject: "Call", activity_type_id: "call" }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ status: 404 });
    }
  });

  it("are all stored in concurrent requests", async () => {
    const [id = ""] = await createLeads(1);
    await Promise.all(
      Array.from({ length: 15 }, (_, index) =>
        tenant.admin.logLeadActivity({ id, subject: `Call ${index}`, activity_type_id: "call" }),
      ),
    );
    await app.settle();
    expect((await tenant.admin.listLeadActivities({ id })).meta.total).toBe(15);
  });

  it.each([
    [{ activity_type_id: "nap" }, "activity_type_id"],
    [{ due_time: "25:00" }, "due_time"],
    [{ start_datetime: "2030-01-02T00:00:00Z", end_datetime: "2030-01-01T00:00:00Z" }, "end_datetime"],
    [{ assigned_to_id: "usr_000000000000000000" }, "assigned_to_id"],
    [{ subject: " " }, "subject"],
  ])("are rejected with %o, and the error names the field", async (more, field) => {
    const [id = ""] = await createLeads(1);
    const input = { id, subject: "Call", activity_type_id: "call", ...more };
    await expect(tenant.admin.logLeadActivity(input)).rejects.toMatchObject({ status: 400, details: [{ field }] });
  });
});

describe("a contact date that is due", () => {
  it("sends one reminder, also if the sweep runs twice or the date has moved in between", async () => {
    const now = Clock.ms();
    const addHours = (hours: number): string => new Date(now + hours * 3_600_000).toISOString();
    const [early = "", movedId = "", late = ""] = [
      ...(await createLeads(1, { next_contact_date: addHours(1) })),
      ...(await createLeads(1, { next_contact_date: addHours(1) })),
      ...(await createLeads(1, { next_contact_date: addHours(30) })),
    ];
    await tenant.admin.updateLead({ id: movedId, next_contact_date: addHours(40) });
    app.setClock({ advance: 2 * 3_600_000 });
    const signInAgain = async () => createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token));
    let admin = await signInAgain();
    try {
      await Promise.all([sweepAndAct(app), sweepAndAct(app)]);
      await sweepAndAct(app);
      const { data: done } = await admin.getLead({ id: early });
      expect(done.follow_up_reminded_at).toBe(addHours(1));
      expect(done.version).toBe(2);
      expect((await admin.getLead({ id: movedId })).data.follow_up_reminded_at).toBeNull();
      expect((await admin.getLead({ id: late })).data.follow_up_reminded_at).toBeNull();
      // A new date gets a new reminder; a date in the past is due at once.
      await admin.updateLead({ id: early, next_contact_date: addHours(-100) });
      await sweepAndAct(app);
      expect((await admin.getLead({ id: early })).data.follow_up_reminded_at).toBe(addHours(-100));
      app.setClock({ advance: 9 * 24 * 3_600_000 });
      admin = await signInAgain();
      await sweepAndAct(app);
      expect((await admin.getLead({ id: late })).data.follow_up_reminded_at).toBe(addHours(30));
      expect((await admin.getLead({ id: movedId })).data.follow_up_reminded_at).toBe(addHours(40));
    } finally {
      app.setClock({ reset: true });
    }
  });
});
