import { randomUUID } from "node:crypto";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { backup } from "@crm/local/backup.ts";
import { writeBackup } from "@crm/local/backup-file.ts";
import { restoreStore } from "@crm/local/restore.ts";
import { restoreTenant } from "@crm/local/restore-tenant.ts";
import { State } from "@crm/local/state.ts";
import { openStore } from "@crm/local/store.ts";
import { openTable, readTable } from "@crm/local/table-file.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { loadStore } from "../../scripts/load-leads.ts";
import { chanceOf } from "../chance.ts";
import { clientFor, findDynoxide, startDynoxide } from "../dynoxide/dynoxide.ts";
import { sizeFrom } from "../sample.ts";
import { newLead, signUp } from "../support.ts";
import { makeEarlierStore } from "./earlier-store.ts";
import { foldersOfFile, inStore, itemsOf, killedScript, recountOf, stepsOf } from "./support.ts";

/** `CRM_LEADS=10000 CRM_KILLS=10` is the long form. */
const LEADS = sizeFrom("CRM_LEADS", 30, 100);
const KILLS = sizeFrom("CRM_KILLS", 1, 3);

const folder = foldersOfFile();

/** What every command and every start does first. */
async function open(data: string): Promise<void> {
  const state = new State(data);
  await openStore(state).finally(() => state.close());
}

function recordsOf(data: string): unknown[] {
  const table = readTable(data);
  try {
    return table.records(0, 10_000_000);
  } finally {
    table.close();
  }
}

describe("a store of an earlier version", () => {
  let earlier: string;
  let items: Map<string, unknown>;
  let records: unknown[];
  let tenant: string;

  beforeAll(async () => {
    earlier = folder();
    tenant = (await loadStore(earlier, LEADS)).loaded.tenant;
    // Some records of the stream are not derived yet.
    await inStore(earlier, async (app) => {
      const { admin } = await signUp(app);
      for (let n = 0; n < 3; n++) await admin.createLead(newLead({ company: "Łódź 東京 🚢" }));
    });
    items = itemsOf(earlier);
    records = recordsOf(earlier);
    makeEarlierStore(earlier);
  });

  const copy = (): string => {
    const data = folder();
    cpSync(earlier, data, { recursive: true });
    return data;
  };

  /** How many steps a conversion and a backup take; counted once. */
  let counted: Promise<number> | undefined;
  const stepsOfAll = (): Promise<number> => {
    counted ??= stepsOf("backup.ts", ["--out", join(folder(), "backup")], { CRM_DATA: copy() });
    return counted;
  };

  it("is converted by the first start, item by item, with its stream, and works", async () => {
    const data = copy();
    await inStore(data, async (app) => {
      expect((await recountOf(app, tenant)).differences).toEqual([]);
      await signUp(app);
    });
    const converted = itemsOf(data);
    for (const [key, item] of items) if (!key.includes("#RATE#")) expect(converted.get(key), key).toEqual(item);
    expect(recordsOf(data).slice(0, records.length)).toEqual(records);
    // An earlier version, which would begin an empty table beside it, cannot open this.
    expect(readFileSync(join(data, "table.sqlite"), "utf8")).toMatch(/^The table of this store is in items\.sqlite/);
  });

  it(`is whole after ${KILLS} kills during its conversion, and of its earlier version until it is complete`, async () => {
    const data = copy();
    const out = ["--out", join(folder(), "backup")];
    const steps = await stepsOfAll();
    const random = chanceOf("a conversion that is killed");
    const original = readFileSync(join(earlier, "table.sqlite"));
    let killed = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      // Each goes on where the one before was killed, so that together they come near the end.
      const { signal } = await killedScript(
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
    await open(data);
    expect(itemsOf(data)).toEqual(items);
    expect(recordsOf(data)).toEqual(records);
  });

  it("is converted anew where the earlier version went on after a conversion that was killed", async () => {
    const data = copy();
    const steps = await stepsOfAll();
    await killedScript("backup.ts", ["--out", join(folder(), "backup")], { CRM_DATA: data }, Math.floor(steps / 2));
    // The earlier version wrote meanwhile, to an item that the conversion has passed.
    const later = folder();
    cpSync(earlier, later, { recursive: true });
    await open(later);
    const table = openTable(later);
    const [first] = Array.from(table.storage.scan(undefined)).filter(({ pk }) => pk.startsWith("T#"));
    if (!first) throw new Error("The store is empty");
    table.execute("PutItem", { TableName: "crm", Item: { ...first.item, changed: { S: "later" } } });
    table.close();
    makeEarlierStore(later);
    cpSync(join(later, "table.sqlite"), join(data, "table.sqlite"));
    await open(data);
    expect(itemsOf(data).get(`${first.pk} ${first.sk}`)).toMatchObject({ changed: { S: "later" } });
  });

  it("comes out of its backups: of the store, and of a tenant", async () => {
    const [file, data] = [join(folder(), "backup"), folder()];
    const parts = ["local.sqlite", "table.sqlite", "secret"].map((name) => ({ file: name, path: join(earlier, name) }));
    await writeBackup(file, { format: "crm-backup", version: 1, scope: "store", made_at: new Date().toISOString() }, parts);
    await restoreStore(file, data);
    expect(itemsOf(data)).toEqual(items);
    await inStore(data, (app) => signUp(app));
    expect(await restoreTenant(file, data, tenant)).toMatchObject({ written: 0, removed: 0, recount: { differences: [] } });
  });

  it("is not restored as a store by an earlier version", async () => {
    const file = join(folder(), "backup");
    const data = copy();
    expect((await backup({ out: file, data })).header.version).toBe(2);
    expect((await backup({ out: file, data, tenant })).header.version).toBe(1);
  });
});

describe.skipIf(!findDynoxide())("a table that dynoxide wrote", () => {
  it("is converted with values of every type", async () => {
    const data = folder();
    const state = new State(data);
    const dynoxide = await startDynoxide(data);
    const client = clientFor(dynoxide.endpoint);
    const Item = {
      ...{ pk: { S: `T#ten_a#E#${randomUUID()}` }, sk: { S: "Ünïcode 🚢" }, text: { S: "" }, number: { N: "-0.00012300" } },
      ...{ bytes: { B: new Uint8Array([0, 255]) }, truth: { BOOL: false }, nothing: { NULL: true as const } },
      ...{ list: { L: [{ S: "a" }, { M: { deep: { B: new Uint8Array([1]) } } }] }, texts: { SS: ["b", "a"] } },
      ...{ numbers: { NS: ["2", "1"] }, bits: { BS: [new Uint8Array([2]), new Uint8Array([1])] } },
    };
    await client.send(new PutItemCommand({ TableName: "crm", Item }));
    client.destroy();
    await dynoxide.stop();
    await openStore(state).finally(() => state.close());
    const table = openTable(data);
    const found = table.execute("GetItem", { TableName: "crm", Key: { pk: Item.pk, sk: Item.sk } }).Item as typeof Item;
    table.close();
    expect({ ...found, texts: sorted(found.texts.SS), numbers: sorted(found.numbers.NS), bits: sorted(found.bits.BS) }).toEqual({
      ...{ ...Item, number: { N: "-0.000123" }, texts: sorted(Item.texts.SS), numbers: sorted(Item.numbers.NS) },
      bits: sorted(Item.bits.BS),
    });
  });

  const sorted = (set: readonly (string | Uint8Array)[]): string[] => set.map(String).sort();

  it("cannot be opened where the note of a later version is", async () => {
    const data = folder();
    writeFileSync(join(data, "table.sqlite"), "The table of this store is in items.sqlite\n");
    await expect(startDynoxide(data)).rejects.toThrow(/dynoxide ended with/);
  });
});
