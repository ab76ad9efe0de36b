import { join } from "node:path";
import { buildListQuery, list } from "@crm/core/storage/read/list.ts";
import { type MigrationResult, migrate } from "@crm/core/storage/scheduler/migration.ts";
import { readMigrationStatus } from "@crm/core/storage/scheduler/migration-job.ts";
import type { Collection } from "@crm/core/storage/table/collection.ts";
import { readItem } from "@crm/core/storage/table/database.ts";
import type { Item } from "@crm/core/storage/table/item.ts";
import { recordKey } from "@crm/core/storage/table/key.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runScriptInProcess } from "../../local/backup/script-in-process.ts";
import { newFolder, recountTenant, removeFolder } from "../../local/backup/support.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { recordWriteKillEnv, runThroughKills } from "../../support/kill-point.ts";
import { isExhaustive, resolveTestSize } from "../../support/sample.ts";
import { listStreamRecords } from "../../support/stored-items.ts";
import { domainsWithLetters, type Letter, laterRelease, runInTenant, splitName, upperFolder, writeLetters } from "./letters.ts";

const omitVersion = ({ version: _version, updated_at: _at, updated_by: _by, ...content }: Letter): object => content;

const readLetters = (app: App, tenant: Tenant, collection: Collection<Letter>, ids: readonly string[]): Promise<Letter[]> =>
  runInTenant(app, tenant.id, () => Promise.all(ids.map(async (id) => (await Records.load(collection, id)) as Letter)));

const readTenantItem = (app: App, tenant: Tenant, id: string): Promise<Item | undefined> =>
  runInTenant(app, tenant.id, () => readItem(recordKey(tenant.id, id)));

describe("migrating", () => {
  let app: App;
  let tenant: Tenant;
  let otherTenant: Tenant;
  beforeAll(async () => {
    app = await startTestApp({ domains: domainsWithLetters });
    tenant = await signUp(app);
    otherTenant = await signUp(app);
  });
  afterAll(() => app.stop());

  it("stores the same result as reading, followed by lists, counters, search and audit", async () => {
    const ids = await writeLetters(app, tenant.id, 150);
    const otherIds = await writeLetters(app, otherTenant.id, 5);
    await app.settle();
    const collection = laterRelease(splitName, upperFolder);
    const onRead = await readLetters(app, tenant, collection, ids);
    expect(onRead[0]).toMatchObject({ first_name: "Grace", last_name: "Hopper0", folder: "IN", body: "text 0", version: 1 });
    expect((await readTenantItem(app, tenant, ids[0] as string))?.shape).toBe(1);

    const result = await migrate(app.ports);
    expect(result).toMatchObject({ walked: 157, rewritten: 155, failed: [], done: true });
    const rewritten = await readLetters(app, tenant, collection, ids);
    expect(rewritten.map(omitVersion)).toEqual(onRead.map(omitVersion));
    expect(rewritten.map(({ version }) => version)).toEqual(onRead.map(({ version }) => version + 1));
    for (const id of [...ids.slice(0, 20), ...ids.slice(-20)]) expect((await readTenantItem(app, tenant, id))?.shape).toBe(3);
    expect((await readTenantItem(app, otherTenant, otherIds[0] as string))?.shape).toBe(3);

    await app.settle();
    const page = await runInTenant(app, tenant.id, () =>
      list(collection, { ...buildListQuery(collection, { limit: 100 }), filters: { folder: "IN" } }),
    );
    expect(page.meta.total).toBe(45);
    expect(page.rows.at(-1)).toMatchObject({ first_name: "Grace", last_name: "Hopper0", folder: "IN" });
    const searched = await runInTenant(app, tenant.id, () =>
      list(collection, buildListQuery(collection, { search: "hopper11" })),
    );
    expect(searched.meta.total).toBe(10);
    expect((await recountTenant(app, tenant.id)).differences).toEqual([]);
    const history = (await tenant.admin.listAuditEntries({ record_id: ids[0] as string })).data;
    expect(history.map(({ operation, user_id, changed }) => [operation, user_id, changed])).toEqual([
      ["UPDATE", "system:migrate", []],
      ["INSERT", "system:test", expect.any(Array)],
    ]);
  });

  it("does nothing if it is complete, and only the remaining steps for the next shape", async () => {
    expect(await migrate(app.ports)).toMatchObject({ walked: 0, rewritten: 0, done: true });
    laterRelease(splitName, upperFolder, (stored) => ({ ...stored, body: "of the fourth shape" }));
    expect(await migrate(app.ports)).toMatchObject({ walked: 155, rewritten: 155, done: true });
  });
});

describe("a job that takes several runs", () => {
  let app: App;
  let tenant: Tenant;
  beforeAll(async () => {
    app = await startTestApp({ domains: domainsWithLetters });
    tenant = await signUp(app);
  });
  afterAll(() => app.stop());

  it("continues where it stopped, in limited batches", async () => {
    const ids = await writeLetters(app, tenant.id, 230);
    const collection = laterRelease(splitName, upperFolder);
    const parts: MigrationResult[] = [];
    do parts.push(await migrate(app.ports, { batches: 1, resume: parts.length > 0 }));
    while (!parts.at(-1)?.done);
    // A kind without records takes one part that walks no record.
    expect(parts.map(({ walked }) => walked).filter((walked) => walked > 0)).toEqual([1, 100, 100, 7, 23]);
    expect(parts.every(({ walked }) => walked <= 100)).toBe(true);
    const all = await readLetters(app, tenant, collection, ids);
    expect(new Set(all.map(({ version, deleted_at }) => version - (deleted_at ? 1 : 0)))).toEqual(new Set([2]));
  });

  it("rewrites each record once in concurrent runs", async () => {
    const ids = await writeLetters(app, tenant.id, 60);
    const steps = [splitName, upperFolder, (stored: Item) => stored];
    const collection = laterRelease(...steps);
    const jobs = await Promise.all([migrate(app.ports), migrate(app.ports)]);
    expect(jobs.every(({ done, failed }) => done && failed.length === 0)).toBe(true);
    const all = await readLetters(app, tenant, collection, ids);
    expect(all.map(({ version, deleted_at }) => version - (deleted_at ? 1 : 0))).toEqual(ids.map(() => 2));
    const writes = listStreamRecords(app).filter(({ dynamodb }) => ids.includes(String(dynamodb?.Keys?.sk?.S)));
    expect(writes).toHaveLength(all.reduce((sum, { version }) => sum + version, 0));
  });

  it("loses no concurrent change", async () => {
    const ids = await writeLetters(app, tenant.id, 120);
    const collection = laterRelease(
      splitName,
      upperFolder,
      (stored) => stored,
      (stored) => stored,
    );
    const live = ids.filter((_, index) => index % 10 !== 9);
    const edits = new Map<string, number>();
    let working = true;
    const editing = Array.from({ length: 3 }, async (_, writer) => {
      for (let index = writer; working; index += 7) {
        const id = live[index % live.length] as string;
        const edit = (letter: Letter): Letter => ({ ...letter, body: `${letter.body}.` });
        await runInTenant(app, tenant.id, () => Records.change(collection, id, edit));
        edits.set(id, (edits.get(id) ?? 0) + 1);
      }
    });
    const result = await migrate(app.ports);
    working = false;
    await Promise.all(editing);
    expect(result.done).toBe(true);
    expect(edits.size).toBeGreaterThan(10);
    const all = await readLetters(app, tenant, collection, ids);
    for (const [index, letter] of all.entries()) {
      const edited = edits.get(letter.id) ?? 0;
      expect(letter).toMatchObject({ last_name: `Hopper${index}`, body: `text ${index}${".".repeat(edited)}` });
      expect(letter.version).toBeLessThanOrEqual(2 + edited + (letter.deleted_at ? 1 : 0));
      expect((await readTenantItem(app, tenant, letter.id))?.shape).toBe(5);
    }
    await app.settle();
    expect((await recountTenant(app, tenant.id)).differences).toEqual([]);
  });

  it("names the records whose migration fails, completes the others, and retries the failed ones next time", async () => {
    const ids = await writeLetters(app, tenant.id, 12);
    const refuse = (stored: Item): Item => {
      if (stored.last_name === "Hopper3") throw new Error("no such folder");
      return stored;
    };
    const keepItem = (stored: Item): Item => stored;
    laterRelease(splitName, upperFolder, keepItem, keepItem, refuse);
    const result = await migrate(app.ports);
    const failures = result.failed.filter(({ id }) => ids.includes(id));
    expect(failures).toEqual([{ tenant: tenant.id, id: ids[3], error: "no such folder" }]);
    expect(result.done).toBe(true);
    expect((await migrate(app.ports, { resume: true })).walked).toBe(0);
    laterRelease(splitName, upperFolder, keepItem, keepItem, keepItem);
    const repairResult = await migrate(app.ports);
    expect(repairResult).toMatchObject({ failed: [], done: true });
    expect(repairResult.rewritten).toBe(result.failed.length);
  });
});

describe("a job that is killed", () => {
  it("has rewritten every record once when it completes, after any number of kills", async () => {
    const data = newFolder();
    const before = await startTestApp({ domains: domainsWithLetters, data });
    const tenant = await signUp(before);
    const ids = await writeLetters(before, tenant.id, resolveTestSize("CRM_LETTERS", 120, 400));
    await before.settle();
    await before.stop();
    const job = join(import.meta.dirname, "migration-process.ts");
    const kills = await runThroughKills(job, data, (before) => 7 + 50 * before, undefined, recordWriteKillEnv);
    console.log("the job was killed", kills);
    expect(kills).toBeGreaterThan(isExhaustive ? 2 : 0);
    const after = await startTestApp({ domains: domainsWithLetters, data });
    const collection = laterRelease(splitName, upperFolder);
    const all = await readLetters(after, tenant, collection, ids);
    for (const [index, letter] of all.entries()) {
      expect(letter).toMatchObject({ first_name: "Grace", last_name: `Hopper${index}`, version: letter.deleted_at ? 3 : 2 });
    }
    expect((await readTenantItem(after, tenant, ids.at(-1) as string))?.shape).toBe(3);
    const { job: last } = await readMigrationStatus(after.ports);
    expect(last).toMatchObject({ number: 1, is_done: true });
    expect(last?.kinds.find(({ kind }) => kind === "letter")).toMatchObject({ checked: ids.length, failed: 0 });
    await after.settle();
    expect((await recountTenant(after, tenant.id)).differences).toEqual([]);
    await after.stop();
    removeFolder(data);
  });
});

describe("npm run migrate", () => {
  it("does not create a store if there is none", async () => {
    const data = newFolder();
    expect(await runScriptInProcess("migrate.ts", [], { CRM_DATA: data })).toMatchObject({
      code: 1,
      err: expect.stringContaining("There is no store"),
      out: "",
    });
    removeFolder(data);
  });

  it("names the operator's command if the table is on AWS, where it would create an empty one", async () => {
    const env = { CRM_DATA: newFolder(), DYNAMODB_ENDPOINT: "https://dynamodb.eu-west-1.amazonaws.com" };
    for (const [script, args] of [
      ["migrate.ts", []],
      ["operate.ts", ["--action", "migrate"]],
    ] as const)
      expect(await runScriptInProcess(script, [...args], env)).toMatchObject({
        code: 1,
        err: expect.stringMatching(/operator's function with \{"action":"migrate"\}/),
      });
    removeFolder(env.CRM_DATA);
  });
});
