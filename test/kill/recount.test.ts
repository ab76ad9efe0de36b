import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { runIn } from "@crm/core/kernel/context.ts";
import { type Recount, type RecountOptions, recount } from "@crm/core/storage/project/recount.ts";
import { CELLS, cellKey, counterKey } from "@crm/core/storage/read/counter.ts";
import { put, query, queryAll, send, tableName, update } from "@crm/core/storage/table/database.ts";
import type { Item } from "@crm/core/storage/table/item.ts";
import { checkpointKey, tenantKey } from "@crm/core/storage/table/key.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadStore } from "../../scripts/load-leads.ts";
import { openStore, type Store } from "../../scripts/load-store.ts";
import { chanceOf } from "../chance.ts";
import { killedUntilDone } from "../dying.ts";
import { isExhaustive, sizeFrom } from "../sample.ts";

/** A recount of a damaged store: in one go, in steps, and killed at random, with equal results. */

const LEADS = sizeFrom("CRM_LEADS", 120, 300);
const KINDS = ["lead", "person", "interaction", "lead.path"];
let folder: string;
/** What one recount in memory tells, and what it leaves. */
let whole: Recount;
let left: Item[][];

const inStore = async <T>(data: string, work: (store: Store) => Promise<T>): Promise<T> => {
  const store = await openStore(data);
  try {
    return await runIn(store.context, () => work(store));
  } finally {
    await store.close();
  }
};

const counters = (tenant: string): Promise<Item[][]> =>
  Promise.all(KINDS.map((kind) => queryAll(tenantKey(tenant, "COUNT", kind))));

/** Without how often each was folded. */
const numbersOf = (all: Item[][]): Item[][] =>
  all.map((items) => items.map(({ revision: _revision, folds: _folds, ...numbers }) => numbers));

/** A copy of the damaged store. */
const copied = (name: string): string => {
  cpSync(join(folder, "damaged"), join(folder, name), { recursive: true });
  return join(folder, name);
};

const add = (tenant: string, kind: string, scope: string, name: string, value: number) =>
  update({
    Key: counterKey(tenant, kind, scope),
    UpdateExpression: "ADD #name :value, revision :one",
    ExpressionAttributeNames: { "#name": name },
    ExpressionAttributeValues: { ":value": value, ":one": 1 },
  });

async function damage({ tenant, owners }: Store): Promise<void> {
  await add(tenant, "lead", owners[0] ?? "", "live", 2);
  await add(tenant, "person", "*", "live", -1);
  await add(tenant, "lead", "source@2019@nobody", "leads", 5);
  await send(new DeleteCommand({ TableName: tableName(), Key: counterKey(tenant, "lead", owners[1] ?? "") }));
  // Part of a counter in a cell is no difference.
  await add(tenant, "lead", "*", "live", -3);
  await update({
    Key: counterKey(tenant, "lead", "*"),
    UpdateExpression: "SET cells = :cells",
    ExpressionAttributeValues: { ":cells": CELLS },
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
  await inStore(join(folder, "damaged"), damage);
  const once = copied("once");
  [whole, left] = await inStore(once, async ({ tenant }) => [await recount(), await counters(tenant)]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Numbers of one counter are told in whatever order they were come to; their fields too, of those that a cursor kept. */
const inOrder = (result: Recount): Recount => {
  const name = ({ kind, where, what }: Recount["differences"][number]): string => `${kind} ${where} ${what}`;
  return { ...result, differences: result.differences.toSorted((a, b) => name(a).localeCompare(name(b))) };
};

/** One that goes on as long as it is not done. */
async function inSteps(options: RecountOptions): Promise<{ result: Recount; steps: number }> {
  for (let steps = 1; ; steps++) {
    const result = await recount(options);
    if (result.done) return { result, steps };
    expect(steps).toBeLessThan(500);
  }
}

describe("a recount of a damaged store", () => {
  it("tells what differs, mends it, and folds what stands in cells", async () => {
    expect(whole).toMatchObject({ mended: 4, busy: [], done: true });
    expect(whole.differences.map(({ kind, what }) => `${kind} ${what}`)).toEqual(
      expect.arrayContaining(["lead live", "person live", "lead leads", "lead words"]),
    );
    await inStore(join(folder, "once"), async ({ tenant }) => {
      const [counter, ...cells] = await queryAll(tenantKey(tenant, "COUNT", "lead"), { prefix: "*" });
      expect([counter?.live, counter?.folds, counter?.cells]).toEqual([LEADS, 1, CELLS]);
      expect(cells.map(({ live = 0 }) => live)).toEqual(Array(CELLS).fill(0));
      // A checkpoint is no counter: it is told, and stays.
      expect(await recount({ words: true })).toMatchObject({ mended: 0, differences: [{ what: "words" }] });
    });
  });

  it("comes to the same in steps, with little in memory", async () => {
    await inStore(copied("steps"), async ({ tenant }) => {
      const { result, steps } = await inSteps({ seconds: 0, most: 60 });
      expect(inOrder(result)).toEqual(inOrder(whole));
      expect(steps).toBeGreaterThan(5);
      expect(await counters(tenant)).toEqual(left);
      expect(await inSteps({ seconds: 0, most: 60 })).toMatchObject({ result: { mended: 0 } });
    });
  });

  it("leaves for another time what moved meanwhile, and proves the rest", async () => {
    await inStore(copied("busy"), async ({ tenant, owners, ports, context }) => {
      let moved = false;
      const counting = async (command: object, scope: never) => {
        const output = await ports.database.send(command, scope);
        if (
          !moved &&
          JSON.stringify(command).includes(`#${owners[0]}`) === false &&
          command.constructor.name === "BatchGetCommand"
        ) {
          moved = true;
          await runIn(context, () => add(tenant, "lead", owners[0] ?? "", "live", 1));
        }
        return output;
      };
      const database = { ...ports.database, send: counting };
      const result = await runIn({ ...context, ports: { ...ports, database } }, () => recount());
      expect(result).toMatchObject({ mended: 3, busy: [`lead/${owners[0]}`] });
      expect(await recount()).toMatchObject({ mended: 1, busy: [] });
    });
  });

  it("comes to the same however it is killed", async () => {
    const data = copied("killed");
    const random = chanceOf("a recount that is killed");
    // One that comes alone comes while counters are written.
    const dieAt = (before: number): number => (isExhaustive ? Math.ceil(random() * (30 + 15 * before)) : 15);
    const kills = await killedUntilDone(join(import.meta.dirname, "recount.ts"), data, dieAt);
    expect(kills).toBeGreaterThan(isExhaustive ? 2 : 0);
    const { busy, ...told } = inOrder(JSON.parse(readFileSync(join(data, "recount.json"), "utf8")));
    expect({ ...told, busy: [] }).toEqual(inOrder(whole));
    // What is killed as it folds a counter has moved it, as somebody else may have: that is left for the next.
    expect(["", "lead/*"]).toContain(busy.join());
    await inStore(data, async ({ tenant }) => {
      expect(await recount()).toMatchObject({ mended: 0, busy: [] });
      expect(numbersOf(await counters(tenant))).toEqual(numbersOf(left));
    });
  });
});
