import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { createClient, httpTransport } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { createBackup, createSnapshot } from "@crm/local/backup/backup.ts";
import { restoreStore } from "@crm/local/backup/restore-store.ts";
import { restoreSteps } from "@crm/local/backup/restore-swap.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { announceAddress } from "@crm/local/server/running-server.ts";
import { prepareStore } from "@crm/local/store/preparation.ts";
import { State } from "@crm/local/store/state.ts";
import { definition, TABLE_FILE } from "@crm/local/table/file.ts";
import { SqliteBulk } from "@crm/local/table-engine/sqlite-bulk.ts";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { killProcess, signUpTenant, spawnServer } from "../../invariants/crash/server-process.ts";
import { inProcessTransport, newLead, signUp, startTestApp, waitUntil } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";
import { isExhaustive, resolveTestSize } from "../../support/sample.ts";
import {
  countScriptSteps,
  readItems,
  readLocalState,
  recountTenant,
  runKilledScript,
  runScript,
  useFolders,
  withStore,
} from "./support.ts";

const createFolder = useFolders();

const ROUNDS = resolveTestSize("CRM_KILLS", 1, 15);

/** Fills a store with a bit of everything: records, mail, a moved clock, a parked stream record, another file. */
async function fillStore(data: string, slug: string): Promise<void> {
  await withStore(data, async (app) => {
    app.setClock({ advance: slug.length * 1000 });
    const tenant = await signUp(app);
    for (let index = 0; index < 5; index++) await tenant.admin.createLead(newLead({ company: slug }));
    await tenant.admin.createUser({ email: `u@${slug}.example`, first_name: "Uma", last_name: "User", role: "USER" });
    await app.ports.files.put(`uploads/${slug}.txt`, Buffer.from(slug));
    await app.ports.files.put(`dead-letters/stream/${slug}.json`, Buffer.from(JSON.stringify({ payload: { Records: [] } })));
  });
}

/** Everything in a store, for comparison. */
const readWholeStore = (data: string) => ({ items: readItems(data), ...readLocalState(data) });

describe("a whole store", () => {
  let old: string;
  let file: string;
  beforeAll(async () => {
    old = createFolder();
    file = join(createFolder(), "backup");
    await fillStore(old, "old");
    await createBackup({ out: file, data: old });
  });

  it("is restored unchanged, into a new folder or over another store", async () => {
    for (const data of [join(createFolder(), "new", "folder"), createFolder()]) {
      const isUsed = existsSync(data);
      if (isUsed) await fillStore(data, "other");
      if (isUsed) writeFileSync(join(data, "notes"), "not ours");
      const before = readWholeStore(old);
      expect(await restoreStore(file, data)).toMatchObject({ scope: "store" });
      expect(readWholeStore(data)).toEqual(before);
      expect(readdirSync(data).sort()).toEqual([...readdirSync(old), ...(isUsed ? ["notes"] : [])].sort());
      await withStore(data, async (app) => {
        expect(app.mail.sent("u@old.example")).toHaveLength(1);
        expect(await app.consumer.redrive()).toEqual({ redriven: 1, failed: 0 });
      });
    }
  });

  it("is not restored into a folder in use, or from a partial backup", async () => {
    const data = createFolder();
    await withStore(data, async () => {
      await expect(restoreStore(file, data)).rejects.toThrow(/Another server uses the folder/);
    });
    const before = readWholeStore(data);
    const text = join(createFolder(), "text");
    writeFileSync(text, "no backup");
    await expect(restoreStore(text, data)).rejects.toThrow(/is not a backup/);
    expect(readWholeStore(data)).toEqual(before);
    await expect(restoreStore(file, "memory")).rejects.toThrow(/CRM_DATA=memory stores nothing/);
    await expect(createBackup({ out: join(data, "backup"), data })).rejects.toThrow(/is inside the folder of the store/);
    await expect(createBackup({ out: file, data: join(data, "nothing") })).rejects.toThrow(/There is no store in/);
  });

  it("is replaced atomically: after a stop at any step of the swap, the next start completes it", async () => {
    const present = createFolder();
    await fillStore(present, "other");
    const expectedStore = readWholeStore(old);
    for (let stop = 0, more = true; more; stop++) {
      const data = createFolder();
      cpSync(present, data, { recursive: true });
      const restoredFolder = join(data, "restored");
      cpSync(old, restoredFolder, { recursive: true });
      writeFileSync(join(restoredFolder, "pieces.json"), JSON.stringify(readdirSync(old)));
      mkdirSync(join(data, "restoring"));
      const state = new State(data);
      const work = restoreSteps(state);
      for (let step = 0; step < stop; step++) {
        const { value, done } = work.next();
        await value?.();
        more = !done;
      }
      state.close();
      await openAndCloseStore(data);
      expect(readWholeStore(data).items, `after ${stop} steps`).toEqual(expectedStore.items);
      expect(readLocalState(data).secret).toBe(expectedStore.secret);
      expect(readLocalState(data).files).toBe(expectedStore.files);
      expect(readdirSync(data).sort()).toEqual(readdirSync(old).sort());
    }
  });

  it("is either the old or the new one after a kill at any point of a restore", async () => {
    const present = createFolder();
    await fillStore(present, "other");
    const [before, after] = [readWholeStore(present), readWholeStore(old)];
    const outcomes = { old: 0, new: 0, killed: 0 };
    const first = createFolder();
    cpSync(present, first, { recursive: true });
    const steps = await countScriptSteps("restore.ts", ["--in", file], { CRM_DATA: first });
    const random = createTestRandom("a restore that is killed");
    for (let round = 0; round < ROUNDS; round++) {
      const data = createFolder();
      cpSync(present, data, { recursive: true });
      const killStep = 1 + Math.floor((steps * (round + random())) / ROUNDS);
      const { signal } = await runKilledScript("restore.ts", ["--in", file], { CRM_DATA: data }, killStep);
      if (signal === "SIGKILL") outcomes.killed++;
      await openAndCloseStore(data);
      const now = readWholeStore(data);
      const isNew = JSON.stringify([...now.items.keys()]) === JSON.stringify([...after.items.keys()]);
      outcomes[isNew ? "new" : "old"]++;
      const expectedStore = isNew ? after : before;
      expect(now.items).toEqual(expectedStore.items);
      expect(now.secret).toBe(expectedStore.secret);
      expect(now.files).toBe(expectedStore.files);
      expect(readdirSync(data).filter((name) => /^(restor|discard|snapshot)/.test(name))).toEqual([]);
    }
    console.log(`restores killed, of ${steps} steps`, outcomes);
    expect(outcomes.killed).toBeGreaterThan(0);
    if (isExhaustive) expect(Object.values(outcomes).every((count) => count > 2)).toBe(true);
  });
});

describe("a store of a killed server", () => {
  it("can be backed up and restored", async () => {
    const [data, file] = [createFolder(), join(createFolder(), "backup")];
    const server = await spawnServer(data);
    onTestFinished(() => killProcess(server.process));
    const { token } = await signUpTenant(server.url, "kept");
    await createClient(httpTransport(server.url, token)).createLead(newLead());
    await killProcess(server.process);
    await createBackup({ out: file, data });
    await restoreStore(file, data);
    await withStore(data, async (app) => {
      expect((await createClient(inProcessTransport(app, token)).listLeads()).data).toHaveLength(1);
    });
  });
});

describe("a backup beside a running server", () => {
  it("contains each write acknowledged before, and none half done", async () => {
    const [data, file] = [createFolder(), join(createFolder(), "backup")];
    const app = await startTestApp({ data });
    const server = await startServer(app, 0);
    announceAddress(data, server.url);
    const acknowledged: string[] = [];
    let working = true;
    const tenant = await signUp(app);
    const write = async (): Promise<void> => {
      while (working) acknowledged.push((await tenant.admin.createLead(newLead())).data.id);
    };
    const writers = [write(), write(), write()];
    await waitUntil(() => acknowledged.length >= 50);
    const before = [...acknowledged];
    const result = await runScript("backup.ts", ["--out", file], { CRM_DATA: data });
    working = false;
    await Promise.all(writers);
    expect(result).toMatchObject({ code: 0, err: "" });
    expect(acknowledged.length).toBeGreaterThan(before.length + 20);
    await server.close();
    await app.stop();

    const restored = createFolder();
    await restoreStore(file, restored);
    await withStore(restored, async (copy) => {
      await copy.settle();
      await expectConsistent(copy, tenant.id);
    });
    const items = readItems(restored);
    for (const id of before) expect([...items.keys()].some((key) => key.endsWith(` ${id}`))).toBe(true);
    for (const [key, item] of items) {
      if (!key.includes(" led_")) continue;
      const { personal_key_id } = Leads.fromItem(unmarshall(item as Record<string, AttributeValue>));
      expect(items.has(key.replace(/ .*$/, ` ${personal_key_id}`))).toBe(true);
    }
    expect(readdirSync(data).filter((name) => name.startsWith("snapshot-"))).toEqual([]);
  });

  it("copies the table as of one instant, despite concurrent writes", async () => {
    const data = createFolder();
    await withStore(data, async () => undefined);
    const table = new SqliteBulk(join(data, TABLE_FILE), definition);
    // Large enough to be copied in many steps.
    for (let index = 0; index < 24; index++)
      table.put({ pk: "filler", sk: String(index) }, { text: { S: "x".repeat(1024 * 1024) } });
    table.close();
    const app = await startTestApp({ data });
    const tenant = await signUp(app);
    for (let index = 0; index < 20; index++) await tenant.admin.createLead(newLead());
    const copying = createSnapshot(app.state);
    // These requests start in the same tick, so none of them can be in the copy.
    const laterResponses = await Promise.all(Array.from({ length: 20 }, () => tenant.admin.createLead(newLead())));
    const items = readItems(await copying);
    for (const { data: lead } of laterResponses) expect([...items.keys()].some((key) => key.endsWith(lead.id))).toBe(false);
    expect([...items.keys()].filter((key) => key.includes(" led_"))).toHaveLength(20);
    await app.stop();
  });
});

/** Prepares the store, as every command and every start does first. */
async function openAndCloseStore(data: string): Promise<void> {
  const state = new State(data);
  await prepareStore(state).finally(() => state.close());
}

/** Counters and search words match the records, and each version has one audit entry. */
async function expectConsistent(app: App, tenant: string): Promise<void> {
  const proof = await recountTenant(app, tenant);
  expect(proof.differences).toEqual([]);
  expect(proof.records).toBeGreaterThan(100);
}
