import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Log } from "@crm/core/kernel/ports.ts";
import { type LeadRecord, Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { Lead } from "@crm/core/sales/lead/lead.ts";
import { Clocks } from "@crm/core/storage/scheduler/clocks.ts";
import { loadAllCollections } from "@crm/core/storage/table/collection-registry.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { isRecordWrite, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createSweeper, deliverEvent, formatEvent, refuseCommands } from "./support.ts";

/** The clocks of leads with a manual sweep: which events are delivered when, and what is done, despite failures. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The time between two tests. It exceeds the days that a test covers, because a sweep checks each of them. */
const TEST_INTERVAL_MS = 42 * DAY;

let app: App;
let tenant: Tenant;
let now: number;

beforeAll(async () => {
  app = await startTestApp({ stream: () => async () => ({ batchItemFailures: [] }) });
  // Only the tests run the sweep.
  await app.scheduler.stop();
  now = Date.now();
});
afterAll(() => app.stop());
beforeEach(async () => {
  now += TEST_INTERVAL_MS;
  app.setClock({ now: new Date(now).toISOString() });
  await createSweeper(app).sweep();
  tenant = await signUp(app);
});
/** Deletes the records of the test, so that nothing is due in the next one. */
afterEach(async () => {
  for (const id of createdIds.splice(0)) await changeLead(id, { deleted_at: instantAfter(0) });
});

const instantAfter = (ms: number): string => new Date(now + ms).toISOString();
const setTime = (ms: number): void => app.setClock({ now: instantAfter(ms) });
const runInTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);
const changeLead = (id: string, more: Partial<LeadRecord>) =>
  runInTenant(() => Records.change(Leads, id, (lead) => ({ ...lead, ...more })));
const createdIds: string[] = [];
const createLead = async (more: Partial<LeadRecord>): Promise<string> => {
  const { id } = await runInTenant(() => Lead.create(newLead()));
  createdIds.push(id);
  await changeLead(id, more);
  return id;
};
const readLead = async (id: string): Promise<LeadRecord> => (await runInTenant(() => Records.find(Leads, id))) as LeadRecord;
const reminderName = (id: string, due_at: string): string => `lead.reminder_due ${id} ${due_at}`;
const rescoreName = (id: string, due_at: string): string => `lead.rescore_due ${id} ${due_at}`;

describe("several clocks of one record", () => {
  it("are due one after another, once each at its instant", async () => {
    const id = await createLead({ next_contact_date: instantAfter(HOUR), rescore_at: instantAfter(2 * HOUR) });
    const { sweep, heard: dueEvents } = createSweeper(app);
    const due: string[][] = [];
    for (const ms of [HOUR - 1000, HOUR, HOUR + MINUTE, 2 * HOUR - 1000, 2 * HOUR, 3 * HOUR]) {
      setTime(ms);
      const { events } = await sweep();
      for (const event of events) await deliverEvent(event, app.ports);
      due.push(events.map(formatEvent));
    }
    expect(due).toEqual([[], [reminderName(id, instantAfter(HOUR))], [], [], [rescoreName(id, instantAfter(2 * HOUR))], []]);
    expect(await readLead(id)).toMatchObject({ follow_up_reminded_at: instantAfter(HOUR), rescore_at: null, version: 4 });
    expect(dueEvents[0]).toMatchObject({
      id: `${id}.reminder.${instantAfter(HOUR)}`,
      tenant_id: tenant.id,
      version: 2,
      changed: [],
    });
  });

  it("are claimed together if they are due together, and their actions do not conflict", async () => {
    const id = await createLead({ next_contact_date: instantAfter(HOUR), rescore_at: instantAfter(2 * HOUR) });
    setTime(3 * HOUR);
    const { sweep } = createSweeper(app);
    const { events } = await sweep();
    expect(events.map(formatEvent).sort()).toEqual([
      reminderName(id, instantAfter(HOUR)),
      rescoreName(id, instantAfter(2 * HOUR)),
    ]);
    await Promise.all(events.map((event) => deliverEvent(event, app.ports)));
    expect(await readLead(id)).toMatchObject({ follow_up_reminded_at: instantAfter(HOUR), rescore_at: null, version: 4 });
    setTime(4 * HOUR);
    expect((await sweep()).events).toEqual([]);
  });

  it("are independent: a failing clock does not delay another", async () => {
    const id = await createLead({ next_contact_date: instantAfter(HOUR), rescore_at: instantAfter(HOUR + MINUTE) });
    const { sweep } = createSweeper(app);
    setTime(HOUR);
    expect((await sweep()).events.map(formatEvent)).toEqual([reminderName(id, instantAfter(HOUR))]);
    // No subscriber acts on it; a minute later its claim has not expired.
    setTime(HOUR + MINUTE);
    expect((await sweep()).events.map(formatEvent)).toEqual([rescoreName(id, instantAfter(HOUR + MINUTE))]);
  });
});

describe("a clock that is due", () => {
  it("is claimed once by concurrent sweeps", async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, () => createLead({ next_contact_date: instantAfter(HOUR) })));
    setTime(HOUR);
    const { sweep, heard: dueEvents } = createSweeper(app);
    await Promise.all([sweep(), sweep(), sweep()]);
    expect(dueEvents.map(({ record_id }) => record_id).sort()).toEqual([...ids].sort());
  });

  it("is claimed once by two sweeps with different clocks, and again if a clock was set back by days", async () => {
    const id = await createLead({ next_contact_date: instantAfter(HOUR) });
    const { sweep } = createSweeper(app);
    setTime(HOUR + 2000);
    expect((await sweep()).events).toHaveLength(1);
    setTime(HOUR + 1000);
    expect((await sweep()).events).toEqual([]);
    await changeLead(id, { next_contact_date: instantAfter(2 * DAY) });
    setTime(3 * DAY);
    expect((await sweep()).events).toHaveLength(1);
    await changeLead(id, { next_contact_date: instantAfter(2 * HOUR) });
    setTime(HOUR);
    await changeLead(id, { next_contact_date: instantAfter(2 * DAY) });
    setTime(2 * DAY + HOUR);
    expect((await sweep()).events.map(formatEvent)).toEqual([reminderName(id, instantAfter(2 * DAY))]);
  });

  it("acts once despite duplicate and late events", async () => {
    const id = await createLead({ next_contact_date: instantAfter(HOUR) });
    setTime(HOUR);
    const { events } = await createSweeper(app).sweep();
    await Promise.all([deliverEvent(events[0], app.ports), deliverEvent(events[0], app.ports)]);
    setTime(2 * DAY);
    await deliverEvent(events[0], app.ports);
    expect((await readLead(id)).version).toBe(3);
  });

  it.each([
    ["a day", 1],
    ["a month", 31],
  ])("is found by a sweep that is %s late", async (_, days) => {
    const { sweep } = createSweeper(app);
    await sweep();
    const dates = [HOUR, (days * DAY) / 3, (days * DAY) / 2, days * DAY - HOUR].map(instantAfter);
    const ids: string[] = [];
    for (const next_contact_date of dates) ids.push(await createLead({ next_contact_date }));
    setTime(days * DAY);
    const { events } = await sweep();
    expect(events.map(formatEvent).sort()).toEqual(ids.map((id, n) => reminderName(id, dates[n] ?? "")).sort());
    for (const event of events) await deliverEvent(event, app.ports);
    setTime(days * DAY + HOUR);
    expect(await sweep()).toMatchObject({ events: [], found: 0 });
  });

  it("does nothing before its new instant if it moves later between claim and action", async () => {
    const id = await createLead({ next_contact_date: instantAfter(HOUR) });
    const { sweep } = createSweeper(app);
    setTime(HOUR);
    const [event] = (await sweep()).events;
    await changeLead(id, { next_contact_date: instantAfter(DAY) });
    await deliverEvent(event, app.ports);
    expect(await readLead(id)).toMatchObject({ follow_up_reminded_at: null, version: 3 });
    setTime(DAY - MINUTE);
    expect((await sweep()).events).toEqual([]);
    setTime(DAY);
    const [next] = (await sweep()).events;
    await deliverEvent(next, app.ports);
    expect(await readLead(id)).toMatchObject({ follow_up_reminded_at: instantAfter(DAY), version: 4 });
  });

  it("acts at once at its new instant if it moves earlier between claim and action", async () => {
    const id = await createLead({ next_contact_date: instantAfter(HOUR) });
    const { sweep } = createSweeper(app);
    setTime(HOUR);
    const [event] = (await sweep()).events;
    await changeLead(id, { next_contact_date: instantAfter(30 * MINUTE) });
    await deliverEvent(event, app.ports);
    expect(await readLead(id)).toMatchObject({ follow_up_reminded_at: null, version: 3 });
    const { events } = await sweep();
    expect(events.map(formatEvent)).toEqual([reminderName(id, instantAfter(30 * MINUTE))]);
    for (const dueEvent of [event, ...events]) await deliverEvent(dueEvent, app.ports);
    expect(await readLead(id)).toMatchObject({ follow_up_reminded_at: instantAfter(30 * MINUTE), version: 4 });
  });

  it("does not act for its old instant if it moves while the action writes", async () => {
    const id = await createLead({ next_contact_date: instantAfter(HOUR) });
    setTime(HOUR);
    const [event] = (await createSweeper(app).sweep()).events;
    let isFirst = true;
    const raced = {
      ...app.ports,
      database: {
        table: app.ports.database.table,
        send: async (command: object, scope: never) => {
          if (isRecordWrite(command) && isFirst) {
            isFirst = false;
            await changeLead(id, { next_contact_date: instantAfter(DAY) });
          }
          return app.ports.database.send(command, scope);
        },
      },
    };
    await deliverEvent(event, raced);
    expect(isFirst).toBe(false);
    expect(await readLead(id)).toMatchObject({ follow_up_reminded_at: null, version: 3 });
  });

  it("rests while its record is deleted, and is due again once it is restored", async () => {
    const [id, claimed] = [
      await createLead({ next_contact_date: instantAfter(HOUR) }),
      await createLead({ next_contact_date: instantAfter(30 * MINUTE) }),
    ];
    const { sweep } = createSweeper(app);
    await changeLead(id, { deleted_at: instantAfter(0) });
    setTime(30 * MINUTE);
    const [event] = (await sweep()).events;
    await changeLead(claimed, { deleted_at: instantAfter(30 * MINUTE) });
    await deliverEvent(event, app.ports);
    setTime(2 * HOUR);
    expect((await sweep()).events).toEqual([]);
    const deleted = await runInTenant(() => Records.loadMany(Leads, [id, claimed]));
    expect(deleted.map((lead) => lead && Leads.clockInstants(lead))).toEqual([{}, {}]);
    for (const leadId of [id, claimed]) await runInTenant(() => Records.restore(Leads, leadId));
    expect((await readLead(claimed)).version).toBe(4);
    const { events } = await sweep();
    expect(events.map(formatEvent).sort()).toEqual(
      [reminderName(id, instantAfter(HOUR)), reminderName(claimed, instantAfter(30 * MINUTE))].sort(),
    );
    for (const each of events) await deliverEvent(each, app.ports);
    expect([(await readLead(id)).version, (await readLead(claimed)).version]).toEqual([5, 5]);
  });
});

describe("what fails", () => {
  it("is retried after its lease with increasing delays until it succeeds", async () => {
    const id = await createLead({ next_contact_date: instantAfter(HOUR) });
    const { sweep } = createSweeper(app);
    const broken = refuseCommands(app.ports, isRecordWrite);
    const due: string[][] = [];
    // The claims last two, four and eight minutes.
    for (const [minute, ports] of [
      [0, broken],
      [1, broken],
      [2.5, broken],
      [5, broken],
      [7, app.ports],
      [8, app.ports],
      [30, app.ports],
    ] as const) {
      setTime(HOUR + minute * MINUTE);
      const { events } = await sweep();
      for (const event of events) await deliverEvent(event, ports).catch(() => due.push(["failed"]));
      due.push(events.map(formatEvent));
    }
    const again = [reminderName(id, instantAfter(HOUR))];
    expect(due).toEqual([["failed"], again, [], ["failed"], again, [], again, [], []]);
    expect(await readLead(id)).toMatchObject({ follow_up_reminded_at: instantAfter(HOUR), version: 3 });
  });

  it("is retried if the sweep was killed between claim and publication", async () => {
    const id = await createLead({ next_contact_date: instantAfter(HOUR) });
    const { sweep } = createSweeper(app);
    setTime(HOUR);
    const publish = () => Promise.reject(new Error("killed"));
    await expect(sweep({ bus: { publish } })).rejects.toThrow("killed");
    expect((await sweep()).events).toEqual([]);
    setTime(HOUR + 3 * MINUTE);
    const { events, again } = await sweep();
    expect([events.map(formatEvent), again]).toEqual([[reminderName(id, instantAfter(HOUR))], 1]);
  });

  it("is retried without limit, and logged as an error after a week", async () => {
    const id = await createLead({ next_contact_date: instantAfter(HOUR) });
    const logLines: string[] = [];
    const log: Log = { write: (level, message) => void logLines.push(`${level} ${message}`) };
    const { sweep } = createSweeper(app);
    for (let day = 1; day <= 12; day++) {
      setTime(day * DAY);
      expect((await sweep({ log })).events.map(formatEvent)).toEqual([reminderName(id, instantAfter(HOUR))]);
    }
    expect([logLines[0], logLines.at(-1)]).toEqual([
      "warn A clock is distributed again",
      "error A clock has been distributed for a week and is still due",
    ]);
    setTime(40 * DAY);
    const { events, overdue } = await sweep({ log });
    expect(overdue).toBe(1);
    await deliverEvent(events[0], app.ports);
    setTime(41 * DAY);
    await sweep({ log });
    expect((await sweep({ log })).found).toBe(0);
  });

  it("delays no others: an unreadable record, and one with a failing action", async () => {
    const [torn, failing, fine] = await Promise.all(
      [1, 2, 3].map((minute) =>
        createLead({ next_contact_date: instantAfter(HOUR + minute * MINUTE), rescore_at: instantAfter(HOUR + minute * MINUTE) }),
      ),
    );
    const { sweep } = createSweeper(app);
    const logLines: string[] = [];
    const log: Log = { write: (level, message) => void logLines.push(`${level} ${message}`) };
    const unread = {
      ...app.ports.database,
      send: async (command: object, scope: never) => {
        const output = (await app.ports.database.send(command, scope)) as {
          Responses?: Record<string, { sk: string; row: string }[]>;
        };
        for (const item of Object.values(output.Responses ?? {}).flat()) if (item.sk === torn) item.row = "{";
        return output;
      },
    };
    setTime(2 * HOUR);
    const { events, unreadable } = await sweep({ database: unread, log });
    expect([unreadable, logLines]).toEqual([1, ["error A due record could not be read"]]);
    expect(new Set(events.map(({ record_id }) => record_id))).toEqual(new Set([failing, fine]));
    const broken = refuseCommands(app.ports, (command) => JSON.stringify(command).includes(`${failing}`));
    for (const event of events) await deliverEvent(event, broken).catch(() => undefined);
    expect(await readLead(String(fine))).toMatchObject({
      follow_up_reminded_at: instantAfter(HOUR + 3 * MINUTE),
      rescore_at: null,
    });
    setTime(3 * HOUR);
    const laterSweep = await sweep();
    expect(new Set(laterSweep.events.map(({ record_id }) => record_id))).toEqual(new Set([torn, failing]));
  });

  it("does not prevent the publication of other claims", async () => {
    const ids = await Promise.all(Array.from({ length: 24 }, () => createLead({ next_contact_date: instantAfter(HOUR) })));
    const { sweep, heard: dueEvents } = createSweeper(app);
    setTime(HOUR);
    const { database } = refuseCommands(
      app.ports,
      (command) => command instanceof UpdateCommand && JSON.stringify(command).includes(ids[0] ?? "-"),
    );
    await expect(sweep({ database })).rejects.toThrow("killed");
    expect(dueEvents.map(({ record_id }) => record_id).sort()).toEqual(ids.slice(1).sort());
    expect((await sweep()).events.map(({ record_id }) => record_id)).toEqual([ids[0]]);
  });
});

describe("an act", () => {
  it("that does not move its clock is rejected, so that it cannot be repeated forever", async () => {
    const id = await createLead({ next_contact_date: instantAfter(HOUR) });
    const idle = runInTenant(() =>
      Clocks.runDue(Leads, id, "reminder", instantAfter(HOUR), (lead) => ({ ...lead, notes: "Seen" })),
    );
    await expect(idle).rejects.toThrow("is still set to");
  });
});

describe("clocks", () => {
  it("each have a subscriber, and each subscriber has a clock", async () => {
    const clocks = (await runInTenant(loadAllCollections)).flatMap(({ name, definition }) =>
      Object.keys(definition.clocks ?? {}).map((clock) => `${name}.${clock}_due`),
    );
    expect(clocks.length).toBeGreaterThan(10);
    // Events of changes, not of clocks.
    const changes = ["lead.score_due", "lead.follow_up_due"];
    const subscribedTypes = subscribers
      .flatMap(({ events }) => events)
      .filter((type) => type.endsWith("_due") && !changes.includes(type));
    expect(subscribedTypes.sort()).toEqual(clocks.sort());
  });
});
