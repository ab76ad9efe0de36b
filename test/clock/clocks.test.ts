import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Log } from "@crm/core/kernel/ports.ts";
import { type LeadRecord, Leads } from "@crm/core/lead/lead.entity.ts";
import { Lead } from "@crm/core/lead/lead.ts";
import { Clocks } from "@crm/core/storage/jobs/clocks.ts";
import { allCollections } from "@crm/core/storage/table/collections.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { commits, newLead, signUp, startTestApp, type Tenant } from "../support.ts";
import { act, named, refusing, sweeper } from "./support.ts";

/** The clocks of leads, swept by hand: who is told when, and what is done, whatever fails in between. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Between two tests, beyond the days that one goes through: a sweep looks at each of them. */
const APART = 42 * DAY;

let app: App;
let tenant: Tenant;
let now: number;

beforeAll(async () => {
  app = await startTestApp({ stream: () => async () => ({ batchItemFailures: [] }) });
  // Nothing is swept but by these tests.
  await app.scheduler.stop();
  now = Date.now();
});
afterAll(() => app.stop());
beforeEach(async () => {
  now += APART;
  app.setClock({ now: new Date(now).toISOString() });
  await sweeper(app).sweep();
  tenant = await signUp(app);
});
/** Nothing is left to the next test. */
afterEach(async () => {
  for (const id of created.splice(0)) await change(id, { deleted_at: at(0) });
});

const at = (ms: number): string => new Date(now + ms).toISOString();
const goTo = (ms: number): void => app.setClock({ now: at(ms) });
const as = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);
const change = (id: string, more: Partial<LeadRecord>) => as(() => Records.change(Leads, id, (lead) => ({ ...lead, ...more })));
const created: string[] = [];
const create = async (more: Partial<LeadRecord>): Promise<string> => {
  const { id } = await as(() => Lead.create(newLead()));
  created.push(id);
  await change(id, more);
  return id;
};
const read = async (id: string): Promise<LeadRecord> => (await as(() => Records.find(Leads, id))) as LeadRecord;
const reminder = (id: string, due_at: string): string => `lead.reminder_due ${id} ${due_at}`;
const rescore = (id: string, due_at: string): string => `lead.rescore_due ${id} ${due_at}`;

describe("several clocks of one record", () => {
  it("are due one after the other, each once at its instant", async () => {
    const id = await create({ next_contact_date: at(HOUR), rescore_at: at(2 * HOUR) });
    const { sweep, heard } = sweeper(app);
    const due: string[][] = [];
    for (const ms of [HOUR - 1000, HOUR, HOUR + MINUTE, 2 * HOUR - 1000, 2 * HOUR, 3 * HOUR]) {
      goTo(ms);
      const { events } = await sweep();
      for (const event of events) await act(event, app.ports);
      due.push(events.map(named));
    }
    expect(due).toEqual([[], [reminder(id, at(HOUR))], [], [], [rescore(id, at(2 * HOUR))], []]);
    expect(await read(id)).toMatchObject({ follow_up_reminded_at: at(HOUR), rescore_at: null, version: 4 });
    expect(heard[0]).toMatchObject({ id: `${id}.reminder.${at(HOUR)}`, tenant_id: tenant.id, version: 2, changed: [] });
  });

  it("are handed out together when they are due together, and each acts beside the other", async () => {
    const id = await create({ next_contact_date: at(HOUR), rescore_at: at(2 * HOUR) });
    goTo(3 * HOUR);
    const { sweep } = sweeper(app);
    const { events } = await sweep();
    expect(events.map(named).sort()).toEqual([reminder(id, at(HOUR)), rescore(id, at(2 * HOUR))]);
    await Promise.all(events.map((event) => act(event, app.ports)));
    expect(await read(id)).toMatchObject({ follow_up_reminded_at: at(HOUR), rescore_at: null, version: 4 });
    goTo(4 * HOUR);
    expect((await sweep()).events).toEqual([]);
  });

  it("do not wait for each other: one that fails leaves the other its instant", async () => {
    const id = await create({ next_contact_date: at(HOUR), rescore_at: at(HOUR + MINUTE) });
    const { sweep } = sweeper(app);
    goTo(HOUR);
    expect((await sweep()).events.map(named)).toEqual([reminder(id, at(HOUR))]);
    // Nobody acts on it; a minute later its lease still holds.
    goTo(HOUR + MINUTE);
    expect((await sweep()).events.map(named)).toEqual([rescore(id, at(HOUR + MINUTE))]);
  });
});

describe("a clock that is due", () => {
  it("is handed out once by two sweeps at a time", async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, () => create({ next_contact_date: at(HOUR) })));
    goTo(HOUR);
    const { sweep, heard } = sweeper(app);
    await Promise.all([sweep(), sweep(), sweep()]);
    expect(heard.map(({ record_id }) => record_id).sort()).toEqual([...ids].sort());
  });

  it("is handed out once by two sweeps whose clocks differ, and again where a clock was set back by days", async () => {
    const id = await create({ next_contact_date: at(HOUR) });
    const { sweep } = sweeper(app);
    goTo(HOUR + 2000);
    expect((await sweep()).events).toHaveLength(1);
    goTo(HOUR + 1000);
    expect((await sweep()).events).toEqual([]);
    await change(id, { next_contact_date: at(2 * DAY) });
    goTo(3 * DAY);
    expect((await sweep()).events).toHaveLength(1);
    await change(id, { next_contact_date: at(2 * HOUR) });
    goTo(HOUR);
    await change(id, { next_contact_date: at(2 * DAY) });
    goTo(2 * DAY + HOUR);
    expect((await sweep()).events.map(named)).toEqual([reminder(id, at(2 * DAY))]);
  });

  it("acts once, however often and late its event comes", async () => {
    const id = await create({ next_contact_date: at(HOUR) });
    goTo(HOUR);
    const { events } = await sweeper(app).sweep();
    await Promise.all([act(events[0], app.ports), act(events[0], app.ports)]);
    goTo(2 * DAY);
    await act(events[0], app.ports);
    expect((await read(id)).version).toBe(3);
  });

  it.each([
    ["a day", 1],
    ["a month", 31],
  ])("is found by a sweep that is %s late", async (_, days) => {
    const { sweep } = sweeper(app);
    await sweep();
    const dates = [HOUR, (days * DAY) / 3, (days * DAY) / 2, days * DAY - HOUR].map(at);
    const ids: string[] = [];
    for (const next_contact_date of dates) ids.push(await create({ next_contact_date }));
    goTo(days * DAY);
    const { events } = await sweep();
    expect(events.map(named).sort()).toEqual(ids.map((id, n) => reminder(id, dates[n] ?? "")).sort());
    for (const event of events) await act(event, app.ports);
    goTo(days * DAY + HOUR);
    expect(await sweep()).toMatchObject({ events: [], found: 0 });
  });

  it("that moves later between claim and act does nothing before its new instant", async () => {
    const id = await create({ next_contact_date: at(HOUR) });
    const { sweep } = sweeper(app);
    goTo(HOUR);
    const [event] = (await sweep()).events;
    await change(id, { next_contact_date: at(DAY) });
    await act(event, app.ports);
    expect(await read(id)).toMatchObject({ follow_up_reminded_at: null, version: 3 });
    goTo(DAY - MINUTE);
    expect((await sweep()).events).toEqual([]);
    goTo(DAY);
    const [next] = (await sweep()).events;
    await act(next, app.ports);
    expect(await read(id)).toMatchObject({ follow_up_reminded_at: at(DAY), version: 4 });
  });

  it("that moves earlier between claim and act is done at its new instant, at once", async () => {
    const id = await create({ next_contact_date: at(HOUR) });
    const { sweep } = sweeper(app);
    goTo(HOUR);
    const [event] = (await sweep()).events;
    await change(id, { next_contact_date: at(30 * MINUTE) });
    await act(event, app.ports);
    expect(await read(id)).toMatchObject({ follow_up_reminded_at: null, version: 3 });
    const { events } = await sweep();
    expect(events.map(named)).toEqual([reminder(id, at(30 * MINUTE))]);
    for (const each of [event, ...events]) await act(each, app.ports);
    expect(await read(id)).toMatchObject({ follow_up_reminded_at: at(30 * MINUTE), version: 4 });
  });

  it("moves while its act writes: the act is for the old instant, and is not done", async () => {
    const id = await create({ next_contact_date: at(HOUR) });
    goTo(HOUR);
    const [event] = (await sweeper(app).sweep()).events;
    let isFirst = true;
    const raced = {
      ...app.ports,
      database: {
        table: app.ports.database.table,
        send: async (command: object, scope: never) => {
          if (commits(command) && isFirst) {
            isFirst = false;
            await change(id, { next_contact_date: at(DAY) });
          }
          return app.ports.database.send(command, scope);
        },
      },
    };
    await act(event, raced);
    expect(isFirst).toBe(false);
    expect(await read(id)).toMatchObject({ follow_up_reminded_at: null, version: 3 });
  });

  it("of a deleted record rests, and is due again once it is restored", async () => {
    const [id, claimed] = [await create({ next_contact_date: at(HOUR) }), await create({ next_contact_date: at(30 * MINUTE) })];
    const { sweep } = sweeper(app);
    await change(id, { deleted_at: at(0) });
    goTo(30 * MINUTE);
    const [event] = (await sweep()).events;
    await change(claimed, { deleted_at: at(30 * MINUTE) });
    await act(event, app.ports);
    goTo(2 * HOUR);
    expect((await sweep()).events).toEqual([]);
    const deleted = await as(() => Records.loadMany(Leads, [id, claimed]));
    expect(deleted.map((each) => each && Leads.clocksOf(each))).toEqual([{}, {}]);
    for (const each of [id, claimed]) await as(() => Records.restore(Leads, each));
    expect((await read(claimed)).version).toBe(4);
    const { events } = await sweep();
    expect(events.map(named).sort()).toEqual([reminder(id, at(HOUR)), reminder(claimed, at(30 * MINUTE))].sort());
    for (const each of events) await act(each, app.ports);
    expect([(await read(id)).version, (await read(claimed)).version]).toEqual([5, 5]);
  });
});

describe("what fails", () => {
  it("comes back when its lease is over, each time later, until it is done", async () => {
    const id = await create({ next_contact_date: at(HOUR) });
    const { sweep } = sweeper(app);
    const broken = refusing(app.ports, commits);
    const due: string[][] = [];
    // Leases of two, four and eight minutes.
    for (const [minute, ports] of [
      [0, broken],
      [1, broken],
      [2.5, broken],
      [5, broken],
      [7, app.ports],
      [8, app.ports],
      [30, app.ports],
    ] as const) {
      goTo(HOUR + minute * MINUTE);
      const { events } = await sweep();
      for (const event of events) await act(event, ports).catch(() => due.push(["failed"]));
      due.push(events.map(named));
    }
    const again = [reminder(id, at(HOUR))];
    expect(due).toEqual([["failed"], again, [], ["failed"], again, [], again, [], []]);
    expect(await read(id)).toMatchObject({ follow_up_reminded_at: at(HOUR), version: 3 });
  });

  it("comes back where the sweep was killed between claim and publication", async () => {
    const id = await create({ next_contact_date: at(HOUR) });
    const { sweep } = sweeper(app);
    goTo(HOUR);
    const publish = () => Promise.reject(new Error("killed"));
    await expect(sweep({ bus: { publish } })).rejects.toThrow("killed");
    expect((await sweep()).events).toEqual([]);
    goTo(HOUR + 3 * MINUTE);
    const { events, again } = await sweep();
    expect([events.map(named), again]).toEqual([[reminder(id, at(HOUR))], 1]);
  });

  it("is found for as long as it takes, and somebody is told after a week", async () => {
    const id = await create({ next_contact_date: at(HOUR) });
    const said: string[] = [];
    const log: Log = { write: (level, message) => void said.push(`${level} ${message}`) };
    const { sweep } = sweeper(app);
    for (let day = 1; day <= 12; day++) {
      goTo(day * DAY);
      expect((await sweep({ log })).events.map(named)).toEqual([reminder(id, at(HOUR))]);
    }
    expect([said[0], said.at(-1)]).toEqual([
      "warn A clock is handed out again",
      "error A clock has been handed out for a week, and is due still",
    ]);
    goTo(40 * DAY);
    const { events, overdue } = await sweep({ log });
    expect(overdue).toBe(1);
    await act(events[0], app.ports);
    goTo(41 * DAY);
    await sweep({ log });
    expect((await sweep({ log })).found).toBe(0);
  });

  it("holds up nothing else: a record that cannot be read, and one whose act fails", async () => {
    const [torn, failing, fine] = await Promise.all(
      [1, 2, 3].map((minute) =>
        create({ next_contact_date: at(HOUR + minute * MINUTE), rescore_at: at(HOUR + minute * MINUTE) }),
      ),
    );
    const { sweep } = sweeper(app);
    const said: string[] = [];
    const log: Log = { write: (level, message) => void said.push(`${level} ${message}`) };
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
    goTo(2 * HOUR);
    const { events, unreadable } = await sweep({ database: unread, log });
    expect([unreadable, said]).toEqual([1, ["error A due record could not be read"]]);
    expect(new Set(events.map(({ record_id }) => record_id))).toEqual(new Set([failing, fine]));
    const broken = refusing(app.ports, (command) => JSON.stringify(command).includes(`${failing}`));
    for (const event of events) await act(event, broken).catch(() => undefined);
    expect(await read(String(fine))).toMatchObject({ follow_up_reminded_at: at(HOUR + 3 * MINUTE), rescore_at: null });
    goTo(3 * HOUR);
    const later = await sweep();
    expect(new Set(later.events.map(({ record_id }) => record_id))).toEqual(new Set([torn, failing]));
  });

  it("is one claim among many: the others are published", async () => {
    const ids = await Promise.all(Array.from({ length: 24 }, () => create({ next_contact_date: at(HOUR) })));
    const { sweep, heard } = sweeper(app);
    goTo(HOUR);
    const { database } = refusing(
      app.ports,
      (command) => command instanceof UpdateCommand && JSON.stringify(command).includes(ids[0] ?? "-"),
    );
    await expect(sweep({ database })).rejects.toThrow("killed");
    expect(heard.map(({ record_id }) => record_id).sort()).toEqual(ids.slice(1).sort());
    expect((await sweep()).events.map(({ record_id }) => record_id)).toEqual([ids[0]]);
  });
});

describe("an act", () => {
  it("that leaves its clock where it stands is refused, so that it cannot be handed out for ever", async () => {
    const id = await create({ next_contact_date: at(HOUR) });
    const idle = as(() => Clocks.attend(Leads, id, "reminder", at(HOUR), (lead) => ({ ...lead, notes: "Seen" })));
    await expect(idle).rejects.toThrow("still stands");
  });
});

describe("clocks", () => {
  it("each have somebody who listens, and nobody listens to one that there is not", async () => {
    const clocks = (await as(allCollections)).flatMap(({ name, definition }) =>
      Object.keys(definition.clocks ?? {}).map((clock) => `${name}.${clock}_due`),
    );
    expect(clocks.length).toBeGreaterThan(10);
    // Events of a change, which are no clocks.
    const changes = ["lead.score_due", "lead.follow_up_due"];
    const heard = subscribers.flatMap(({ events }) => events).filter((type) => type.endsWith("_due") && !changes.includes(type));
    expect(heard.sort()).toEqual(clocks.sort());
  });
});
