import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SlaPolicy } from "../../../packages/core/src/service/sla/policy.ts";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  // A fixed date, because holidays differ from year to year.
  app.setClock({ now: "2026-11-26T10:00:00.000Z" });
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const officeHours = {
  timezone: "Europe/Berlin",
  hours: Object.fromEntries(["mon", "tue", "wed", "thu", "fri"].map((day) => [day, [["09:00", "17:00"]]])),
};

interface Rejection {
  status: number;
  details: { field: string; message: string }[];
}

const expectRejection = (request: Promise<unknown>): Promise<Rejection> =>
  request.then(
    () => expect.fail("It was taken"),
    ({ status, details }: Rejection) => ({ status, details }),
  );
const listRejectedFields = async (request: Promise<unknown>) => {
  const { status, details } = await expectRejection(request);
  return [status, ...details.map(({ field }) => field)];
};

let recordCount = 0;
const calendarInput = (more: object = {}) => ({ name: `Calendar ${++recordCount}`, ...officeHours, ...more });
const policyInput = (more: object = {}) => ({ name: `Policy ${++recordCount}`, resolution_minutes: 60, ...more });
const createCalendar = async (more: object = {}) => (await tenant.admin.createSupportCalendar(calendarInput(more))).data;
const createPolicy = async (more: object = {}) => (await tenant.admin.createSlaPolicy(policyInput(more))).data;

describe("a preview", () => {
  const previewInput = { calendar: officeHours, start: "2026-03-20T14:30:00Z", target_minutes: 120 };
  const preview = (more: object = {}, client = tenant.admin) => client.previewSla({ ...previewInput, ...more });

  it("returns to any signed-in user when a target is due, and why", async () => {
    const agent = await addUser(app, tenant, "SUPPORT_AGENT");
    const { data } = await preview({ pauses: [{ from: "2026-03-20T15:00:00Z", to: "2026-03-20T15:15:00+00:00" }] }, agent.client);
    expect(data).toEqual({
      due_at: "2026-03-23T08:45:00.000Z",
      remaining_seconds: 0,
      segments: [
        { from: "2026-03-20T14:30:00.000Z", to: "2026-03-20T15:00:00.000Z", seconds: 1800 },
        { from: "2026-03-20T15:15:00.000Z", to: "2026-03-20T16:00:00.000Z", seconds: 2700 },
        { from: "2026-03-23T08:00:00.000Z", to: "2026-03-23T08:45:00.000Z", seconds: 2700 },
      ],
      skipped: [
        { from: "2026-03-20T15:00:00.000Z", to: "2026-03-20T15:15:00.000Z", reason: "pause" },
        { from: "2026-03-20T16:00:00.000Z", to: "2026-03-23T08:00:00.000Z", reason: "closed" },
      ],
    });
  });

  it("accepts an open pause, and returns the remaining time", async () => {
    const { data } = await preview({ pauses: [{ from: "2026-03-20T15:00:00Z" }] });
    expect([data.due_at, data.remaining_seconds]).toEqual([null, 90 * 60]);
  });

  it("accepts windows past midnight, holidays and one-time open days", async () => {
    const calendar = {
      timezone: "UTC",
      hours: { fri: [["22:00", "02:00"]] },
      holidays: ["2026-03-21"],
      extra_days: { "2026-03-22": [["10:00", "24:00"]] },
    };
    const { data } = await preview({ calendar, start: "2026-03-20T00:00:00Z", target_minutes: 180 });
    expect(data.due_at).toBe("2026-03-22T11:00:00.000Z");
    expect(data.skipped.map(({ reason }) => reason)).toEqual(["closed", "holiday", "closed"]);
  });

  it.each([
    ["a calendar without working time", { calendar: { timezone: "UTC", hours: {} } }, "calendar.hours"],
    ["days without windows", { calendar: { timezone: "UTC", hours: { mon: [] } } }, "calendar.hours"],
    ["no zone", { calendar: { ...officeHours, timezone: "Europe/Nowhere" } }, "calendar.timezone"],
    [
      "no day of the week",
      { calendar: { ...officeHours, hours: { ...officeHours.hours, monday: [["09:00", "17:00"]] } } },
      "calendar.hours.monday",
    ],
    ["no time of day", { calendar: { ...officeHours, hours: { mon: [["9:00", "17:00"]] } } }, "calendar.hours.mon[0][0]"],
    [
      "a minute that no hour has",
      { calendar: { ...officeHours, hours: { mon: [["09:00", "24:01"]] } } },
      "calendar.hours.mon[0][1]",
    ],
    ["a window of no time", { calendar: { ...officeHours, hours: { mon: [["09:00", "09:00"]] } } }, "calendar.hours.mon[0]"],
    ["half a window", { calendar: { ...officeHours, hours: { mon: [["09:00"]] } } }, "calendar.hours.mon[0]"],
    ["a holiday that is no day", { calendar: { ...officeHours, holidays: ["2026-02-30"] } }, "calendar.holidays[0]"],
    [
      "an extra day that is none",
      { calendar: { ...officeHours, extra_days: { "2026-02-30": [] } } },
      "calendar.extra_days.2026-02-30",
    ],
    ["no instant", { start: "2026-03" }, "start"],
    ["an instant of another age", { start: "0500-01-01T00:00:00Z" }, "start"],
    ["no target", { target_minutes: undefined }, "target_minutes"],
    ["a target of nothing", { target_minutes: 0 }, "target_minutes"],
    ["half a minute", { target_minutes: 0.5 }, "target_minutes"],
    [
      "a pause that ends before it begins",
      { pauses: [{ from: "2026-03-20T15:00:00Z", to: "2026-03-20T14:00:00Z" }] },
      "pauses[0].to",
    ],
    ["an unknown field", { calender: officeHours }, "calender"],
  ])("rejects %s, and names the field", async (_, more, field) =>
    expect(await listRejectedFields(preview(more))).toEqual([400, field]),
  );

  it("stops its search after ten years", async () => {
    const rare = { timezone: "UTC", hours: {}, extra_days: { "2026-03-21": [["09:00", "10:00"]] } };
    expect((await preview({ calendar: rare, target_minutes: 60 })).data.due_at).toBe("2026-03-21T10:00:00.000Z");
    expect(await listRejectedFields(preview({ calendar: rare, target_minutes: 61 }))).toEqual([422, "target_minutes"]);
    expect(await listRejectedFields(preview({ target_minutes: 100_000_000 }))).toEqual([422, "target_minutes"]);
  });
});

describe("a calendar", () => {
  it("is created, changed, deleted and restored, each with a version check", async () => {
    const { id, ...calendar } = await createCalendar({
      holidays: ["2026-12-24"],
      extra_days: { "2026-12-19": [["10:00", "14:00"]] },
    });
    expect(calendar).toMatchObject({ ...officeHours, holidays: ["2026-12-24"], public_holidays: [], version: 1 });
    const { data: changedCalendar } = await tenant.admin.updateSupportCalendar({ id, timezone: "Asia/Kathmandu" });
    expect([changedCalendar.timezone, changedCalendar.hours, changedCalendar.version]).toEqual([
      "Asia/Kathmandu",
      officeHours.hours,
      2,
    ]);
    const { data: replaced } = await tenant.admin.replaceSupportCalendar({ id, name: "New", ...officeHours });
    expect([replaced.holidays, replaced.extra_days]).toEqual([[], {}]);
    await tenant.admin.deleteSupportCalendar({ id });
    await expect(tenant.admin.getSupportCalendar({ id })).rejects.toMatchObject({ status: 404 });
    expect((await tenant.admin.restoreSupportCalendar({ id })).data.name).toBe("New");
  });

  it("has the public holidays of its country and region that are whole days", async () => {
    const { id, public_holidays } = await createCalendar({ holiday_country: "de", holiday_region: "by" });
    const years = new Set(public_holidays.map(({ date }) => Number(date.slice(0, 4))));
    expect(years.size).toBe(12);
    const year = Math.min(...years) + 1;
    const listDays = (dates: typeof public_holidays) =>
      dates.filter(({ date }) => date.startsWith(String(year))).map(({ date }) => date.slice(5));
    expect(listDays(public_holidays)).toEqual(
      expect.arrayContaining(["01-01", "01-06", "05-01", "10-03", "11-01", "12-25", "12-26"]),
    );
    const { data: nationalCalendar } = await tenant.admin.updateSupportCalendar({ id, holiday_region: null });
    expect(listDays(nationalCalendar.public_holidays)).toEqual(expect.arrayContaining(["01-01", "10-03"]));
    expect(listDays(nationalCalendar.public_holidays)).not.toContain("01-06");
    const { data: plainCalendar } = await tenant.admin.updateSupportCalendar({ id, holiday_country: null });
    expect(plainCalendar.public_holidays).toEqual([]);
    const { public_holidays: iceland } = await createCalendar({ holiday_country: "IS" });
    expect(listDays(iceland)).not.toContain("12-24");
    const { public_holidays: russia } = await createCalendar({ holiday_country: "RU" });
    expect(listDays(russia)).toEqual(expect.arrayContaining(["01-02", "01-03", "01-04", "01-05", "01-06"]));
  });

  it.each([
    ["no working time", { hours: {} }, "hours"],
    ["a country that there is not", { holiday_country: "XX" }, "holiday_country"],
    ["a region that the country does not have", { holiday_country: "DE", holiday_region: "XX" }, "holiday_region"],
    ["a region of no country", { holiday_region: "BY" }, "holiday_country"],
  ])("is rejected with %s", async (_, more, field) =>
    expect(await listRejectedFields(tenant.admin.createSupportCalendar(calendarInput(more)))).toEqual([400, field]),
  );

  it("cannot be deleted while a policy uses it", async () => {
    const { id } = await createCalendar();
    const policy = await createPolicy({ calendar_id: id });
    expect(await listRejectedFields(tenant.admin.deleteSupportCalendar({ id }))).toEqual([409, "support/sla"]);
    await tenant.admin.deleteSlaPolicy({ id: policy.id });
    await tenant.admin.deleteSupportCalendar({ id });
    expect(await listRejectedFields(tenant.admin.restoreSlaPolicy({ id: policy.id }))).toEqual([409, "calendar_id"]);
    expect(await listRejectedFields(tenant.admin.createSlaPolicy(policyInput({ calendar_id: id })))).toEqual([
      400,
      "calendar_id",
    ]);
  });

  it("is either deleted or used by a policy, but not both, in concurrent requests", async () => {
    const outcome = (request: Promise<unknown>) =>
      request.then(
        () => "went through",
        ({ status }: Rejection) => status,
      );
    for (let round = 0; round < 24; round++) {
      const { id } = await createCalendar();
      const { id: policy } = await createPolicy();
      const { id: deletedPolicyId } = await createPolicy({ calendar_id: id });
      await tenant.admin.deleteSlaPolicy({ id: deletedPolicyId });
      const naming = [
        () => tenant.admin.createSlaPolicy(policyInput({ calendar_id: id })),
        () => tenant.admin.updateSlaPolicy({ id: policy, calendar_id: id }),
        () => tenant.admin.restoreSlaPolicy({ id: deletedPolicyId }),
      ][round % 3] as () => Promise<unknown>;
      const results = await Promise.all([outcome(naming()), outcome(tenant.admin.deleteSupportCalendar({ id }))]);
      expect(results.filter((result) => result === "went through")).toHaveLength(1);
    }
  });

  it("belongs to the tenant, and is written by leaders only", async () => {
    const { id } = await createCalendar();
    const agent = await addUser(app, tenant, "SUPPORT_AGENT");
    expect((await agent.client.getSupportCalendar({ id })).data.id).toBe(id);
    await expect(agent.client.updateSupportCalendar({ id, name: "Mine" })).rejects.toMatchObject({ status: 403 });
    const neighbour = await signUp(app);
    await expect(neighbour.admin.getSupportCalendar({ id })).rejects.toMatchObject({ status: 404 });
    expect(await listRejectedFields(neighbour.admin.createSlaPolicy(policyInput({ calendar_id: id })))).toEqual([
      400,
      "calendar_id",
    ]);
  });
});

describe("policies", () => {
  it("exist for a new tenant, shortest first, with a default one", async () => {
    const { admin } = await signUp(app);
    const { data, meta } = await admin.listSlaPolicies({});
    expect(meta.total).toBe(8);
    expect(data.map(({ name, resolution_minutes, calendar_id }) => [name, resolution_minutes, calendar_id])).toEqual([
      ["Critical", 60, null],
      ["VIP customers", 120, null],
      ["Billing and account", 240, null],
      ["High", 240, null],
      ["Bugs", 1440, null],
      ["Medium", 2880, null],
      ["Low", 2880, null],
      ["Standard", 2880, null],
    ]);
    expect(data[0]?.escalations).toEqual([
      { percent: 50, notify: ["MANAGER"] },
      { percent: 80, notify: ["OWNER"] },
      { percent: 100, notify: ["OWNER", "MANAGER"] },
      { percent: 150, notify: ["DIRECTOR"] },
    ]);
  });

  it("that are built in can be changed, deleted and restored, within this tenant only", async () => {
    const [ownTenant, otherTenant] = [await signUp(app), await signUp(app)];
    const { data: before } = await ownTenant.admin.listSlaPolicies({});
    const [critical, vip] = before;
    const id = critical?.id as string;
    const { data: changedPolicy } = await ownTenant.admin.updateSlaPolicy({ id, resolution_minutes: 30 });
    expect([changedPolicy.resolution_minutes, changedPolicy.version]).toEqual([30, 2]);
    expect((await ownTenant.admin.getSlaPolicy({ id })).data.resolution_minutes).toBe(30);
    await ownTenant.admin.deleteSlaPolicy({ id: vip?.id as string });
    const names = before.map(({ name }) => name);
    expect((await ownTenant.admin.listSlaPolicies({})).data.map(({ name }) => name)).toEqual(names.toSpliced(1, 1));
    expect((await ownTenant.admin.listSlaPolicies({ deleted: true })).data.map(({ name }) => name)).toEqual(["VIP customers"]);
    await ownTenant.admin.restoreSlaPolicy({ id: vip?.id as string });
    expect((await ownTenant.admin.listSlaPolicies({})).meta.total).toBe(8);
    expect((await otherTenant.admin.getSlaPolicy({ id })).data).toMatchObject({ resolution_minutes: 60, version: 1 });
  });

  it("store master data by id, from an id or a code", async () => {
    const policy = await createPolicy({
      priority_ids: ["high", "CRITICAL"],
      category_ids: ["billing"],
      customer_tiers: ["gold"],
    });
    const { data: priorities } = await tenant.admin.listMasters({ kind: "priorities" });
    const findPriorityId = (code: string) => priorities.find((priority) => priority.code === code)?.id;
    expect([policy.priority_ids, policy.customer_tiers]).toEqual([
      [findPriorityId("high"), findPriorityId("critical")],
      ["GOLD"],
    ]);
    const { data: replaced } = await tenant.admin.replaceSlaPolicy({ id: policy.id, name: "Plain" });
    expect([replaced.priority_ids, replaced.resolution_minutes, replaced.escalations.length]).toEqual([[], null, 4]);
  });

  it("are found by words, and listed in their order", async () => {
    const { admin } = await signUp(app);
    await admin.createSlaPolicy({ name: "Banks overnight", sequence: 5 });
    await admin.createSlaPolicy({ name: "Shops", sequence: 7, is_active: false });
    expect((await admin.listSlaPolicies({ limit: 2 })).data.map(({ name }) => name)).toEqual(["Banks overnight", "Shops"]);
    expect((await admin.listSlaPolicies({ search: "over bank" })).data.map(({ name }) => name)).toEqual(["Banks overnight"]);
    expect((await admin.listSlaPolicies({ is_active: false })).data.map(({ name }) => name)).toEqual(["Shops"]);
    const { data, meta } = await admin.listSlaPolicies({ sort: "-name", limit: 3 });
    expect(data.map(({ name }) => name)).toEqual(["VIP customers", "Standard", "Shops"]);
    const next = await admin.listSlaPolicies({ sort: "-name", limit: 3, cursor: meta.next_cursor as string });
    expect(next.data.map(({ name }) => name)).toEqual(["Medium", "Low", "High"]);
  });

  it.each([
    ["a priority that there is not", { priority_ids: ["nonsense"] }, "priority_ids[0]"],
    ["a tier that there is not", { customer_tiers: ["TIN"] }, "customer_tiers[0]"],
    ["a target of nothing", { first_response_minutes: 0 }, "first_response_minutes"],
    [
      "levels out of order",
      {
        escalations: [
          { percent: 80, notify: ["OWNER"] },
          { percent: 80, notify: ["MANAGER"] },
        ],
      },
      "escalations[1].percent",
    ],
    ["an escalation level without recipients", { escalations: [{ percent: 80, notify: [] }] }, "escalations[0].notify"],
  ])("are rejected with %s", async (_, more, field) =>
    expect(await listRejectedFields(tenant.admin.createSlaPolicy(policyInput(more)))).toEqual([400, field]),
  );

  it("are limited in number", async () => {
    const { admin } = await signUp(app);
    const { meta } = await admin.listSlaPolicies({});
    const items = Array.from({ length: SlaPolicy.MAX_POLICIES - meta.total }, (_, index) => ({ name: `Policy ${index}` }));
    const { data } = await admin.batchSlaPolicies({ operation: "create", items });
    expect(new Set(data.results.map(({ status }) => status))).toEqual(new Set([201]));
    await expect(admin.createSlaPolicy({ name: "One more" })).rejects.toMatchObject({ status: 422 });
  });
});

describe("the policy of a ticket", () => {
  it("has its targets, its calendar and the reason for the match", async () => {
    const freshTenant = await signUp(app);
    const followed = (ticket: object) =>
      runIn(systemContext(app.ports, freshTenant.id, "test"), () =>
        SlaPolicy.findForTicket({
          ...{
            priority_id: null,
            category_id: null,
            ticket_type: null,
            urgency_level_id: null,
            customer_tier: null,
            is_vip: false,
          },
          ...ticket,
        }),
      );
    const findMasterId = async (kind: string, code: string): Promise<string> =>
      (await freshTenant.admin.listMasters({ kind, limit: 100 })).data.find((master) => master.code === code)?.id ??
      expect.fail(code);
    const critical = await findMasterId("priorities", "critical");
    const usual = await followed({ priority_id: critical });
    expect([usual?.choice.policy.name, usual?.choice.because]).toEqual(["Critical", ["priority_ids"]]);
    // Critical is the fourth priority, as Very Urgent is the fourth urgency level; its target is one hour.
    expect(usual?.targets).toEqual({ first_response: 3600, next_response: 3600, resolution: 3600 });
    const urgent = await followed({ urgency_level_id: await findMasterId("urgency-levels", "urgent") });
    expect([urgent?.choice.policy.name, urgent?.targets.first_response]).toEqual(["Standard", 4 * 3600]);
    expect(urgent?.choice.passed.map(({ name, field }) => [name, field])).toEqual([
      ...[
        ["Critical", "priority_ids"],
        ["VIP customers", "is_vip"],
        ["Billing and account", "ticket_types"],
        ["High", "priority_ids"],
      ],
      ...[
        ["Bugs", "ticket_types"],
        ["Medium", "priority_ids"],
        ["Low", "priority_ids"],
      ],
    ]);

    const vip = await followed({ is_vip: true, priority_id: await findMasterId("priorities", "low") });
    expect([vip?.choice.policy.name, vip?.targets]).toEqual([
      "VIP customers",
      { first_response: 7200, next_response: 7200, resolution: 7200 },
    ]);
    expect((await followed({ is_vip: true, priority_id: critical }))?.choice.policy.name).toBe("Critical");

    const { data: calendar } = await freshTenant.admin.createSupportCalendar({
      ...calendarInput({ holidays: ["2026-12-24"], holiday_country: "DE" }),
    });
    const below = await freshTenant.admin.createMaster({
      kind: "ticket-categories",
      name: "Invoices",
      parent_id: "billing",
    });
    const policyFields = { sequence: 1, calendar_id: calendar.id, category_ids: ["billing"], next_response_minutes: 5 };
    const { data: policy } = await freshTenant.admin.createSlaPolicy(policyInput(policyFields));
    const billed = await followed({ priority_id: critical, category_id: below.data.id });
    expect([billed?.policy_id, billed?.choice.because]).toEqual([policy.id, ["category_ids"]]);
    expect([billed?.targets.next_response, billed?.calendar.timezone, billed?.calendar.hours]).toEqual([
      300,
      "Europe/Berlin",
      officeHours.hours,
    ]);
    expect(billed?.calendar.holidays).toEqual(expect.arrayContaining(["2026-12-24", "2026-12-25"]));

    const { data: policies } = await freshTenant.admin.listSlaPolicies({});
    await Promise.all(policies.map(({ id }) => freshTenant.admin.updateSlaPolicy({ id, is_active: false })));
    expect(await followed({ priority_id: critical })).toBeUndefined();
  });
});
