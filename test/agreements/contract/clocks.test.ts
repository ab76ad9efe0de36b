import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { DateTime } from "luxon";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import {
  createActiveContract,
  createApprovedContract,
  createContract,
  createSignedContract,
  readRejection,
  renewAdminSession,
} from "./support.ts";

let app: App;
beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: clockInstant.toISO() as string });
});
afterAll(() => app.stop());

/** The start of the weeks in which daylight saving time changes in Europe, America and New Zealand. */
let clockInstant: DateTime = DateTime.fromISO("2031-03-03T21:30:00Z", { zone: "UTC" });
const now = (): DateTime => clockInstant;
const dayInZone = (zone: string, more: object = {}): string => now().setZone(zone).plus(more).toISODate() as string;
const moveClockTo = async (instant: DateTime, tenant: Tenant): Promise<void> => {
  clockInstant = instant.toUTC();
  app.setClock({ now: clockInstant.toISO() as string });
  await app.settle();
  await renewAdminSession(app, tenant);
};
const readStatus = async (tenant: Tenant, id: string): Promise<unknown> => (await tenant.admin.getContract({ id })).data.status;
const zones = ["Pacific/Auckland", "Europe/Berlin", "America/Los_Angeles", "UTC"];

describe.each(zones)("in %s", (zone) => {
  let tenant: Tenant;
  beforeAll(async () => {
    tenant = await signUp(app, { timezone: zone, currency: "EUR" });
  });

  it("a signed contract becomes active when its first day begins, and expires after its last day", async () => {
    const [start_date, end_date] = [dayInZone(zone, { days: 3 }), dayInZone(zone, { days: 36 })];
    const { id } = await createSignedContract(app, tenant, tenant.admin, { start_date, end_date });
    expect(await readRejection(tenant.admin.activateContract({ id }))).toEqual([409, ["start_date"]]);
    const begin = DateTime.fromISO(start_date, { zone });
    await moveClockTo(begin.minus({ minutes: 2 }), tenant);
    expect(await readStatus(tenant, id)).toBe("APPROVED");
    await moveClockTo(begin.plus({ minutes: 2 }), tenant);
    expect(await readStatus(tenant, id)).toBe("ACTIVE");
    const endTime = DateTime.fromISO(end_date, { zone }).plus({ days: 1 });
    await moveClockTo(endTime.minus({ minutes: 2 }), tenant);
    expect(await readStatus(tenant, id)).toBe("ACTIVE");
    await moveClockTo(endTime.plus({ minutes: 2 }), tenant);
    expect(await readStatus(tenant, id)).toBe("EXPIRED");
    await app.settle();
    const { data: notifications } = await tenant.admin.listNotifications({});
    const notificationTypes = notifications.filter(({ record_id }) => record_id === id).map(({ type }) => type);
    for (const type of ["contract_active", "contract_expired"])
      expect(notificationTypes.filter((notificationType) => notificationType === type)).toHaveLength(1);
  });

  it("a contract terminated with notice ends when the effective day begins", async () => {
    const { id } = await createActiveContract(app, tenant, tenant.admin, { start_date: dayInZone(zone) });
    const { data } = await tenant.admin.terminateContract({ id, reason: "Moved away", notice_days: 14 });
    const effective_date = dayInZone(zone, { days: 14 });
    expect(data).toMatchObject({ status: "ACTIVE", termination: { effective_date, notice_days: 14, reason: "Moved away" } });
    const begin = DateTime.fromISO(effective_date, { zone });
    await moveClockTo(begin.minus({ minutes: 2 }), tenant);
    expect(await readStatus(tenant, id)).toBe("ACTIVE");
    await moveClockTo(begin.plus({ minutes: 2 }), tenant);
    expect(await readStatus(tenant, id)).toBe("TERMINATED");
  });
});

describe("a clock", () => {
  let tenant: Tenant;
  beforeAll(async () => {
    tenant = await signUp(app, { timezone: "Europe/Berlin", currency: "EUR" });
  });
  const zone = "Europe/Berlin";

  it("that did not run for a month leaves a contract expired that began and ended meanwhile", async () => {
    const { id } = await createSignedContract(app, tenant, tenant.admin, {
      start_date: dayInZone(zone, { days: 2 }),
      end_date: dayInZone(zone, { days: 20 }),
    });
    await moveClockTo(now().plus({ days: 40 }), tenant);
    // One clock a sweep: the contract starts, its renewal is decided, and it ends.
    await moveClockTo(now().plus({ minutes: 2 }), tenant);
    await moveClockTo(now().plus({ minutes: 2 }), tenant);
    expect(await readStatus(tenant, id)).toBe("EXPIRED");
  });

  it("does not activate an unsigned contract, and a late signature activates it at once", async () => {
    const { id } = await createApprovedContract(tenant.admin, { start_date: dayInZone(zone, { days: 2 }) });
    await moveClockTo(now().plus({ days: 3 }), tenant);
    expect(await readStatus(tenant, id)).toBe("APPROVED");
    expect(await readRejection(tenant.admin.activateContract({ id }))).toEqual([409, ["customer_signed", "company_signed"]]);
    const late = await createSignedContract(app, tenant, tenant.admin, { start_date: dayInZone(zone) });
    await moveClockTo(now().plus({ minutes: 2 }), tenant);
    expect(await readStatus(tenant, late.id)).toBe("ACTIVE");
  });

  it("activates a contract that needs no signature once it is approved", async () => {
    const { id } = await createApprovedContract(tenant.admin, { requires_signature: false, start_date: dayInZone(zone) });
    expect((await tenant.admin.activateContract({ id })).data).toMatchObject({
      status: "ACTIVE",
      activated_at: expect.any(String),
    });
  });

  it("reports due deliverables once for each day", async () => {
    const days = [1, 1, 3].map((offset) => dayInZone(zone, { days: offset }));
    const deliverables = days.map((due_date, n) => ({ name: `Boat ${n}`, due_date }));
    const contract = await createActiveContract(app, tenant, tenant.admin, { start_date: dayInZone(zone), deliverables });
    const { id } = contract;
    const listDueNotices = async () =>
      (await tenant.admin.listNotifications({})).data
        .filter(({ record_id, type }) => record_id === id && type === "contract_deliverables_due")
        .map(({ body }) => body);
    await moveClockTo(now().plus({ days: 2 }), tenant);
    expect(await listDueNotices()).toHaveLength(1);
    const [first, second] = contract.deliverables as { id: string }[];
    const move = (deliverable_id: unknown, to: string) =>
      allowAnyInput(tenant.admin).updateContractDeliverable({ id, deliverable_id, status: to });
    expect(await readRejection(move(first?.id, "ACCEPTED"))).toEqual([409, ["status"]]);
    expect((await move(first?.id, "DELIVERED")).data).toMatchObject({ status: "DELIVERED", delivered_at: expect.any(String) });
    expect((await move(first?.id, "ACCEPTED")).data).toMatchObject({ status: "ACCEPTED", accepted_at: expect.any(String) });
    expect(await readRejection(move(first?.id, "PENDING"))).toEqual([409, ["status"]]);
    await move(second?.id, "DELIVERED");
    await moveClockTo(now().plus({ days: 3 }), tenant);
    expect(await listDueNotices()).toEqual(expect.arrayContaining([`${days[2]} Boat 2`]));
  });
});

describe("a termination", () => {
  let tenant: Tenant;
  beforeAll(async () => {
    tenant = await signUp(app, { timezone: "UTC", currency: "EUR" });
  });
  const terminate = (id: string, more: object = {}) => tenant.admin.terminateContract({ id, reason: "Moved away", ...more });

  it("takes effect at once unless it names a day", async () => {
    const { id } = await createActiveContract(app, tenant, tenant.admin, { start_date: dayInZone("UTC") });
    expect((await terminate(id)).data).toMatchObject({ status: "TERMINATED", terminated_at: expect.any(String) });
    expect(await readRejection(terminate(id))).toEqual([409, ["status"]]);
  });

  it("can be withdrawn until its day has come, and created again", async () => {
    const { id } = await createActiveContract(app, tenant, tenant.admin, { start_date: dayInZone("UTC") });
    await terminate(id, { effective_date: dayInZone("UTC", { days: 5 }) });
    expect(await readRejection(terminate(id))).toEqual([409, ["effective_date"]]);
    expect((await tenant.admin.withdrawContractTermination({ id })).data).toMatchObject({ status: "ACTIVE", termination: null });
    expect(await readRejection(tenant.admin.withdrawContractTermination({ id }))).toEqual([409, ["termination"]]);
    await moveClockTo(now().plus({ days: 6 }), tenant);
    expect(await readStatus(tenant, id)).toBe("ACTIVE");
    await terminate(id, { notice_days: 1 });
    await moveClockTo(now().plus({ days: 2 }), tenant);
    expect(await readStatus(tenant, id)).toBe("TERMINATED");
    expect(await readRejection(tenant.admin.withdrawContractTermination({ id }))).toEqual([409, ["termination"]]);
  });

  it("needs a future day before the last day of the contract", async () => {
    const { id } = await createActiveContract(app, tenant, tenant.admin, { start_date: dayInZone("UTC"), duration_months: 1 });
    expect(await readRejection(terminate(id, { effective_date: dayInZone("UTC", { days: -1 }) }))).toEqual([
      400,
      ["effective_date"],
    ]);
    expect(await readRejection(terminate(id, { effective_date: dayInZone("UTC", { days: 99 }) }))).toEqual([
      400,
      ["effective_date"],
    ]);
    expect(await readRejection(terminate(id, { effective_date: dayInZone("UTC"), notice_days: 3 }))).toEqual([
      400,
      ["notice_days"],
    ]);
    expect(await readRejection(terminate(id, { reason: " " }))).toEqual([400, ["reason"]]);
  });

  it("needs an approved or active contract", async () => {
    const draft = await createContract(tenant.admin);
    expect(await readRejection(terminate(draft.id))).toEqual([409, ["status"]]);
    const { id } = await createApprovedContract(tenant.admin);
    expect((await terminate(id)).data.status).toBe("TERMINATED");
  });
});
