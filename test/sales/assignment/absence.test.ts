import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { derivedId, idTime } from "@crm/core/kernel/id.ts";
import { AVAILABILITY } from "@crm/core/platform/user/user.kind.ts";
import { WorkHandover } from "@crm/core/service/ticket/work-handover.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { changeAsSystem } from "../../platform/notification/support.ts";
import { readClock } from "../../storage/scheduler/support.ts";
import { signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import {
  addReps,
  countShares,
  createLead,
  listAssignments,
  publishRule,
  readOwner,
  roundRobin,
  runSweep,
  setAvailability,
  signInAgain,
  sweepAt,
} from "./support.ts";

let app: App;
let tenant: Tenant;
let users: TestUser[];

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

/** A Monday. */
const MONDAY = "2031-03-03";
const officeHours = ["MON", "TUE", "WED", "THU", "FRI"].map((weekday) => ({ weekday, from: "09:00", to: "17:00" }));

beforeEach(async () => {
  app.setClock({ now: `${MONDAY}T10:00:00.000Z` });
  tenant = await signUp(app, { new_lead_owner: "rule" });
  users = await addReps(app, tenant, 3);
});
const user = (n: number): TestUser => users[n] as TestUser;

describe("working hours", () => {
  it("exclude a user outside of them, in the time zone of the user", async () => {
    await setAvailability(tenant.admin, user(0), { working_hours: officeHours, timezone: "Europe/Berlin" });
    await setAvailability(tenant.admin, user(1), { working_hours: officeHours, timezone: "America/New_York" });
    await publishRule(tenant, { otherwise: roundRobin([user(0), user(1)]) });
    expect((await createLead(tenant)).owner_id).toBe(user(0).id);
    // 21:00 in Berlin, 15:00 in New York.
    await sweepAt(app, tenant, `${MONDAY}T20:00:00.000Z`);
    expect((await createLead(tenant)).owner_id).toBe(user(1).id);
  });

  it("are in the time zone of the tenant if the user has none", async () => {
    await tenant.admin.updateTenant({ settings: { timezone: "Asia/Tokyo" } });
    await setAvailability(tenant.admin, user(0), { working_hours: officeHours });
    await publishRule(tenant, { otherwise: roundRobin([user(0)]) });
    expect((await createLead(tenant)).owner_id).toBeNull();
  });

  it("make a lead wait until the minute in which they begin", async () => {
    await setAvailability(tenant.admin, user(0), { working_hours: officeHours, timezone: "Europe/Berlin" });
    await publishRule(tenant, { otherwise: roundRobin([user(0)]) });
    await sweepAt(app, tenant, `${MONDAY}T19:00:00.000Z`);
    const lead = await createLead(tenant);
    expect(lead.owner_id).toBeNull();
    for (let hour = 20; hour < 24; hour++) await sweepAt(app, tenant, `${MONDAY}T${hour}:00:00.000Z`);
    for (let hour = 0; hour < 8; hour++) await sweepAt(app, tenant, `2031-03-04T0${hour}:00:00.000Z`);
    await sweepAt(app, tenant, "2031-03-04T07:59:00.000Z");
    expect(await readOwner(tenant, lead.id)).toBeNull();
    await sweepAt(app, tenant, "2031-03-04T08:00:00.000Z");
    expect(await tenant.admin.getLead({ id: lead.id })).toMatchObject({ data: { owner_id: user(0).id, version: 2 } });
  });
});

describe("an absence", () => {
  const buildAbsence = (more: object = {}) => ({
    from: `${MONDAY}T12:00:00.000Z`,
    to: `${MONDAY}T18:00:00.000Z`,
    reassign: true,
    ...more,
  });
  const createLeads = async (count: number, owner: TestUser) => {
    const ids: string[] = [];
    for (let n = 0; n < count; n++) ids.push((await createLead(tenant, { owner_id: owner.id })).id);
    await app.settle();
    return ids;
  };
  const owners = (ids: readonly string[]) => Promise.all(ids.map((id) => readOwner(tenant, id)));

  it("skips the user, and leaves the existing leads with the user unless reassignment is set", async () => {
    await publishRule(tenant, { otherwise: roundRobin([user(0)]) });
    const ids = await createLeads(2, user(0));
    await setAvailability(user(0).client, user(0), { absences: [buildAbsence({ reassign: false })] });
    expect((await createLead(tenant)).owner_id).toBe(user(0).id);
    await sweepAt(app, tenant, `${MONDAY}T12:00:00.000Z`);
    expect((await createLead(tenant)).owner_id).toBeNull();
    expect(await owners(ids)).toEqual([user(0).id, user(0).id]);
    await sweepAt(app, tenant, `${MONDAY}T18:00:00.000Z`);
    expect((await createLead(tenant)).owner_id).toBe(user(0).id);
  });

  it("gives the open leads to others once when it begins, and they stay there", async () => {
    await publishRule(tenant, { otherwise: roundRobin(users) });
    const ids = await createLeads(6, user(0));
    const otherIds = await createLeads(1, user(1));
    await setAvailability(user(0).client, user(0), { absences: [buildAbsence()] });
    await sweepAt(app, tenant, `${MONDAY}T11:59:00.000Z`);
    expect(countShares(users, await owners(ids))).toEqual([6, 0, 0]);
    await sweepAt(app, tenant, `${MONDAY}T12:00:00.000Z`);
    expect(countShares(users, await owners(ids))).toEqual([0, 3, 3]);
    expect(await owners(otherIds)).toEqual([user(1).id]);
    const [assignment, ...more] = await listAssignments(tenant, String(ids[0]));
    expect(assignment).toMatchObject({
      from_owner_id: user(0).id,
      reason: "The owner is absent",
      assigned_by: "system:absences",
    });
    expect(more).toEqual([]);
    // A lead that is assigned to them manually meanwhile stays theirs.
    await tenant.admin.updateLead({ id: String(ids[0]), owner_id: user(0).id });
    await app.settle();
    const newOwners = await owners(ids);
    for (const hour of [13, 18, 19]) await sweepAt(app, tenant, `${MONDAY}T${hour}:00:00.000Z`);
    expect(await owners(ids)).toEqual(newOwners);
    expect((await tenant.admin.getUserAvailability({ id: user(0).id })).data.absences).toEqual([buildAbsence()]);
  });

  it("reassigns leads if it has already begun, but not if it is over", async () => {
    await publishRule(tenant, { otherwise: roundRobin(users) });
    const ids = await createLeads(2, user(0));
    const pastAbsence = { from: `${MONDAY}T08:00:00.000Z`, to: `${MONDAY}T09:00:00.000Z`, reassign: true };
    await setAvailability(user(0).client, user(0), { absences: [pastAbsence] });
    await runSweep(app, tenant);
    expect(countShares(users, await owners(ids))).toEqual([2, 0, 0]);
    const currentAbsence = { from: `${MONDAY}T09:30:00.000Z`, to: null, reassign: true };
    // An overlapping absence without reassignment does not stop the reassignment.
    await setAvailability(tenant.admin, user(0), {
      absences: [buildAbsence({ from: pastAbsence.from, reassign: false }), currentAbsence],
    });
    await runSweep(app, tenant);
    expect(countShares(users, await owners(ids))).toEqual([0, 1, 1]);
  });

  it("leaves leads with the absent user until another user is free, then reassigns them", async () => {
    await publishRule(tenant, { otherwise: roundRobin([user(0), user(1)]) });
    await setAvailability(tenant.admin, user(1), { capacity: 1 });
    const ids = await createLeads(2, user(0));
    await setAvailability(user(0).client, user(0), { absences: [buildAbsence()] });
    await sweepAt(app, tenant, `${MONDAY}T12:00:00.000Z`);
    expect(countShares(users, await owners(ids))).toEqual([1, 1, 0]);
    await setAvailability(tenant.admin, user(1), { capacity: 5 });
    await sweepAt(app, tenant, `${MONDAY}T12:02:00.000Z`);
    expect(countShares(users, await owners(ids))).toEqual([0, 2, 0]);
  });

  it("leaves the leads with the user if it is cancelled, including those that are waiting", async () => {
    await publishRule(tenant, { otherwise: roundRobin([user(1)]) });
    await setAvailability(tenant.admin, user(1), { capacity: 0 });
    const ids = await createLeads(1, user(0));
    await setAvailability(user(0).client, user(0), { absences: [buildAbsence()] });
    await sweepAt(app, tenant, `${MONDAY}T12:00:00.000Z`);
    await setAvailability(tenant.admin, user(1), {});
    await setAvailability((await signInAgain(app, tenant, user(0))).client, user(0), {});
    await sweepAt(app, tenant, `${MONDAY}T12:02:00.000Z`);
    expect(await owners(ids)).toEqual([user(0).id]);
  });

  it("leaves converted leads, and leads that match no rule", async () => {
    await publishRule(tenant, { rules: [{ name: "Referrals", when: { sources: ["referral"] }, to: roundRobin(users) }] });
    const ids = await createLeads(2, user(0));
    const wonId = (await createLead(tenant, { owner_id: user(0).id, lead_source_id: "referral" })).id;
    await changeAsSystem(app, tenant, wonId, { is_converted: true });
    await setAvailability(user(0).client, user(0), { absences: [buildAbsence()] });
    await sweepAt(app, tenant, `${MONDAY}T12:00:00.000Z`);
    expect(countShares(users, await owners([...ids, wonId]))).toEqual([3, 0, 0]);
  });

  it("continues after a worker is killed, and reassigns each lead once", async () => {
    await publishRule(tenant, { otherwise: roundRobin(users) });
    const ids = await createLeads(60, user(0));
    await setAvailability(user(0).client, user(0), { absences: [buildAbsence()] });
    // The schedule has just run, so it does not run again during the test.
    app.setClock({ now: `${MONDAY}T11:59:55.000Z` });
    await app.scheduler.run("due");
    app.setClock({ now: `${MONDAY}T12:00:00.000Z` });
    const id = derivedId(AVAILABILITY, idTime(user(0).id), "availability", user(0).id);
    let kills = 0;
    for (let done = false; !done; ) {
      // The last worker must have more leads left than it processes before it saves its progress.
      const worker = killing(kills < 4 ? 7 : Number.POSITIVE_INFINITY);
      done = await runIn(systemContext(worker, tenant.id, "due"), async () => {
        try {
          await WorkHandover.proceed(id, await readClock(app, tenant, id, "absence"), 60);
          return true;
        } catch (error) {
          expect(error).toBeInstanceOf(Killed);
          kills++;
          return false;
        }
      });
    }
    expect(kills).toBe(4);
    await runSweep(app, tenant);
    const [ownShare, ...otherShares] = countShares(users, await owners(ids));
    expect([ownShare, otherShares.reduce((sum, share) => sum + share, 0)]).toEqual([0, 60]);
    for (const lead of ids) {
      const assignments = await listAssignments(tenant, lead);
      expect(assignments.map(({ from_owner_id }) => from_owner_id)).toEqual([user(0).id]);
    }
  });

  class Killed extends Error {}

  /** The ports of a worker that dies after this many transactions; the last one is still applied. */
  function killing(transactions: number): App["ports"] {
    const { database } = app.ports;
    let remainingWrites = transactions;
    return {
      ...app.ports,
      database: {
        table: database.table,
        async send(command, scope) {
          if (remainingWrites === 0) throw new Killed("The worker is dead");
          const output = await database.send(command, scope);
          if (command instanceof TransactWriteCommand) remainingWrites--;
          return output;
        },
      },
    };
  }
});
