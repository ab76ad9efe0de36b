import { randomUUID } from "node:crypto";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { createBackup } from "@crm/local/backup/backup.ts";
import { writeBackup } from "@crm/local/backup/file-format.ts";
import { restoreStore } from "@crm/local/backup/restore-store.ts";
import { restoreTenant } from "@crm/local/backup/restore-tenant.ts";
import { prepareStore } from "@crm/local/store/preparation.ts";
import { State } from "@crm/local/store/state.ts";
import { openTable, readTable } from "@crm/local/table/file.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { loadStore } from "../../../scripts/load-leads.ts";
import { newLead, signUp } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";
import { resolveTestSize } from "../../support/sample.ts";
import { createDynamoClient, findDynoxide, startDynoxide } from "../dynoxide/dynoxide.ts";
import { makeEarlierStore } from "./earlier-store.ts";
import { countScriptSteps, readItems, recountTenant, runKilledScript, useFolders, withStore } from "./support.ts";

/** Number of leads; `CRM_LEADS=10000 CRM_KILLS=10` is the long form. */
const LEADS = resolveTestSize("CRM_LEADS", 30, 100);
const KILLS = resolveTestSize("CRM_KILLS", 1, 3);

const createFolder = useFolders();

/** Prepares the store, as every command and every start does first. */
async function openAndCloseStore(data: string): Promise<void> {
  const state = new State(data);
  await prepareStore(state).finally(() => state.close());
}

function readRecords(data: string): unknown[] {
  const table = readTable(data);
  try {
    return table.records(0, 10_000_000);
  } finally {
    table.close();
  }
}

describe("a store of an earlier version", () => {
  let earlierFolder: string;
  let items: Map<string, unknown>;
  let records: unknown[];
  let tenant: string;

  beforeAll(async () => {
    earlierFolder = createFolder();
    tenant = (await loadStore(earlierFolder, LEADS)).loaded.tenant;
    // Some stream records are not processed yet.
    await withStore(earlierFolder, async (app) => {
      const { admin } = await signUp(app);
      for (let n = 0; n < 3; n++) await admin.createLead(newLead({ company: "Łódź 東京 🚢" }));
    });
    items = readItems(earlierFolder);
    records = readRecords(earlierFolder);
    makeEarlierStore(earlierFolder);
  });

  const copy = (): string => {
    const data = createFolder();
    cpSync(earlierFolder, data, { recursive: true });
    return data;
  };

  /** The number of steps in a conversion and a backup, counted once. */
  let stepCount: Promise<number> | undefined;
  const stepsOfAll = (): Promise<number> => {
    stepCount ??= countScriptSteps("backup.ts", ["--out", join(createFolder(), "backup")], { CRM_DATA: copy() });
    return stepCount;
  };

  it("is converted at the first start, item by item with its stream, and works", async () => {
    const data = copy();
    await withStore(data, async (app) => {
      expect((await recountTenant(app, tenant)).differences).toEqual([]);
      await signUp(app);
    });
    const converted = readItems(data);
    for (const [key, item] of items) if (!key.includes("#RATE#")) expect(converted.get(key), key).toEqual(item);
    expect(readRecords(data).slice(0, records.length)).toEqual(records);
    // An earlier version cannot open this file; otherwise it would create an empty table.
    expect(readFileSync(join(data, "table.sqlite"), "utf8")).toMatch(/^The table of this store is in items\.sqlite/);
  });

  it(`is complete after ${KILLS} kills during its conversion, and stays the earlier version until then`, async () => {
    const data = copy();
    const out = ["--out", join(createFolder(), "backup")];
    const steps = await stepsOfAll();
    const random = createTestRandom("a conversion that is killed");
    const original = readFileSync(join(earlierFolder, "table.sqlite"));
    let killed = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      // Each run resumes where the last one was killed, so that together they almost finish.
      const { signal } = await runKilledScript(
        "backup.ts",
        out,
        { CRM_DATA: data },
        1 + Math.floor((steps * (0.5 + random())) / KILLS),
      );
      if (signal !== "SIGKILL") break;
      killed++;
      const isComplete = existsSync(join(data, "items.sqlite"));
      expect(isComplete || readFileSync(join(data, "table.sqlite")).equals(original)).toBe(true);
    }
    expect(killed).toBeGreaterThan(KILLS / 2);
    await openAndCloseStore(data);
    expect(readItems(data)).toEqual(items);
    expect(readRecords(data)).toEqual(records);
  });

  it("is converted again if the earlier version wrote after an interrupted conversion", async () => {
    const data = copy();
    const steps = await stepsOfAll();
    await runKilledScript("backup.ts", ["--out", join(createFolder(), "backup")], { CRM_DATA: data }, Math.floor(steps / 2));
    // The earlier version has since written to an item that the conversion had already copied.
    const laterFolder = createFolder();
    cpSync(earlierFolder, laterFolder, { recursive: true });
    await openAndCloseStore(laterFolder);
    const table = openTable(laterFolder);
    const [first] = Array.from(table.storage.scan(undefined)).filter(({ pk }) => pk.startsWith("T#"));
    if (!first) throw new Error("The store is empty");
    table.execute("PutItem", { TableName: "crm", Item: { ...first.item, changed: { S: "later" } } });
    table.close();
    makeEarlierStore(laterFolder);
    cpSync(join(laterFolder, "table.sqlite"), join(data, "table.sqlite"));
    await openAndCloseStore(data);
    expect(readItems(data).get(`${first.pk} ${first.sk}`)).toMatchObject({ changed: { S: "later" } });
  });

  it("can be restored from its backups, of the store and of a tenant", async () => {
    const [file, data] = [join(createFolder(), "backup"), createFolder()];
    const parts = ["local.sqlite", "table.sqlite", "secret"].map((name) => ({ file: name, path: join(earlierFolder, name) }));
    await writeBackup(file, { format: "crm-backup", version: 1, scope: "store", made_at: new Date().toISOString() }, parts);
    await restoreStore(file, data);
    expect(readItems(data)).toEqual(items);
    await withStore(data, (app) => signUp(app));
    expect(await restoreTenant(file, data, tenant)).toMatchObject({ written: 0, removed: 0, recount: { differences: [] } });
  });

  it("cannot be restored as a store by an earlier version", async () => {
    const file = join(createFolder(), "backup");
    const data = copy();
    expect((await createBackup({ out: file, data })).header.version).toBe(2);
    expect((await createBackup({ out: file, data, tenant })).header.version).toBe(1);
  });
});

describe.skipIf(!findDynoxide())("a table written by dynoxide", () => {
  it("is converted with values of each type", async () => {
    const data = createFolder();
    const state = new State(data);
    const dynoxide = await startDynoxide(data);
    const client = createDynamoClient(dynoxide.endpoint);
    const Item = {
      ...{ pk: { S: `T#ten_a#E#${randomUUID()}` }, sk: { S: "Ünïcode 🚢" }, text: { S: "" }, number: { N: "-0.00012300" } },
      ...{ bytes: { B: new Uint8Array([0, 255]) }, truth: { BOOL: false }, nothing: { NULL: true as const } },
      ...{ list: { L: [{ S: "a" }, { M: { deep: { B: new Uint8Array([1]) } } }] }, texts: { SS: ["b", "a"] } },
      ...{ numbers: { NS: ["2", "1"] }, bits: { BS: [new Uint8Array([2]), new Uint8Array([1])] } },
    };
    await client.send(new PutItemCommand({ TableName: "crm", Item }));
    client.destroy();
    await dynoxide.stop();
    await prepareStore(state).finally(() => state.close());
    const table = openTable(data);
    const storedItem = table.execute("GetItem", { TableName: "crm", Key: { pk: Item.pk, sk: Item.sk } }).Item as typeof Item;
    table.close();
    expect({
      ...structuredClone(storedItem),
      texts: sorted(storedItem.texts.SS),
      numbers: sorted(storedItem.numbers.NS),
      bits: sorted(storedItem.bits.BS),
    }).toEqual({
      ...{ ...Item, number: { N: "-0.000123" }, texts: sorted(Item.texts.SS), numbers: sorted(Item.numbers.NS) },
      bits: sorted(Item.bits.BS),
    });
  });

  const sorted = (set: readonly (string | Uint8Array)[]): string[] => set.map(String).sort();

  it("cannot be opened next to the marker of a later version", async () => {
    const data = createFolder();
    writeFileSync(join(data, "table.sqlite"), "The table of this store is in items.sqlite\n");
    await expect(startDynoxide(data)).rejects.toThrow(/dynoxide ended with/);
  });
});
