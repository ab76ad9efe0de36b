import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { newId } from "@crm/core/kernel/id.ts";
import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import { TENANT } from "@crm/core/platform/tenant/tenant.kind.ts";
import { readShards } from "@crm/core/storage/scheduler/sweep-progress.ts";
import { splitIntoChunks } from "@crm/core/storage/table/database.ts";
import { recordKey } from "@crm/core/storage/table/key.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signUp, startTestApp } from "../../support/app.ts";
import { measureUnits } from "../../support/request-units.ts";
import { resolveTestSize } from "../../support/sample.ts";
import { createSweeper, createWaits, refuseCommands } from "./support.ts";

/** Many records of five tenants, all due at the same time. */

const RECORD_COUNT = resolveTestSize("CRM_MANY", 600, 2000);
const MINUTE = 60_000;
const meter: Meter = { read: 0, write: 0, commands: 0 };
let app: App;
let finishedCount = 0;

beforeAll(async () => {
  app = await startTestApp({ meter, stream: () => async () => ({ batchItemFailures: [] }) });
  await app.scheduler.stop();
  await signUp(app);
  await createSweeper(app).sweep();
});
afterAll(() => app.stop());

/** Creates waiting leads of five tenants, all due at the same time, and returns their ids. */
async function createTenantWaits(next_at: string): Promise<string[]> {
  const ids: string[] = [];
  for (let tenants = 0; tenants < 5; tenants++) ids.push(...(await createWaits(app, newId(TENANT), RECORD_COUNT / 5, next_at)));
  return ids.sort();
}

/** Deletes the records whose events have arrived. */
async function finishAll(dueEvents: readonly DomainEvent[]): Promise<void> {
  for (const [tenant, events] of Map.groupBy(dueEvents.slice(finishedCount), ({ tenant_id }) => tenant_id)) {
    await runIn(systemContext(app.ports, tenant, "test"), async () => {
      const ids = new Set(events.map(({ record_id }) => record_id));
      for (const chunk of splitIntoChunks([...ids], 50)) {
        const tx = transaction();
        for (const id of chunk) tx.delete(recordKey(tenant, id));
        await tx.commit(undefined);
      }
    });
  }
  finishedCount = dueEvents.length;
}

/** The number of shards leased by a sweep that has not released them. */
const countLeases = async (): Promise<number> =>
  (await runIn(systemContext(app.ports, undefined, "due", ["watermark"]), readShards)).filter(({ isLeased: isHeld }) => isHeld)
    .length;

describe("many records that are due at one instant", () => {
  it("cost a read and a claim each, also with concurrent sweeps", async () => {
    const ids = await createTenantWaits(Clock.addSeconds(60));
    app.setClock({ advance: 2 * MINUTE });
    const { sweep, heard: dueEvents } = createSweeper(app);
    const first = await measureUnits(meter, () => sweep());
    expect(dueEvents.map(({ record_id }) => record_id).sort()).toEqual(ids);
    const again = await measureUnits(meter, () => sweep());
    const idleUnits = await measureUnits(meter, async () => {
      app.setClock({ advance: -2 * MINUTE });
      await sweep();
      app.setClock({ advance: 2 * MINUTE });
    });
    await finishAll(dueEvents);
    console.table([
      { sweep: `${RECORD_COUNT} due`, ...first },
      { sweep: `${RECORD_COUNT} claimed, not done yet`, ...again },
      { sweep: "nothing due", ...idleUnits },
    ]);
    expect(dueEvents).toHaveLength(RECORD_COUNT);
    // One write to lease and one to release each shard, and possibly a renewal on a slow machine.
    expect([16, 32, 48]).toContain(first.write - RECORD_COUNT);
    // One unit for each record, and the pages of the index.
    expect(first.read).toBeLessThan(RECORD_COUNT + 100);
    expect(first.commands).toBeLessThan(RECORD_COUNT + 100);
    expect(again.write).toBeLessThanOrEqual(RECORD_COUNT + 48);
    expect(idleUnits.write).toBe(0);
    expect(idleUnits.read).toBeLessThan(20);
  });

  it("are all found by sweeps that are killed partway, before any of them is processed", async () => {
    const { sweep, heard: dueEvents } = createSweeper(app);
    finishedCount = 0;
    const ids = await createTenantWaits(Clock.addSeconds(60));
    app.setClock({ advance: 2 * MINUTE });
    const now = Clock.ms();
    const listFoundIds = () => [...new Set(dueEvents.map(({ record_id }) => record_id))];
    let runs = 0;
    for (; listFoundIds().length < RECORD_COUNT * 0.75 && runs < 40; runs++) {
      // The shards of a killed sweep are free when its leases have expired.
      app.setClock({ now: new Date(now + runs * 31_000).toISOString() });
      let remaining = RECORD_COUNT * 0.15;
      const { database } = refuseCommands(app.ports, () => remaining-- <= 0);
      await expect(sweep({ database }, { pageSize: 20 })).rejects.toThrow("killed");
      // A sweep may be killed before it leases a shard.
      const leased = await countLeases();
      const { found: foundCount, held: heldCount } = await sweep({}, { pageSize: 20 });
      expect(leased).toBeGreaterThan(0);
      expect(heldCount).toBe(leased);
      if (heldCount === 8) expect(foundCount).toBe(0);
    }
    expect(runs).toBeGreaterThan(4);
    expect(listFoundIds().length).toBeGreaterThanOrEqual(RECORD_COUNT * 0.75);
    await finishAll(dueEvents);
    // Records claimed by a killed sweep are handed out again.
    app.setClock({ advance: 3 * MINUTE });
    await sweep();
    await sweep();
    expect(listFoundIds().sort()).toEqual(ids);
    // A finished shard starts anew: unprocessed records are handed out again when their claim has expired, and not before.
    for (const events of Map.groupBy(dueEvents, ({ record_id }) => record_id).values()) {
      const times = events.map(({ at }) => Date.parse(at));
      for (const [index, time] of times.slice(1).entries()) expect(time - (times[index] ?? 0)).toBeGreaterThanOrEqual(2 * MINUTE);
    }
    await finishAll(dueEvents);
  });

  it("are left to the next sweep if the time is up", async () => {
    const { sweep } = createSweeper(app);
    const ids = await createTenantWaits(Clock.addSeconds(60));
    app.setClock({ advance: 2 * MINUTE });
    expect(await sweep({}, { seconds: 0 })).toMatchObject({ done: false, found: 0 });
    const { events, done } = await sweep();
    expect([done, events.map(({ record_id }) => record_id).sort()]).toEqual([true, ids]);
  });
});
