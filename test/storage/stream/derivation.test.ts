import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import { DEAD_LETTER_PREFIX, streamHandler } from "@crm/functions/stream/index.ts";
import type { DynamoDBRecord } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { completeIndexing, readPathIndex, recomputePathIndex } from "../../platform/search-path/support.ts";
import { newLead, poisonBatchWrites, signUp, startTestApp } from "../../support/app.ts";
import { interleave, isWriteWith } from "../../support/interleaving.ts";
import { createSeededRandom, seed } from "../../support/random.ts";
import { resolveTestSize } from "../../support/sample.ts";
import { changeAtRandom, createFaultyStream, dumpItems, readDerived, recountDerived } from "./chaos.ts";

/** Number of changes; `npm run chaos` makes 100,000. */
const CHANGES = resolveTestSize("CRM_CHANGES", 200, 800);

describe(`derived data of the stream (CRM_SEED=${seed})`, () => {
  it(
    `equals a full recount after ${CHANGES} random changes over an unreliable line`,
    async () => {
      const random = createSeededRandom(seed);
      const line = createFaultyStream(random);
      const app = await startTestApp({ stream: line.stream, log: { write: () => undefined } });
      try {
        const tenant = await changeAtRandom(app, CHANGES, random);
        await app.settle();
        await line.flush();
        await completeIndexing(app);
        await line.flush();
        await app.settle();
        const items = dumpItems(app, tenant.id);
        const [actual, expected] = [readDerived(items, tenant.id), recountDerived(items)];
        expect(actual.counters).toEqual(expected.counters);
        expect(actual.words).toEqual(expected.words);
        expect(actual.auditKeys).toEqual(expected.auditKeys);
        expect(readPathIndex(items, tenant.id)).toEqual(recomputePathIndex(items, tenant.id));
        expect(readPathIndex(items, tenant.id).entries.length).toBeGreaterThan(80);
        expect(Object.keys(actual.counters).length).toBeGreaterThan(3);
        expect(line.mischief.duplicates).toBeGreaterThan(0);
        expect(line.mischief.delays).toBeGreaterThan(20);
        expect(line.mischief.kills).toBeGreaterThan(0);
        const proof = await runIn(systemContext(app.ports, tenant.id, "test"), () => recount());
        expect(proof).toMatchObject({ differences: [], mended: 0, busy: [] });
        expect(proof.records).toBeGreaterThan(200);
        console.log(`${CHANGES} changes, ${proof.records} records, batches`, line.mischief, "no difference");
      } finally {
        await app.stop();
      }
    },
    180_000 + 60 * CHANGES,
  );

  it("is repaired by the recount after damage", async () => {
    const app = await startTestApp();
    try {
      const tenant = await signUp(app);
      for (let n = 0; n < 5; n++) await tenant.admin.createLead(newLead());
      await app.settle();
      const as = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);
      const { update } = await import("@crm/core/storage/table/database.ts");
      const { Counter, counterKey } = await import("@crm/core/storage/read/counter.ts");
      await as(() =>
        update({
          Key: counterKey(tenant.id, "lead", "*"),
          UpdateExpression: "ADD live :two",
          ExpressionAttributeValues: { ":two": 2 },
        }),
      );
      await as(async () => Counter.invalidate(tenant.id, "lead", "*"));
      expect((await tenant.admin.listLeads({})).meta.total).toBe(7);
      const result = await as(() => recount());
      expect(result.differences).toEqual([{ kind: "lead", where: "*", what: "live", kept: 7, counted: 5 }]);
      expect(result.mended).toBe(1);
      expect((await tenant.admin.listLeads({})).meta.total).toBe(5);
    } finally {
      await app.stop();
    }
  });
});

describe("a recount before the stream has been processed", () => {
  it("counts a record once if two consumers read its checkpoint before either writes it", async () => {
    const heldRecords: DynamoDBRecord[] = [];
    let consume: ReturnType<typeof streamHandler> | undefined;
    const app = await startTestApp({
      stream: (ports) => {
        const handle = streamHandler(ports, DEAD_LETTER_PREFIX);
        return async ({ Records }) => {
          if (!consume) return handle({ Records });
          heldRecords.push(...Records);
          return { batchItemFailures: [] };
        };
      },
    });
    try {
      const { admin } = await signUp(app);
      await app.settle();
      consume = streamHandler(app.ports, DEAD_LETTER_PREFIX);
      const { data: lead } = await admin.createLead(newLead());
      await app.settle();
      const consumeHeld = async () => consume?.({ Records: heldRecords });
      await interleave(app, { isTarget: isWriteWith(`"sk":"~${lead.id}`), work: consumeHeld }, consumeHeld);
      expect((await admin.listLeads({})).meta.total).toBe(1);
    } finally {
      await app.stop();
    }
  });

  it("leaves pending changes to the stream", async () => {
    const app = await startTestApp({ log: { write: () => undefined } });
    try {
      const tenant = await signUp(app);
      const recounted = () => runIn(systemContext(app.ports, tenant.id, "test"), () => recount());
      const { data: old } = await tenant.admin.createLead(newLead({ lead_source_id: "web" }));
      await app.settle();
      await tenant.admin.createLead(newLead());
      await tenant.admin.updateLead({ id: old.id, lead_source_id: "referral" });
      await recounted();
      await app.settle();
      expect(await recounted()).toMatchObject({ differences: [], mended: 0 });
      expect((await tenant.admin.listLeads({})).meta.total).toBe(2);
      expect((await tenant.admin.listLeads({ source: "referral" })).meta.total).toBe(1);
    } finally {
      await app.stop();
    }
  });
});

describe("a record that cannot be derived", () => {
  it("is parked with its content while others continue, and redriven with each effect once", async () => {
    let isPoison = true;
    const app = await startTestApp({
      log: { write: () => undefined },
      stream: (ports) =>
        streamHandler(
          poisonBatchWrites(ports, (text) => isPoison && text.includes("poison#led_")),
          DEAD_LETTER_PREFIX,
        ),
    });
    try {
      const tenant = await signUp(app);
      await tenant.admin.createLead(newLead());
      const { data: bad } = await tenant.admin.createLead(newLead({ last_name: "Poison" }));
      await tenant.admin.createLead(newLead());
      await app.settle();
      expect((await tenant.admin.listLeads({})).meta.total).toBe(2);
      const parked = await app.ports.files.list("dead-letters/");
      expect(parked.length).toBeGreaterThan(0);
      const bodies = await Promise.all(parked.map(async (key) => Buffer.from((await app.ports.files.get(key)) ?? "").toString()));
      expect(bodies.some((body) => body.includes(bad.id) && body.includes("Poison"))).toBe(true);

      // The record changes before the redrive: the parked version must not overwrite the later one.
      isPoison = false;
      await tenant.admin.updateLead({ id: bad.id, company: "Later" });
      await app.settle();
      expect((await tenant.admin.listLeads({})).meta.total).toBe(3);
      expect(await app.consumer.redrive()).toEqual({ redriven: parked.length, failed: 0 });
      expect(await app.consumer.redrive()).toEqual({ redriven: 0, failed: 0 });
      await app.settle();
      const items = dumpItems(app, tenant.id);
      expect(readDerived(items, tenant.id)).toEqual(recountDerived(items));
      const history = await tenant.admin.listAuditEntries({ record_id: bad.id });
      expect(history.data.map(({ record_version }) => record_version)).toEqual([2, 1]);
      expect(history.meta.total).toBe(2);
    } finally {
      await app.stop();
    }
  });
});
