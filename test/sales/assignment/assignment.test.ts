import { Clock } from "@crm/core/kernel/clock.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import {
  addReps,
  countShares,
  createLead,
  leastLoaded,
  listAssignments,
  publishRule,
  RULE_KIND,
  readOwner,
  roundRobin,
  runSweep,
  setAvailability,
} from "./support.ts";

let app: App;
let tenant: Tenant;
let users: TestUser[];

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());
beforeEach(async () => {
  app.setClock({ reset: true });
  tenant = await signUp(app, { new_lead_owner: "rule" });
  users = await addReps(app, tenant, 3);
});
const user = (n: number): TestUser => users[n] as TestUser;

describe("a lead without a specified owner", () => {
  it("has no owner if there is no rule", async () => {
    const lead = await createLead(tenant);
    expect(lead.owner_id).toBeNull();
    expect(await listAssignments(tenant, lead.id)).toEqual([]);
  });

  it("gets the owner of the first matching rule when it is created, and records why", async () => {
    const territory = (await tenant.admin.createMaster({ kind: "territories", name: "North", code: "north" })).data.id;
    const rule = await publishRule(tenant, {
      rules: [
        { name: "North", when: { territories: ["north"] }, to: { method: "USER", user_ids: [user(0).id] } },
        { name: "Referrals", when: { sources: ["referral"] }, to: { method: "USER", user_ids: [user(1).id] } },
        { name: "Cars", when: { product_lines: ["auto"], min_score: 1 }, to: { method: "USER", user_ids: [tenant.userId] } },
      ],
      otherwise: { method: "USER", user_ids: [user(2).id] },
    });
    const north = await createLead(tenant, { territory_id: territory, lead_source_id: "referral" });
    expect(north).toMatchObject({ owner_id: user(0).id, version: 1 });
    expect((await createLead(tenant, { lead_source_id: "referral" })).owner_id).toBe(user(1).id);
    expect((await createLead(tenant, { product_line: "auto", job_title: "CEO" })).owner_id).toBe(tenant.userId);
    const otherLead = await createLead(tenant);
    expect(otherLead.owner_id).toBe(user(2).id);
    const ruleReference = { kind: RULE_KIND, id: rule.id, number: rule.number };
    const [assignment, ...more] = await listAssignments(tenant, north.id);
    expect(assignment).toMatchObject({
      from_owner_id: null,
      to_owner_id: user(0).id,
      method: "USER",
      rule: ruleReference,
      rule_name: "North",
    });
    expect(assignment).toMatchObject({ assigned_by: tenant.userId, lead_id: north.id });
    expect(more).toEqual([]);
    expect(await listAssignments(tenant, otherLead.id)).toMatchObject([{ rule: ruleReference, rule_name: null }]);
  });

  it("is assigned by its initial score", async () => {
    await publishRule(tenant, { rules: [{ name: "Any", when: { min_score: 10 }, to: roundRobin([user(0)]) }] });
    expect((await createLead(tenant, { job_title: "CEO" })).owner_id).toBe(user(0).id);
    expect((await createLead(tenant)).owner_id).toBeNull();
  });

  it("keeps a specified owner, and stays unassigned if owner_id is null", async () => {
    await publishRule(tenant, { otherwise: roundRobin([user(0)]) });
    expect((await createLead(tenant, { owner_id: user(1).id })).owner_id).toBe(user(1).id);
    expect((await createLead(tenant, { owner_id: null })).owner_id).toBeNull();
  });

  it("goes to the active users of a team", async () => {
    const { data: team } = await tenant.admin.createTeam({ name: "Cars" });
    const member = await addUser(app, tenant, "SALES_REP", { team_id: team.id });
    const formerMember = await addUser(app, tenant, "SALES_REP", { team_id: team.id });
    await tenant.admin.setUserStatus({ id: formerMember.id, status: "INACTIVE" });
    await publishRule(tenant, { otherwise: { method: "ROUND_ROBIN", team_id: team.id } });
    for (const _ of [1, 2]) expect((await createLead(tenant)).owner_id).toBe(member.id);
  });

  it("is assigned by the source of the form that created it", async () => {
    await publishRule(tenant, { rules: [{ name: "Fair", when: { sources: ["event"] }, to: roundRobin([user(0)]) }] });
    const { data: form } = await tenant.admin.createForm({
      name: "Fair",
      kind: "web_form",
      makes_lead: true,
      lead_source_id: "event",
    });
    await tenant.admin.submitPublicForm({
      key: form.key,
      first_name: "Fay",
      last_name: "Fair",
      email: "fay@mail.example",
    });
    const { data } = await tenant.admin.listLeads({});
    expect(data.map(({ owner_id }) => owner_id)).toEqual([user(0).id]);
    expect(await listAssignments(tenant, String(data[0]?.id))).toMatchObject([{ rule_name: "Fair" }]);
  });
});

describe("fifty concurrent leads", () => {
  const fifty = async () => {
    const leads = await Promise.all(Array.from({ length: 50 }, () => createLead(tenant)));
    return leads.map(({ owner_id }) => owner_id);
  };

  it("are distributed evenly in turn", async () => {
    await publishRule(tenant, { otherwise: roundRobin(users) });
    expect(countShares(users, await fifty()).sort()).toEqual([16, 17, 17]);
  });

  it("go to the users with the fewest leads", async () => {
    for (const _ of [1, 2, 3, 4, 5]) await createLead(tenant, { owner_id: user(0).id });
    await app.settle();
    await publishRule(tenant, { otherwise: leastLoaded(users) });
    const [first = 0, second = 0, third = 0] = countShares(users, await fifty());
    // Counters may be read shortly before or after an update, so the shares may differ by one.
    expect(first + second + third).toBe(50);
    expect(Math.abs(second - third)).toBeLessThanOrEqual(1);
    expect(Math.abs(second - first - 5)).toBeLessThanOrEqual(1);
  });

  it("never exceed the capacity of a user, and the rest wait", async () => {
    for (const user of users) await setAvailability(tenant.admin, user, { capacity: 10 });
    await publishRule(tenant, { otherwise: roundRobin(users) });
    const owners = await fifty();
    expect(countShares(users, owners)).toEqual([10, 10, 10]);
    await app.settle();
    expect((await createLead(tenant)).owner_id).toBeNull();
  });
});

describe("consecutive leads", () => {
  it("count once each toward the capacity", async () => {
    await setAvailability(tenant.admin, user(0), { capacity: 4 });
    await publishRule(tenant, { otherwise: roundRobin([user(0)]) });
    const owners = [];
    for (const _ of [1, 2, 3, 4, 5]) {
      owners.push((await createLead(tenant)).owner_id);
      await app.settle();
    }
    expect(owners).toEqual([...Array(4).fill(user(0).id), null]);
  });
});

describe("waiting leads", () => {
  it("are assigned once, with a reason, as soon as a user has capacity", async () => {
    await setAvailability(tenant.admin, user(0), { capacity: 1 });
    await publishRule(tenant, { otherwise: roundRobin([user(0)]) });
    const first = await createLead(tenant);
    const second = await createLead(tenant);
    expect([first.owner_id, second.owner_id]).toEqual([user(0).id, null]);
    await app.settle();
    app.setClock({ advance: 61_000 });
    await runSweep(app, tenant);
    expect(await readOwner(tenant, second.id)).toBeNull();
    await tenant.admin.deleteLead({ id: first.id });
    await app.settle();
    app.setClock({ advance: 61_000 });
    await Promise.all([app.scheduler.run("due"), app.scheduler.run("due")]);
    await runSweep(app, tenant);
    const { data } = await tenant.admin.getLead({ id: second.id });
    expect(data).toMatchObject({ owner_id: user(0).id, version: 2 });
    expect(await listAssignments(tenant, second.id)).toMatchObject([
      { from_owner_id: null, to_owner_id: user(0).id, assigned_by: "system:lead-waits", reason: "A user became free to take it" },
    ]);
  });

  it("stay as they are after a user has taken them", async () => {
    await setAvailability(tenant.admin, user(0), { capacity: 0 });
    await publishRule(tenant, { otherwise: roundRobin([user(0)]) });
    const lead = await createLead(tenant);
    await tenant.admin.updateLead({ id: lead.id, owner_id: user(1).id });
    await setAvailability(tenant.admin, user(0), {});
    app.setClock({ advance: 61_000 });
    await runSweep(app, tenant);
    expect(await readOwner(tenant, lead.id)).toBe(user(1).id);
    // Unassigned again, the lead waits for a user to take it; the rule no longer assigns it.
    await tenant.admin.updateLead({ id: lead.id, owner_id: null });
    app.setClock({ advance: 4_000_000 });
    await runSweep(app, tenant);
    expect(await readOwner(tenant, lead.id)).toBeNull();
  });
});

describe("leads assigned by the rule", () => {
  it("go to the users of the rule one by one; leads without a free user are reported", async () => {
    await setAvailability(tenant.admin, user(0), { capacity: 2 });
    const to = (n: number) => ({ method: "USER", user_ids: [user(n).id] });
    await publishRule(tenant, { rules: [{ name: "Referrals", when: { sources: ["referral"] }, to: to(0) }] });
    const ids: string[] = [];
    for (const _ of [1, 2, 3]) ids.push((await createLead(tenant, { owner_id: null, lead_source_id: "referral" })).id);
    ids.push((await createLead(tenant, { owner_id: null })).id);
    const { data } = await tenant.admin.assignLeads({ lead_ids: ids, method: "RULE" });
    expect(data).toMatchObject({ assigned: 2, failed: 2 });
    expect(data.results.map(({ owner_id }) => owner_id)).toEqual([user(0).id, user(0).id, null, null]);
    expect(data.results[3]?.error?.code).toBe("RULE_VIOLATION");
    expect(await listAssignments(tenant, String(ids[0]))).toMatchObject([{ method: "USER", rule_name: "Referrals" }]);
  });

  it("are assigned once for one idempotency key", async () => {
    await publishRule(tenant, { otherwise: roundRobin(users) });
    const ids: string[] = [];
    for (const _ of [1, 2, 3, 4]) ids.push((await createLead(tenant, { owner_id: null })).id);
    const input = { lead_ids: ids, method: "RULE" as const };
    const [first] = await Promise.allSettled([1, 2].map(() => tenant.admin.assignLeads(input, { idempotencyKey: "rule" })));
    expect(first?.status).toBe("fulfilled");
    for (const id of ids) expect(await listAssignments(tenant, id)).toHaveLength(1);
  });
});

describe("the assignment history of a lead", () => {
  it("contains each change of owner with its author and reason, newest first", async () => {
    const lead = await createLead(tenant, { owner_id: user(0).id });
    expect(await listAssignments(tenant, lead.id)).toEqual([]);
    await tenant.admin.updateLead({ id: lead.id, owner_id: user(1).id });
    await tenant.admin.updateLead({ id: lead.id, company: "Another" });
    await user(1).client.updateLead({ id: lead.id, owner_id: null });
    await tenant.admin.assignLeads({ lead_ids: [lead.id], owner_id: user(2).id });
    await app.settle();
    const { data, meta } = await tenant.admin.listLeadAssignments({ id: lead.id });
    const rows = data.map(({ from_owner_id, to_owner_id, method, rule, assigned_by }) => [
      from_owner_id,
      to_owner_id,
      method,
      rule,
      assigned_by,
    ]);
    expect(rows).toEqual([
      [null, user(2).id, "LIST", null, tenant.userId],
      [user(1).id, null, "MANUAL", null, user(1).id],
      [user(0).id, user(1).id, "MANUAL", null, tenant.userId],
      [null, user(0).id, "MANUAL", null, tenant.userId],
    ]);
    expect(meta.total).toBe(4);
    expect(data.every(({ assigned_at }) => assigned_at <= Clock.now())).toBe(true);
  });

  it("is visible to users who can see the lead, and not to other tenants", async () => {
    const lead = await createLead(tenant, { owner_id: user(0).id });
    await expect(user(1).client.listLeadAssignments({ id: lead.id })).rejects.toMatchObject({ status: 404 });
    const otherTenant = await signUp(app);
    await expect(otherTenant.admin.listLeadAssignments({ id: lead.id })).rejects.toMatchObject({ status: 404 });
  });
});

describe("an assignment rule", () => {
  const draft = (definition: object) =>
    tenant.admin.createRuleVersion({ kind: RULE_KIND, definition: { rules: [], otherwise: null, ...definition } });
  const rule = (more: object) => ({ rules: [{ name: "One", when: {}, to: roundRobin(users), ...more }] });
  const unknownUser = { id: "usr_000000000000000000" };

  it.each<[string, () => object, string]>([
    ["an unknown territory", () => rule({ when: { territories: ["nowhere"] } }), "rules[0].when.territories[0]"],
    ["an unknown source", () => rule({ when: { sources: ["referral", "nowhere"] } }), "rules[0].when.sources[1]"],
    ["an unknown user", () => rule({ to: roundRobin([user(0), unknownUser]) }), "rules[0].to.user_ids[1]"],
    ["an unknown user otherwise", () => ({ otherwise: roundRobin([unknownUser]) }), "otherwise.user_ids[0]"],
    ["an unknown team", () => rule({ to: { method: "USER", team_id: "tea_000000000000000000" } }), "rules[0].to.user_ids"],
    [
      "a team that is not there",
      () => rule({ to: { method: "ROUND_ROBIN", team_id: "tea_000000000000000000" } }),
      "rules[0].to.team_id",
    ],
    ["users and a team", () => rule({ to: { ...roundRobin(users), team_id: "tea_000000000000000000" } }), "rules[0].to.user_ids"],
    ["two users for one", () => rule({ to: { ...roundRobin(users), method: "USER" } }), "rules[0].to.user_ids"],
    ["a user twice", () => rule({ to: roundRobin([user(0), user(0)]) }), "rules[0].to.user_ids"],
    ["scores the wrong way round", () => rule({ when: { min_score: 5, max_score: 4 } }), "rules[0].when.max_score"],
    ["two of a name", () => ({ rules: [...rule({}).rules, ...rule({}).rules] }), "rules"],
  ])("is rejected with %s", async (_, definition, field) => {
    await expect(draft(definition())).rejects.toMatchObject({
      status: 400,
      details: [expect.objectContaining({ field: `definition.${field}` })],
    });
  });

  it("is rejected with a user of another tenant", async () => {
    const otherTenant = await signUp(app);
    await expect(draft({ otherwise: roundRobin([{ id: otherTenant.userId }]) })).rejects.toMatchObject({ status: 400 });
  });

  it("can be tested on the newest leads in a dry run that uses no capacity", async () => {
    await setAvailability(tenant.admin, user(1), { capacity: 1 });
    await publishRule(tenant, { otherwise: roundRobin([user(0)]) });
    const first = await createLead(tenant, { lead_source_id: "referral" });
    await createLead(tenant);
    const { data } = await draft({
      rules: [{ name: "Referrals", when: { sources: ["referral"] }, to: roundRobin([user(1)]) }],
      otherwise: roundRobin([user(0)]),
    });
    const { data: tried } = await tenant.admin.tryRuleVersion({ kind: RULE_KIND, id: data.id });
    expect(tried).toMatchObject({ examined: 2, changed: 1 });
    expect(tried.differences).toEqual([
      { record_id: first.id, title: expect.any(String), before: "Uma User (otherwise)", after: "Uma User (Referrals)" },
    ]);
    expect(await listAssignments(tenant, first.id)).toHaveLength(1);
    await publishRule(tenant, { otherwise: roundRobin([user(1)]) });
    expect((await createLead(tenant)).owner_id).toBe(user(1).id);
  });
});

describe("an import", () => {
  it("distributes its rows by the rule, within the capacity of each user", async () => {
    for (const user of users) await setAvailability(tenant.admin, user, { capacity: 5 });
    await publishRule(tenant, { otherwise: roundRobin(users) });
    const rows = Array.from({ length: 20 }, (_, n) => `First${n},Last${n},imported${n}@mail.example`);
    const file = ["first_name,last_name,email", ...rows].join("\n");
    const { data: upload } = await tenant.admin.createUpload({
      file_name: "leads.csv",
      content_type: "text/csv",
      size: Buffer.byteLength(file),
    });
    await app.objects.write(`${tenant.id}/uploads/${upload.upload_id}`, Buffer.from(file));
    const { data: importJob } = await tenant.admin.importLeads({ upload_id: upload.upload_id });
    await app.settle();
    const { data } = await tenant.admin.listLeads({ limit: 100 });
    const owners = data.map(({ owner_id }) => owner_id);
    expect(owners).toHaveLength(20);
    expect(countShares(users, owners)).toEqual([5, 5, 5]);
    // The revert removes all leads and persons, whether the leads were assigned or waiting.
    await tenant.admin.revertImport({ id: importJob.import_id });
    await app.settle();
    expect((await tenant.admin.listLeads({})).meta.total).toBe(0);
    expect((await tenant.admin.listPersons({})).meta.total).toBe(0);
  });
});

describe("availability", () => {
  it("is limited to the user and to leaders", async () => {
    const [self, otherUser] = [user(0), user(1)];
    const manager = await addUser(app, tenant, "MANAGER");
    expect((await self.client.getUserAvailability({ id: self.id })).data).toEqual({
      user_id: self.id,
      capacity: null,
      timezone: null,
      working_hours: null,
      absences: [],
    });
    await setAvailability(self.client, self, { capacity: 3 });
    await expect(otherUser.client.getUserAvailability({ id: self.id })).rejects.toMatchObject({ status: 403 });
    await expect(setAvailability(otherUser.client, self, { capacity: 9 })).rejects.toMatchObject({ status: 403 });
    expect((await manager.client.getUserAvailability({ id: self.id })).data.capacity).toBe(3);
    await setAvailability(manager.client, self, { capacity: 4, timezone: "Europe/Berlin" });
    expect((await self.client.getUserAvailability({ id: self.id })).data).toMatchObject({
      capacity: 4,
      timezone: "Europe/Berlin",
    });
    const foreign = await signUp(app);
    await expect(foreign.admin.getUserAvailability({ id: self.id })).rejects.toMatchObject({ status: 404 });
    await expect(setAvailability(foreign.admin, self, {})).rejects.toMatchObject({ status: 404 });
  });

  it.each<[object, string]>([
    [{ capacity: -1 }, "capacity"],
    [{ timezone: "Nowhere/Land" }, "timezone"],
    [{ working_hours: [{ weekday: "MON", from: "17:00", to: "09:00" }] }, "working_hours[0].to"],
    [{ working_hours: [{ weekday: "MON", from: "9:00", to: "24:00" }] }, "working_hours[0].from"],
    [{ absences: [{ from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" }] }, "absences[0].to"],
    [{ absences: [{ from: "2026-01-02T00:00:00Z" }, { from: "2026-01-02T00:00:00Z" }] }, "absences"],
  ])("is rejected as %j", async (more, field) => {
    await expect(setAvailability(tenant.admin, user(0), more)).rejects.toMatchObject({
      status: 400,
      details: expect.arrayContaining([expect.objectContaining({ field })]),
    });
  });

  it("is stored, even if it is first set in concurrent requests", async () => {
    await Promise.all([1, 2, 3, 4].map((capacity) => setAvailability(tenant.admin, user(0), { capacity })));
    expect([1, 2, 3, 4]).toContain((await tenant.admin.getUserAvailability({ id: user(0).id })).data.capacity);
    await app.settle();
    const { data } = await tenant.admin.listAuditEntries({ record_type: "availability" });
    expect(data.map(({ operation }) => operation).sort()).toEqual(["INSERT", "UPDATE", "UPDATE", "UPDATE"]);
  });
});
