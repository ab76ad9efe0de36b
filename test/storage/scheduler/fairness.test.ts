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

/** Who waits for whom in the sweep: nobody for what comes in bulk, and nobody for what other tenants have. */

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

/** A lead with these clocks, and all that follows from it where the sweep looks. */
const createLead = (tenant: Tenant, more: Partial<LeadRecord>): Promise<LeadRecord> =>
  runInTenant(tenant, async () => {
    const { id } = await Lead.create(newLead());
    const lead = await Records.change(Leads, id, (current) => ({ ...current, ...more }));
    const checkpoint = buildCheckpoint(Leads as unknown as Collection<BaseRecord>, lead, lead.version);
    await put(buildCheckpointItem(tenant.id, id, checkpoint));
    return lead;
  });

/** Claims and publications go as fast as so many a second: each takes the clock along. */
const throttleDatabase = (perSecond: number): Ports["database"] => ({
  ...app.ports.database,
  send: async (command, scope) => {
    if (command instanceof UpdateCommand && JSON.stringify(command.input).includes("CLAIM"))
      app.setClock({ advance: 1000 / perSecond });
    return app.ports.database.send(command, scope);
  },
});

it("a reminder is less than two minutes late, whatever is due at midnight in bulk or of another tenant", async () => {
  // As a million at 2,000 a second: a backlog of five minutes each.
  const [many, perSecond] = [300, 1];
  const midnight = Math.ceil((Clock.ms() + MINUTE) / (24 * 60 * MINUTE)) * 24 * 60 * MINUTE;
  const at = (ms: number): string => new Date(midnight + ms).toISOString();
  const one = await createLead(smallTenant, { next_contact_date: at(MINUTE) });
  const both = await createLead(largeTenant, { rescore_at: at(0), next_contact_date: at(MINUTE) });
  const ids = await createAll(app, largeTenant.id, Leads, () =>
    Array.from({ length: many }, () => ({ ...both, id: newId(LEAD, { owner: newId(PERSON) }), next_contact_date: null })),
  );
  const waits = await createWaits(app, newId(PERSON).replace("per_", "ten_"), many, at(0));

  const heard = new Map<string, number>();
  const publish: Ports["bus"]["publish"] = async (events) => {
    for (const event of events) {
      // Nobody acts here: what cannot wait is handed out again after two minutes, and nothing else.
      const isAgain = heard.has(formatEvent(event));
      expect(isAgain && event.type === "lead.rescore_due").toBe(false);
      if (!isAgain) heard.set(formatEvent(event), Clock.ms() - midnight);
    }
  };
  const all = 2 * many + 3;
  for (let minute = 0; heard.size < all; minute++) {
    expect(minute).toBeLessThan(30);
    app.setClock({ now: new Date(Math.max(midnight + minute * MINUTE, Clock.ms())).toISOString() });
    await createSweeper(app).sweep({ database: throttleDatabase(perSecond), bus: { publish } }, { sliceSize: 5, pageSize: 100 });
  }
  const late = (lead: LeadRecord): number => Number(heard.get(`lead.reminder_due ${lead.id} ${at(MINUTE)}`)) - MINUTE;
  expect(late(one)).toBeLessThan(2 * MINUTE);
  expect(late(both)).toBeLessThan(2 * MINUTE);
  const rescored = [...ids, both.id].map((id) => `lead.rescore_due ${id} ${at(0)}`);
  const retried = waits.map((id) => `lead_wait.retry_due ${id} ${at(0)}`);
  expect([...heard.keys()].sort()).toEqual(
    [...rescored, ...retried, ...[one, both].map(({ id }) => `lead.reminder_due ${id} ${at(MINUTE)}`)].sort(),
  );
  // Each of the two crowds was a backlog.
  for (const crowd of [rescored, retried]) {
    expect(Math.max(...crowd.map((name) => Number(heard.get(name))))).toBeGreaterThan(4 * MINUTE);
  }
});

it("what comes in bulk is due at its instant, though a later clock has the record's own place", async () => {
  const [soon, later] = [Clock.addSeconds(3600), Clock.addSeconds(7200)];
  const { id } = await createLead(largeTenant, { rescore_at: soon, next_contact_date: later });
  const { sweep } = createSweeper(app);
  const dueAt = async (now: string): Promise<string[]> => {
    app.setClock({ now });
    return (await sweep()).events.filter(({ record_id }) => record_id === id).map(formatEvent);
  };
  expect(await dueAt(soon)).toEqual([`lead.rescore_due ${id} ${soon}`]);
  // It is in the queue of who acts, and is not handed out again before an hour.
  expect(await dueAt(Clock.addSeconds(600))).toEqual([]);
  expect((await dueAt(Clock.addSeconds(3060))).sort()).toEqual([
    `lead.reminder_due ${id} ${later}`,
    `lead.rescore_due ${id} ${soon}`,
  ]);
});

it("a tenant whose records cannot be reached holds up no other", async () => {
  const [torn, fine] = [
    await createWaits(app, largeTenant.id, 40, Clock.addSeconds(60)),
    await createWaits(app, smallTenant.id, 40, Clock.addSeconds(61)),
  ];
  app.setClock({ advance: 2 * MINUTE });
  const { sweep, heard } = createSweeper(app);
  const found = () => new Set(heard.map(({ record_id }) => record_id));
  const { database } = refuseCommands(app.ports, (command) => JSON.stringify(command).includes(`"T#${largeTenant.id}#`));
  await expect(sweep({ database }, { pageSize: 1 })).rejects.toThrow("killed");
  expect(fine.filter((id) => !found().has(id))).toEqual([]);
  await sweep();
  expect(torn.filter((id) => !found().has(id))).toEqual([]);
});

it("a shard is swept by one at a time, until the lease of who was killed has ended", async () => {
  await runAsSweep(async () => {
    const [shard] = await readShards();
    if (!shard) throw new Error("No shards");
    const [first, second] = [await claimShard(shard), await claimShard(shard)];
    expect([typeof first, second]).toEqual(["string", undefined]);
    expect(await createSweeper(app).sweep()).toMatchObject({ held: 1, done: false });
    app.setClock({ advance: 31_000 });
    const third = await claimShard(shard);
    await expect(saveShard(shard, first ?? "", "{}", true)).rejects.toThrow("Another sweep took the shard");
    await saveShard(shard, third ?? "", String(shard.stored), false);
    expect(await createSweeper(app).sweep()).toMatchObject({ held: 0 });
  });
});

it("goes on behind where a sweep of an earlier release stopped, and then begins anew", async () => {
  const due = Clock.addSeconds(60);
  const [id = ""] = await createWaits(app, largeTenant.id, 1, due);
  app.setClock({ advance: 10 * MINUTE });
  const found = async (): Promise<boolean> => (await createSweeper(app).sweep()).events.some(({ record_id }) => record_id === id);
  const day = due.slice(0, 10);
  const stopped = { day, open: [], cursor: { day, after: { pk: "T#", sk: id, due: "S#DUE#", due_sort: `${due}~` } } };
  await runAsSweep(() =>
    Promise.all(
      Array.from({ length: DUE_SHARDS }, (_, shard) =>
        put({ ...progressKey({ lane: "prompt", shard }), progress: JSON.stringify(stopped) }),
      ),
    ),
  );
  expect([await found(), await found()]).toEqual([false, true]);
});
