import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { CELL_COUNT, cellKey, counterKey } from "@crm/core/storage/read/counter.ts";
import { type RecountOptions, type RecountResult, recount } from "@crm/core/storage/stream/recount.ts";
import { recountTenants } from "@crm/core/storage/stream/recount-nightly.ts";
import { put, query, queryAll, send, tableName, update } from "@crm/core/storage/table/database.ts";
import type { Item } from "@crm/core/storage/table/item.ts";
import { checkpointKey, tenantKey } from "@crm/core/storage/table/key.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LoadedStore, openLoadedStore } from "../../../scripts/load/store.ts";
import { loadStore } from "../../../scripts/load-leads.ts";
import { runThroughKills } from "../../support/kill-point.ts";
import { createTestRandom } from "../../support/random.ts";
import { isExhaustive, resolveTestSize } from "../../support/sample.ts";

/** A recount of a damaged store gives the same result in one run, in steps, and when killed at random. */

const LEADS = resolveTestSize("CRM_LEADS", 120, 300);
const KINDS = ["lead", "person", "interaction", "lead.path"];
let folder: string;
/** The result of a single recount in memory, and the counters after it. */
let fullRecount: RecountResult;
let remainingCounters: Item[][];

const runInStore = async <T>(data: string, work: (store: LoadedStore) => Promise<T>): Promise<T> => {
  const store = await openLoadedStore(data);
  try {
    return await runIn(store.context, () => work(store));
  } finally {
    await store.close();
  }
};

const readCounters = (tenant: string): Promise<Item[][]> =>
  Promise.all(KINDS.map((kind) => queryAll(tenantKey(tenant, "COUNT", kind))));

/** Removes revisions and fold counts, which differ between runs. */
const omitRevisions = (all: Item[][]): Item[][] =>
  all.map((items) => items.map(({ revision: _revision, folds: _folds, ...numbers }) => numbers));

/** Copies the damaged store. */
const copyStore = (name: string): string => {
  cpSync(join(folder, "damaged"), join(folder, name), { recursive: true });
  return join(folder, name);
};

const addToCounter = (tenant: string, kind: string, scope: string, name: string, value: number) =>
  update({
    Key: counterKey(tenant, kind, scope),
    UpdateExpression: "ADD #name :value, revision :one",
    ExpressionAttributeNames: { "#name": name },
    ExpressionAttributeValues: { ":value": value, ":one": 1 },
  });

async function damageStore({ tenant, owners }: LoadedStore): Promise<void> {
  await addToCounter(tenant, "lead", owners[0] ?? "", "live", 2);
  await addToCounter(tenant, "person", "*", "live", -1);
  await addToCounter(tenant, "lead", "source@2019@unknown", "leads", 5);
  await send(new DeleteCommand({ TableName: tableName(), Key: counterKey(tenant, "lead", owners[1] ?? "") }));
  // Moving part of a counter to a cell is not a difference.
  await addToCounter(tenant, "lead", "*", "live", -3);
  await update({
    Key: counterKey(tenant, "lead", "*"),
    UpdateExpression: "SET cells = :cells",
    ExpressionAttributeValues: { ":cells": CELL_COUNT },
  });
  await put({ ...cellKey(tenant, "lead", "*", 7), live: 3, revision: 1, as_of: new Date(0).toISOString() });
  const { Items = [] } = await query({
    IndexName: "by_time",
    KeyConditionExpression: "by_time = :all",
    ExpressionAttributeValues: { ":all": `T#${tenant}#lead#live` },
    Limit: 200,
  });
  const Key = checkpointKey(tenant, String(Items.at(-1)?.sk));
  await update({ Key, UpdateExpression: "SET words = :none", ExpressionAttributeValues: { ":none": "nothing" } });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "crm-recount-"));
  await loadStore(join(folder, "damaged"), LEADS);
  await runInStore(join(folder, "damaged"), damageStore);
  const copyFolder = copyStore("once");
  [fullRecount, remainingCounters] = await runInStore(copyFolder, async ({ tenant }) => [
    await recount(),
    await readCounters(tenant),
  ]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Sorts the differences, which are reported in any order. */
const sortDifferences = (result: RecountResult): RecountResult => {
  const name = ({ kind, where, what: counter }: RecountResult["differences"][number]): string => `${kind} ${where} ${counter}`;
  return { ...result, differences: result.differences.toSorted((a, b) => name(a).localeCompare(name(b))) };
};

/** Repeats the recount until it is done. */
async function recountInSteps(options: RecountOptions): Promise<{ result: RecountResult; steps: number }> {
  for (let steps = 1; ; steps++) {
    const result = await recount(options);
    if (result.done) return { result, steps };
    expect(steps).toBeLessThan(500);
  }
}

describe("a recount of a damaged store", () => {
  it("reports differences, repairs them, and folds values in cells", async () => {
    expect(fullRecount).toMatchObject({ mended: 4, busy: [], done: true });
    expect(fullRecount.differences.map(({ kind, what: counter }) => `${kind} ${counter}`)).toEqual(
      expect.arrayContaining(["lead live", "person live", "lead leads", "lead words"]),
    );
    await runInStore(join(folder, "once"), async ({ tenant }) => {
      const [counter, ...cells] = await queryAll(tenantKey(tenant, "COUNT", "lead"), { prefix: "*" });
      expect([counter?.live, counter?.folds, counter?.cells]).toEqual([LEADS, 1, CELL_COUNT]);
      expect(cells.map(({ live = 0 }) => live)).toEqual(Array(CELL_COUNT).fill(0));
      // A checkpoint is not a counter: the difference is reported but not repaired.
      expect(await recount({ verifiesWords: true })).toMatchObject({ mended: 0, differences: [{ what: "words" }] });
    });
  });

  it("gives the same result in steps, with limited memory", async () => {
    await runInStore(copyStore("steps"), async ({ tenant }) => {
      const { result, steps } = await recountInSteps({ seconds: 0, maxNumbers: 60 });
      expect(sortDifferences(result)).toEqual(sortDifferences(fullRecount));
      expect(steps).toBeGreaterThan(5);
      expect(await readCounters(tenant)).toEqual(remainingCounters);
      expect(await recountInSteps({ seconds: 0, maxNumbers: 60 })).toMatchObject({ result: { mended: 0 } });
    });
  });

  it("skips what changed meanwhile until the next run, and verifies the rest", async () => {
    await runInStore(copyStore("busy"), async ({ tenant, owners, ports, context }) => {
      let isMoved = false;
      const counting = async (command: object, scope: never) => {
        const output = await ports.database.send(command, scope);
        if (
          !isMoved &&
          JSON.stringify(command).includes(`#${owners[0]}`) === false &&
          command.constructor.name === "BatchGetCommand"
        ) {
          isMoved = true;
          await runIn(context, () => addToCounter(tenant, "lead", owners[0] ?? "", "live", 1));
        }
        return output;
      };
      const database = { ...ports.database, send: counting };
      const result = await runIn({ ...context, ports: { ...ports, database } }, () => recount());
      expect(result).toMatchObject({ mended: 3, busy: [`lead/${owners[0]}`] });
      expect(await recount()).toMatchObject({ mended: 1, busy: [] });
    });
  });

  it("is repaired by nights that are each too short for it", async () => {
    await runInStore(copyStore("nights"), async ({ tenant, ports }) => {
      // Each command takes a second.
      let now = Clock.ms();
      Clock.set(() => now);
      const database: Ports["database"] = {
        ...ports.database,
        send(command, scope) {
          now += 1000;
          return ports.database.send(command, scope);
        },
      };
      const messages: string[] = [];
      const log: Ports["log"] = { write: (level, message) => messages.push(`${level} ${message}`) };
      try {
        let nights = 0;
        for (; !messages.includes("error recount") && nights < 40; nights++)
          await recountTenants({ ...ports, database, log }, { seconds: 60, sliceSeconds: 20 });
        expect(messages).toEqual(["warn Differences were found and are counted again", "error recount"]);
        expect(nights).toBeGreaterThan(3);
      } finally {
        Clock.set();
      }
      expect(omitRevisions(await readCounters(tenant))).toEqual(omitRevisions(remainingCounters));
    });
  });

  it("gives the same result despite kills", async () => {
    const data = copyStore("killed");
    const random = createTestRandom("a recount that is killed");
    // A single kill happens while counters are written.
    const dieAt = (before: number): number => (isExhaustive ? Math.ceil(random() * (30 + 15 * before)) : 15);
    const kills = await runThroughKills(join(import.meta.dirname, "recount.run.ts"), data, dieAt);
    expect(kills).toBeGreaterThan(isExhaustive ? 2 : 0);
    const { busy, ...result } = sortDifferences(JSON.parse(readFileSync(join(data, "recount.json"), "utf8")));
    expect({ ...result, busy: [] }).toEqual(sortDifferences(fullRecount));
    // A recount killed while it folds a counter has changed it, like a concurrent writer; the next recount repairs it.
    expect(["", "lead/*"]).toContain(busy.join());
    await runInStore(data, async ({ tenant }) => {
      expect(await recount()).toMatchObject({ mended: 0, busy: [] });
      expect(omitRevisions(await readCounters(tenant))).toEqual(omitRevisions(remainingCounters));
    });
  });
});
