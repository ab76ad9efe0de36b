import { findWorkingInstant } from "@crm/core/engagement/workflow/working-wait.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { Calendar } from "@crm/core/service/sla/working-time.rules.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

const hours = Object.fromEntries(["mon", "tue", "wed", "thu", "fri"].map((day) => [day, [["09:00", "17:00"] as const]]));
const calendar: Calendar = { timezone: "Europe/Berlin", hours, holidays: ["2026-12-25"], extra_days: {} };

const HOUR = 60 * 60;

describe("the end of a wait in working time", () => {
  it.each([
    ["within working time", "2026-12-21T10:00:00.000Z", 0, "2026-12-21T10:00:00.000Z"],
    ["before it begins", "2026-12-21T03:00:00.000Z", 0, "2026-12-21T08:00:00.000Z"],
    ["at its end", "2026-12-21T16:00:00.000Z", 0, "2026-12-22T08:00:00.000Z"],
    ["before a holiday and a weekend", "2026-12-24T18:00:00.000Z", 0, "2026-12-28T08:00:00.000Z"],
    ["for two hours over a night", "2026-12-21T15:00:00.000Z", 2 * HOUR, "2026-12-22T09:00:00.000Z"],
  ])("%s", (_, from, seconds, end) => expect(findWorkingInstant(calendar, from, seconds)).toBe(end));

  it("is unknown if no working time is ahead", () =>
    expect(findWorkingInstant({ ...calendar, hours: {} }, "2026-12-21T10:00:00.000Z", 0)).toBeUndefined());
});

describe("a wait step", () => {
  let app: App;
  let tenant: Tenant;
  beforeAll(async () => {
    app = await startTestApp();
    tenant = await signUp(app);
  });
  afterAll(() => app.stop());

  const create = (step: object) =>
    tenant.admin.createWorkflow({
      name: "Working",
      kind: "lead",
      trigger: { on: "manual" },
      steps: [{ id: "office", do: "wait", until_working: true, ...step }],
    });

  it("needs a calendar, and waits by it", async () => {
    const details = (field: string) => ({ details: [{ field: `steps[0].${field}` }] });
    await expect(create({})).rejects.toMatchObject(details("until_working"));
    const year = Number(Clock.now().slice(0, 4));
    const { data } = await tenant.admin.createSupportCalendar({
      name: "Office",
      timezone: "UTC",
      hours: {},
      extra_days: { [`${year + 1}-03-01`]: [["09:00", "17:00"]] },
    });
    await expect(create({ until: "2030-01-01" })).rejects.toMatchObject(details("for"));
    await expect(create({ for: "60w" })).rejects.toMatchObject(details("for"));
    const dueOf = async (step: object): Promise<string | null> => {
      const { data: workflow } = await create(step);
      await tenant.admin.publishWorkflow({ id: workflow.id });
      const { data: lead } = await tenant.admin.createLead(newLead());
      return (await tenant.admin.enrollInWorkflow({ id: workflow.id, record_id: lead.id })).data.step_due_at;
    };
    expect(await dueOf({})).toBe(`${year + 1}-03-01T09:00:00.000Z`);
    expect(await dueOf({ for: "8h", calendar_id: data.id })).toBe(`${year + 1}-03-01T17:00:00.000Z`);
  });
});
