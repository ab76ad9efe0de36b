import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { newId } from "@crm/core/kernel/id.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { PERSON } from "@crm/core/people/person/person.kind.ts";
import { type LeadRecord, Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { LEAD } from "@crm/core/sales/lead/lead.kind.ts";
import { Lead } from "@crm/core/sales/lead/lead.ts";
import { claimShard, progressKey, readShards, saveShard } from "@crm/core/storage/scheduler/sweep-progress.ts";
import { buildCheckpoint, buildCheckpointItem } from "@crm/core/storage/stream/checkpoint.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import { put } from "@crm/core/storage/table/database.ts";
import { DUE_SHARDS } from "@crm/core/storage/table/due-index.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createAll, createSweeper, createWaits, formatEvent, refuseCommands } from "./support.ts";

/** Fairness of the sweep: no record waits for bulk clocks or for the records of other tenants. */

const MINUTE = 60_000;
let app: App;
let smallTenant: Tenant;
let largeTenant: Tenant;

beforeAll(async () => {
  app = await startTestApp({ stream: () => async () => ({ batchItemFailures: [] }) });
  await app.scheduler.stop();
  [smallTenant, largeTenant] = [await signUp(app), await signUp(app)];
  await createSweeper(app).sweep();
});
afterAll(() => app.stop());

const runInTenant = <T>(tenant: Tenant, work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(app.ports, tenant.id, "test"), work);

const runAsSweep = <T>(work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(app.ports, undefined, "test", ["watermark"]), work);

/** A lead with these clocks, and the items in which the sweep looks for them. */
const createLead = (tenant: Tenant, more: Partial<LeadRecord>): Promise<LeadRecord> =>
  runInTenant(tenant, async () => {
    const { id } = await Lead.create(newLead());
    const lead = await Records.change(Leads, id, (current) => ({ ...current, ...more }));
    const checkpoint = buildCheckpoint(Leads as Collection<BaseRecord>, lead, lead.version);
    await put(buildCheckpointItem(tenant.id, id, checkpoint));
    return lead;
  });

/** Limits claims to `perSecond` by advancing the clock with each of them. */
const throttleDatabase = (perSecond: number): Ports["database"] => ({
  ...app.ports.database,
  send: async (command, scope) => {
    if (command instanceof UpdateCommand && JSON.stringify(command.input).includes("CLAIM"))
      app.setClock({ advance: 1000 / perSecond });
    return app.ports.database.send(command, scope);
  },
});

it("a reminder is less than two minutes late, despite a midnight backlog in bulk or of another tenant", async () => {
  // In proportion to a million records at 2,000 a second: a backlog of five minutes for each group.
  const [count, perSecond] = [300, 1];
  const midnight = Math.ceil((Clock.ms() + MINUTE) / (24 * 60 * MINUTE)) * 24 * 60 * MINUTE;
  const instantAt = (ms: number): string => new Date(midnight + ms).toISOString();
  const smallLead = await createLead(smallTenant, { next_contact_date: instantAt(MINUTE) });
  const largeLead = await createLead(largeTenant, { rescore_at: instantAt(0), next_contact_date: instantAt(MINUTE) });
  const ids = await createAll(app, largeTenant.id, Leads, () =>
    Array.from({ length: count }, () => ({ ...largeLead, id: newId(LEAD, { owner: newId(PERSON) }), next_contact_date: null })),
  );
  const waitIds = await createWaits(app, newId(PERSON).replace("per_", "ten_"), count, instantAt(0));

  const delayByEvent = new Map<string, number>();
  const publish: Ports["bus"]["publish"] = async (events) => {
    for (const event of events) {
      // No subscriber acts here, so urgent clocks are handed out again after two minutes, but no bulk clock is.
      const isAgain = delayByEvent.has(formatEvent(event));
      expect(isAgain && event.type === "lead.rescore_due").toBe(false);
      if (!isAgain) delayByEvent.set(formatEvent(event), Clock.ms() - midnight);
    }
  };
  const all = 2 * count + 3;
  for (let minute = 0; delayByEvent.size < all; minute++) {
    expect(minute).toBeLessThan(30);
    app.setClock({ now: new Date(Math.max(midnight + minute * MINUTE, Clock.ms())).toISOString() });
    await createSweeper(app).sweep({ database: throttleDatabase(perSecond), bus: { publish } }, { sliceSize: 5, pageSize: 100 });
  }
  const late = (lead: LeadRecord): number =>
    Number(delayByEvent.get(`lead.reminder_due ${lead.id} ${instantAt(MINUTE)}`)) - MINUTE;
  expect(late(smallLead)).toBeLessThan(2 * MINUTE);
  expect(late(largeLead)).toBeLessThan(2 * MINUTE);
  const rescored = [...ids, largeLead.id].map((id) => `lead.rescore_due ${id} ${instantAt(0)}`);
  const retried = waitIds.map((id) => `lead_wait.retry_due ${id} ${instantAt(0)}`);
  expect([...delayByEvent.keys()].sort()).toEqual(
    [...rescored, ...retried, ...[smallLead, largeLead].map(({ id }) => `lead.reminder_due ${id} ${instantAt(MINUTE)}`)].sort(),
  );
  // Each of the two groups was a backlog.
  for (const crowd of [rescored, retried]) {
    expect(Math.max(...crowd.map((name) => Number(delayByEvent.get(name))))).toBeGreaterThan(4 * MINUTE);
  }
});

it("a bulk clock is due at its instant, although the index entry of its record belongs to a later clock", async () => {
  const [rescoreAt, contactAt] = [Clock.addSeconds(3600), Clock.addSeconds(7200)];
  const { id } = await createLead(largeTenant, { rescore_at: rescoreAt, next_contact_date: contactAt });
  const { sweep } = createSweeper(app);
  const dueAt = async (now: string): Promise<string[]> => {
    app.setClock({ now });
    return (await sweep()).events.filter(({ record_id }) => record_id === id).map(formatEvent);
  };
  expect(await dueAt(rescoreAt)).toEqual([`lead.rescore_due ${id} ${rescoreAt}`]);
  // The event is in the subscriber's queue and is not handed out again for an hour.
  expect(await dueAt(Clock.addSeconds(600))).toEqual([]);
  expect((await dueAt(Clock.addSeconds(3060))).sort()).toEqual([
    `lead.reminder_due ${id} ${contactAt}`,
    `lead.rescore_due ${id} ${rescoreAt}`,
  ]);
});

it("a tenant whose records cannot be reached delays no other tenant", async () => {
  const [torn, fine] = [
    await createWaits(app, largeTenant.id, 40, Clock.addSeconds(60)),
    await createWaits(app, smallTenant.id, 40, Clock.addSeconds(61)),
  ];
  app.setClock({ advance: 2 * MINUTE });
  const { sweep, heard: dueEvents } = createSweeper(app);
  const listFoundIds = () => new Set(dueEvents.map(({ record_id }) => record_id));
  const { database } = refuseCommands(app.ports, (command) => JSON.stringify(command).includes(`"T#${largeTenant.id}#`));
  await expect(sweep({ database }, { pageSize: 1 })).rejects.toThrow("killed");
  expect(fine.filter((id) => !listFoundIds().has(id))).toEqual([]);
  await sweep();
  expect(torn.filter((id) => !listFoundIds().has(id))).toEqual([]);
});

it("a shard is swept by one process at a time, until the lease of a killed process has ended", async () => {
  await runAsSweep(async () => {
    const [shard] = await readShards();
    if (!shard) throw new Error("No shards");
    const [first, second] = [await claimShard(shard), await claimShard(shard)];
    expect([typeof first, second]).toEqual(["string", undefined]);
    expect(await createSweeper(app).sweep()).toMatchObject({ held: 1, done: false });
    app.setClock({ advance: 31_000 });
    const third = await claimShard(shard);
    await expect(saveShard(shard, first ?? "", "{}", true)).rejects.toThrow("Another sweep acquired the shard");
    await saveShard(shard, third ?? "", String(shard.stored), false);
    expect(await createSweeper(app).sweep()).toMatchObject({ held: 0 });
  });
});

it("continues after the cursor of an earlier release, and then starts from the beginning", async () => {
  const due = Clock.addSeconds(60);
  const [id = ""] = await createWaits(app, largeTenant.id, 1, due);
  app.setClock({ advance: 10 * MINUTE });
  const isFound = async (): Promise<boolean> =>
    (await createSweeper(app).sweep()).events.some(({ record_id }) => record_id === id);
  const day = due.slice(0, 10);
  const storedProgress = { day, open: [], cursor: { day, after: { pk: "T#", sk: id, due: "S#DUE#", due_sort: `${due}~` } } };
  await runAsSweep(() =>
    Promise.all(
      Array.from({ length: DUE_SHARDS }, (_, shard) =>
        put({ ...progressKey({ lane: "prompt", shard }), progress: JSON.stringify(storedProgress) }),
      ),
    ),
  );
  expect([await isFound(), await isFound()]).toEqual([false, true]);
});
