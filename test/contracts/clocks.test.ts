import type { App } from "@crm/local/app.ts";
import { DateTime } from "luxon";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../support.ts";
import { again, approved, contractOf, inForce, refusal, signed } from "./support.ts";

let app: App;
beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: at.toISO() as string });
});
afterAll(() => app.stop());

/** In the days in which clocks are moved in Europe, America and New Zealand. */
let at: DateTime = DateTime.fromISO("2031-03-03T21:30:00Z", { zone: "UTC" });
const now = (): DateTime => at;
const dayIn = (zone: string, more: object = {}): string => now().setZone(zone).plus(more).toISODate() as string;
const to = async (instant: DateTime, tenant: Tenant): Promise<void> => {
  at = instant.toUTC();
  app.setClock({ now: at.toISO() as string });
  await app.settle();
  await again(app, tenant);
};
const status = async (tenant: Tenant, id: string): Promise<unknown> => (await tenant.admin.getContract({ id })).data.status;
const zones = ["Pacific/Auckland", "Europe/Berlin", "America/Los_Angeles", "UTC"];

describe.each(zones)("in %s", (zone) => {
  let tenant: Tenant;
  beforeAll(async () => {
    tenant = await signUp(app, { timezone: zone, currency: "EUR" });
  });

  it("a signed contract comes into force when its first day begins, and expires when its last is over", async () => {
    const [start_date, end_date] = [dayIn(zone, { days: 3 }), dayIn(zone, { days: 36 })];
    const { id } = await signed(app, tenant, tenant.admin, { start_date, end_date });
    expect(await refusal(tenant.admin.activateContract({ id }))).toEqual([409, ["start_date"]]);
    const begin = DateTime.fromISO(start_date, { zone });
    await to(begin.minus({ minutes: 2 }), tenant);
    expect(await status(tenant, id)).toBe("APPROVED");
    await to(begin.plus({ minutes: 2 }), tenant);
    expect(await status(tenant, id)).toBe("ACTIVE");
    const over = DateTime.fromISO(end_date, { zone }).plus({ days: 1 });
    await to(over.minus({ minutes: 2 }), tenant);
    expect(await status(tenant, id)).toBe("ACTIVE");
    await to(over.plus({ minutes: 2 }), tenant);
    expect(await status(tenant, id)).toBe("EXPIRED");
    await app.settle();
    const { data: told } = await tenant.admin.listNotifications({});
    const own = told.filter(({ record_id }) => record_id === id).map(({ type }) => type);
    for (const type of ["contract_active", "contract_expired"]) expect(own.filter((each) => each === type)).toHaveLength(1);
  });

  it("one that is terminated with notice ends when that day begins", async () => {
    const { id } = await inForce(app, tenant, tenant.admin, { start_date: dayIn(zone) });
    const { data } = await tenant.admin.terminateContract({ id, reason: "Moved away", notice_days: 14 } as never);
    const effective_date = dayIn(zone, { days: 14 });
    expect(data).toMatchObject({ status: "ACTIVE", termination: { effective_date, notice_days: 14, reason: "Moved away" } });
    const begin = DateTime.fromISO(effective_date, { zone });
    await to(begin.minus({ minutes: 2 }), tenant);
    expect(await status(tenant, id)).toBe("ACTIVE");
    await to(begin.plus({ minutes: 2 }), tenant);
    expect(await status(tenant, id)).toBe("TERMINATED");
  });
});

describe("a clock", () => {
  let tenant: Tenant;
  beforeAll(async () => {
    tenant = await signUp(app, { timezone: "Europe/Berlin", currency: "EUR" });
  });
  const zone = "Europe/Berlin";

  it("of a month in which nothing ran leaves a contract that began and ended meanwhile expired", async () => {
    const { id } = await signed(app, tenant, tenant.admin, {
      start_date: dayIn(zone, { days: 2 }),
      end_date: dayIn(zone, { days: 20 }),
    });
    await to(now().plus({ days: 40 }), tenant);
    // It comes into force, what becomes of its term is settled, it ends.
    await to(now().plus({ minutes: 2 }), tenant);
    await to(now().plus({ minutes: 2 }), tenant);
    expect(await status(tenant, id)).toBe("EXPIRED");
  });

  it("brings nothing into force that is not signed, and what is signed late at once", async () => {
    const { id } = await approved(tenant.admin, { start_date: dayIn(zone, { days: 2 }) });
    await to(now().plus({ days: 3 }), tenant);
    expect(await status(tenant, id)).toBe("APPROVED");
    expect(await refusal(tenant.admin.activateContract({ id }))).toEqual([409, ["customer_signed", "company_signed"]]);
    const late = await signed(app, tenant, tenant.admin, { start_date: dayIn(zone) });
    await to(now().plus({ minutes: 2 }), tenant);
    expect(await status(tenant, late.id)).toBe("ACTIVE");
  });

  it("brings into force what needs no signature, once it is approved", async () => {
    const { id } = await approved(tenant.admin, { requires_signature: false, start_date: dayIn(zone) });
    expect((await tenant.admin.activateContract({ id })).data).toMatchObject({
      status: "ACTIVE",
      activated_at: expect.any(String),
    });
  });

  it("tells of what is due, once a day that has come", async () => {
    const days = [1, 1, 3].map((each) => dayIn(zone, { days: each }));
    const deliverables = days.map((due_date, n) => ({ name: `Boat ${n}`, due_date }));
    const contract = await inForce(app, tenant, tenant.admin, { start_date: dayIn(zone), deliverables });
    const { id } = contract;
    const told = async () =>
      (await tenant.admin.listNotifications({})).data
        .filter(({ record_id, type }) => record_id === id && type === "contract_deliverables_due")
        .map(({ body }) => body);
    await to(now().plus({ days: 2 }), tenant);
    expect(await told()).toHaveLength(1);
    const [first, second] = contract.deliverables as { id: string }[];
    const move = (deliverable_id: unknown, to: string) =>
      tenant.admin.updateContractDeliverable({ id, deliverable_id, status: to } as never);
    expect(await refusal(move(first?.id, "ACCEPTED"))).toEqual([409, ["status"]]);
    expect((await move(first?.id, "DELIVERED")).data).toMatchObject({ status: "DELIVERED", delivered_at: expect.any(String) });
    expect((await move(first?.id, "ACCEPTED")).data).toMatchObject({ status: "ACCEPTED", accepted_at: expect.any(String) });
    expect(await refusal(move(first?.id, "PENDING"))).toEqual([409, ["status"]]);
    await move(second?.id, "DELIVERED");
    await to(now().plus({ days: 3 }), tenant);
    expect(await told()).toEqual(expect.arrayContaining([`${days[2]} Boat 2`]));
  });
});

describe("a termination", () => {
  let tenant: Tenant;
  beforeAll(async () => {
    tenant = await signUp(app, { timezone: "UTC", currency: "EUR" });
  });
  const terminate = (id: string, more: object = {}) =>
    tenant.admin.terminateContract({ id, reason: "Moved away", ...more } as never);

  it("is at once unless a day is named", async () => {
    const { id } = await inForce(app, tenant, tenant.admin, { start_date: dayIn("UTC") });
    expect((await terminate(id)).data).toMatchObject({ status: "TERMINATED", terminated_at: expect.any(String) });
    expect(await refusal(terminate(id))).toEqual([409, ["status"]]);
  });

  it("can be withdrawn until its day has come, and given anew", async () => {
    const { id } = await inForce(app, tenant, tenant.admin, { start_date: dayIn("UTC") });
    await terminate(id, { effective_date: dayIn("UTC", { days: 5 }) });
    expect(await refusal(terminate(id))).toEqual([409, ["effective_date"]]);
    expect((await tenant.admin.withdrawContractTermination({ id })).data).toMatchObject({ status: "ACTIVE", termination: null });
    expect(await refusal(tenant.admin.withdrawContractTermination({ id }))).toEqual([409, ["termination"]]);
    await to(now().plus({ days: 6 }), tenant);
    expect(await status(tenant, id)).toBe("ACTIVE");
    await terminate(id, { notice_days: 1 });
    await to(now().plus({ days: 2 }), tenant);
    expect(await status(tenant, id)).toBe("TERMINATED");
    expect(await refusal(tenant.admin.withdrawContractTermination({ id }))).toEqual([409, ["termination"]]);
  });

  it("has a day that comes, and before the last one", async () => {
    const { id } = await inForce(app, tenant, tenant.admin, { start_date: dayIn("UTC"), duration_months: 1 });
    expect(await refusal(terminate(id, { effective_date: dayIn("UTC", { days: -1 }) }))).toEqual([400, ["effective_date"]]);
    expect(await refusal(terminate(id, { effective_date: dayIn("UTC", { days: 99 }) }))).toEqual([400, ["effective_date"]]);
    expect(await refusal(terminate(id, { effective_date: dayIn("UTC"), notice_days: 3 }))).toEqual([400, ["notice_days"]]);
    expect(await refusal(terminate(id, { reason: " " }))).toEqual([400, ["reason"]]);
  });

  it("is of what is approved or in force", async () => {
    const draft = await contractOf(tenant.admin);
    expect(await refusal(terminate(draft.id))).toEqual([409, ["status"]]);
    const { id } = await approved(tenant.admin);
    expect((await terminate(id)).data.status).toBe("TERMINATED");
  });
});
