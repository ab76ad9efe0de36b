import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { derivedId, timeOf } from "@crm/core/kernel/id.ts";
import { Absence } from "@crm/core/lead/absence.ts";
import { AVAILABILITY } from "@crm/core/user/user.domain.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { clockOf } from "../clock/support.ts";
import { asSystem } from "../notification/support.ts";
import { signUp, startTestApp, type Tenant, type TestUser } from "../support.ts";
import { again, at, available, create, historyOf, inTurn, ownerOf, publish, reps, shares, sweep } from "./support.ts";

let app: App;
let tenant: Tenant;
let users: TestUser[];

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

/** A Monday. */
const DAY = "2031-03-03";
const office = ["MON", "TUE", "WED", "THU", "FRI"].map((weekday) => ({ weekday, from: "09:00", to: "17:00" }));

beforeEach(async () => {
  app.setClock({ now: `${DAY}T10:00:00.000Z` });
  tenant = await signUp(app, { new_lead_owner: "rule" });
  users = await reps(app, tenant, 3);
});
const user = (n: number): TestUser => users[n] as TestUser;

describe("working hours", () => {
  it("pass a user over outside of them, in the user's zone", async () => {
    await available(tenant.admin, user(0), { working_hours: office, timezone: "Europe/Berlin" });
    await available(tenant.admin, user(1), { working_hours: office, timezone: "America/New_York" });
    await publish(tenant, { otherwise: inTurn([user(0), user(1)]) });
    expect((await create(tenant)).owner_id).toBe(user(0).id);
    // 21:00 in Berlin, 15:00 in New York.
    await at(app, tenant, `${DAY}T20:00:00.000Z`);
    expect((await create(tenant)).owner_id).toBe(user(1).id);
  });

  it("are the tenant's zone where the user has none", async () => {
    await tenant.admin.updateTenant({ settings: { timezone: "Asia/Tokyo" } });
    await available(tenant.admin, user(0), { working_hours: office });
    await publish(tenant, { otherwise: inTurn([user(0)]) });
    expect((await create(tenant)).owner_id).toBeNull();
  });

  it("let a lead wait until they begin, at that minute", async () => {
    await available(tenant.admin, user(0), { working_hours: office, timezone: "Europe/Berlin" });
    await publish(tenant, { otherwise: inTurn([user(0)]) });
    await at(app, tenant, `${DAY}T19:00:00.000Z`);
    const lead = await create(tenant);
    expect(lead.owner_id).toBeNull();
    for (let hour = 20; hour < 24; hour++) await at(app, tenant, `${DAY}T${hour}:00:00.000Z`);
    for (let hour = 0; hour < 8; hour++) await at(app, tenant, `2031-03-04T0${hour}:00:00.000Z`);
    await at(app, tenant, "2031-03-04T07:59:00.000Z");
    expect(await ownerOf(tenant, lead.id)).toBeNull();
    await at(app, tenant, "2031-03-04T08:00:00.000Z");
    expect(await tenant.admin.getLead({ id: lead.id })).toMatchObject({ data: { owner_id: user(0).id, version: 2 } });
  });
});

describe("an absence", () => {
  const soon = (more: object = {}) => ({ from: `${DAY}T12:00:00.000Z`, to: `${DAY}T18:00:00.000Z`, reassign: true, ...more });
  const leadsOf = async (count: number, owner: TestUser) => {
    const ids: string[] = [];
    for (let n = 0; n < count; n++) ids.push((await create(tenant, { owner_id: owner.id })).id);
    await app.settle();
    return ids;
  };
  const owners = (ids: readonly string[]) => Promise.all(ids.map((id) => ownerOf(tenant, id)));

  it("passes a user over, and leaves what they have where that is not said", async () => {
    await publish(tenant, { otherwise: inTurn([user(0)]) });
    const ids = await leadsOf(2, user(0));
    await available(user(0).as, user(0), { absences: [soon({ reassign: false })] });
    expect((await create(tenant)).owner_id).toBe(user(0).id);
    await at(app, tenant, `${DAY}T12:00:00.000Z`);
    expect((await create(tenant)).owner_id).toBeNull();
    expect(await owners(ids)).toEqual([user(0).id, user(0).id]);
    await at(app, tenant, `${DAY}T18:00:00.000Z`);
    expect((await create(tenant)).owner_id).toBe(user(0).id);
  });

  it("gives the open leads to others when it begins, once, and they stay there", async () => {
    await publish(tenant, { otherwise: inTurn(users) });
    const ids = await leadsOf(6, user(0));
    const others = await leadsOf(1, user(1));
    await available(user(0).as, user(0), { absences: [soon()] });
    await at(app, tenant, `${DAY}T11:59:00.000Z`);
    expect(shares(users, await owners(ids))).toEqual([6, 0, 0]);
    await at(app, tenant, `${DAY}T12:00:00.000Z`);
    expect(shares(users, await owners(ids))).toEqual([0, 3, 3]);
    expect(await owners(others)).toEqual([user(1).id]);
    const [told, ...more] = await historyOf(tenant, String(ids[0]));
    expect(told).toMatchObject({ from_owner_id: user(0).id, reason: "Its owner is away", assigned_by: "system:absences" });
    expect(more).toEqual([]);
    // What somebody gives them by hand meanwhile is theirs.
    await tenant.admin.updateLead({ id: String(ids[0]), owner_id: user(0).id });
    await app.settle();
    const given = await owners(ids);
    for (const hour of [13, 18, 19]) await at(app, tenant, `${DAY}T${hour}:00:00.000Z`);
    expect(await owners(ids)).toEqual(given);
    expect((await tenant.admin.getUserAvailability({ id: user(0).id })).data.absences).toEqual([soon()]);
  });

  it("that has begun already is seen to as well, and none that is over", async () => {
    await publish(tenant, { otherwise: inTurn(users) });
    const ids = await leadsOf(2, user(0));
    const over = { from: `${DAY}T08:00:00.000Z`, to: `${DAY}T09:00:00.000Z`, reassign: true };
    await available(user(0).as, user(0), { absences: [over] });
    await sweep(app, tenant);
    expect(shares(users, await owners(ids))).toEqual([2, 0, 0]);
    const begun = { from: `${DAY}T09:30:00.000Z`, to: null, reassign: true };
    // Another one at the same time takes nothing from it.
    await available(tenant.admin, user(0), { absences: [soon({ from: over.from, reassign: false }), begun] });
    await sweep(app, tenant);
    expect(shares(users, await owners(ids))).toEqual([0, 1, 1]);
  });

  it("leaves leads with who is away as long as nobody is free, and gives them then", async () => {
    await publish(tenant, { otherwise: inTurn([user(0), user(1)]) });
    await available(tenant.admin, user(1), { capacity: 1 });
    const ids = await leadsOf(2, user(0));
    await available(user(0).as, user(0), { absences: [soon()] });
    await at(app, tenant, `${DAY}T12:00:00.000Z`);
    expect(shares(users, await owners(ids))).toEqual([1, 1, 0]);
    await available(tenant.admin, user(1), { capacity: 5 });
    await at(app, tenant, `${DAY}T12:02:00.000Z`);
    expect(shares(users, await owners(ids))).toEqual([0, 2, 0]);
  });

  it("that is taken back leaves them, also those that wait", async () => {
    await publish(tenant, { otherwise: inTurn([user(1)]) });
    await available(tenant.admin, user(1), { capacity: 0 });
    const ids = await leadsOf(1, user(0));
    await available(user(0).as, user(0), { absences: [soon()] });
    await at(app, tenant, `${DAY}T12:00:00.000Z`);
    await available(tenant.admin, user(1), {});
    await available((await again(app, tenant, user(0))).as, user(0), {});
    await at(app, tenant, `${DAY}T12:02:00.000Z`);
    expect(await owners(ids)).toEqual([user(0).id]);
  });

  it("leaves leads that are converted, and those that no rule fits", async () => {
    await publish(tenant, { rules: [{ name: "Referrals", when: { sources: ["referral"] }, to: inTurn(users) }] });
    const ids = await leadsOf(2, user(0));
    const won = (await create(tenant, { owner_id: user(0).id, lead_source_id: "referral" })).id;
    await asSystem(app, tenant, won, { is_converted: true });
    await available(user(0).as, user(0), { absences: [soon()] });
    await at(app, tenant, `${DAY}T12:00:00.000Z`);
    expect(shares(users, await owners([...ids, won]))).toEqual([3, 0, 0]);
  });

  it("goes on where a worker was killed, and gives each lead once", async () => {
    await publish(tenant, { otherwise: inTurn(users) });
    const ids = await leadsOf(60, user(0));
    await available(user(0).as, user(0), { absences: [soon()] });
    // The schedule has just fired, and does not come between.
    app.setClock({ now: `${DAY}T11:59:55.000Z` });
    await app.scheduler.run("due");
    app.setClock({ now: `${DAY}T12:00:00.000Z` });
    const id = derivedId(AVAILABILITY, timeOf(user(0).id), "availability", user(0).id);
    let kills = 0;
    for (let done = false; !done; ) {
      // Whoever comes last has more leads left than are dealt with before it is written down how far the work is.
      const worker = killing(kills < 4 ? 7 : Number.POSITIVE_INFINITY);
      done = await runIn(systemContext(worker, tenant.id, "due"), async () => {
        try {
          await Absence.proceed(id, await clockOf(app, tenant, id, "absence"), 60);
          return true;
        } catch (error) {
          expect(error).toBeInstanceOf(Killed);
          kills++;
          return false;
        }
      });
    }
    expect(kills).toBe(4);
    await sweep(app, tenant);
    const [mine, ...given] = shares(users, await owners(ids));
    expect([mine, given.reduce((sum, each) => sum + each, 0)]).toEqual([0, 60]);
    for (const lead of ids) {
      const told = await historyOf(tenant, lead);
      expect(told.map(({ from_owner_id }) => from_owner_id)).toEqual([user(0).id]);
    }
  });

  class Killed extends Error {}

  /** The ports of a worker that dies after so many transactions: the last of them has gone through. */
  function killing(transactions: number): App["ports"] {
    const { database } = app.ports;
    let left = transactions;
    return {
      ...app.ports,
      database: {
        table: database.table,
        async send(command, scope) {
          if (left === 0) throw new Killed("The worker is dead");
          const output = await database.send(command, scope);
          if (command instanceof TransactWriteCommand) left--;
          return output;
        },
      },
    };
  }
});
