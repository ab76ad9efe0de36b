import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { operate } from "@crm/aws/operator.ts";
import { type RotationResult, rotateDataKeys } from "@crm/core/storage/scheduler/key-rotation.ts";
import { Vault } from "@crm/core/storage/vault/vault.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { singleProcessRollout } from "@crm/functions/operate/rollout.ts";
import type { App } from "@crm/local/app.ts";
import { runControl } from "@crm/local/server/controls.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { announceAddress, withdrawAddress } from "@crm/local/server/running-server.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runScriptInProcess } from "../../local/backup/script-in-process.ts";
import { newFolder, recountTenant, removeFolder, withStore } from "../../local/backup/support.ts";
import { signUp, startTestApp, type Tenant, waitUntil } from "../../support/app.ts";
import { recordWriteKillEnv, runThroughKills } from "../../support/kill-point.ts";
import { createTestRandom } from "../../support/random.ts";
import { isExhaustive, resolveTestSize } from "../../support/sample.ts";
import {
  domainsWithNotes,
  expectedSecrets,
  isEmptyNote,
  keyGeneration,
  loadNotes,
  type Note,
  Notes,
  openSecrets,
  runInTenant,
  writeNotes,
} from "./notes.ts";

describe("a rotation", () => {
  let app: App;
  let tenant: Tenant;
  let otherTenant: Tenant;
  beforeAll(async () => {
    app = await startTestApp({ domains: domainsWithNotes });
    tenant = await signUp(app);
    otherTenant = await signUp(app);
  });
  afterAll(() => app.stop());

  it("gives every record with sealed values a new key and new ciphertexts, including deleted ones, and changes nothing else", async () => {
    const ids = await writeNotes(app, tenant.id, 150);
    const otherIds = await writeNotes(app, otherTenant.id, 5);
    await app.settle();
    const before = await loadNotes(app, tenant.id, ids);
    expect(await rotateDataKeys(app.ports)).toEqual({ walked: 155, rewritten: 139, failed: [], done: true, generation: 2 });
    const after = await loadNotes(app, tenant.id, ids);
    for (const [n, { sealed, ...note }] of after.entries()) {
      const { sealed: old, ...previousNote } = before[n] as Note;
      if (isEmptyNote(n)) expect({ sealed, ...note }).toEqual(before[n]);
      else {
        expect(note).toEqual({
          ...previousNote,
          version: previousNote.version + 1,
          updated_at: note.updated_at,
          updated_by: "system:rotate",
        });
        expect(keyGeneration({ sealed, ...note })).toBe(2);
        expect(Object.keys(sealed?.values ?? {})).toEqual(Object.keys(old?.values ?? {}));
        for (const [field, text] of Object.entries(sealed?.values ?? {})) expect(text).not.toBe(old?.values[field]);
      }
    }
    expect(await openSecrets(app, tenant.id, after)).toEqual(expectedSecrets(ids));
    expect(await openSecrets(app, tenant.id, before)).toEqual(expectedSecrets(ids));
    expect(await openSecrets(app, otherTenant.id, await loadNotes(app, otherTenant.id, otherIds))).toEqual(
      expectedSecrets(otherIds),
    );
    await app.settle();
    expect((await recountTenant(app, tenant.id)).differences).toEqual([]);
    const [entry] = (await tenant.admin.listAuditEntries({ record_id: ids[0] as string })).data;
    const { data: audited } = await tenant.admin.getAuditEntry({ id: entry?.id ?? "" });
    expect(audited).toMatchObject({ user_id: "system:rotate", changed: ["sealed"], new_values: { sealed: "***" } });
  });

  it("begins again after it completes, and includes newly sealed values", async () => {
    const ids = await writeNotes(app, tenant.id, 3);
    expect((await loadNotes(app, tenant.id, ids)).map(keyGeneration)).toEqual([2, 2, 2]);
    expect(await rotateDataKeys(app.ports)).toMatchObject({ walked: 158, rewritten: 142, done: true, generation: 3 });
    expect((await loadNotes(app, tenant.id, ids)).map(keyGeneration)).toEqual([3, 3, 3]);
  });

  it("is one rotation if two start concurrently, and rewrites each record once", async () => {
    const ids = await writeNotes(app, tenant.id, 60);
    const jobs = await Promise.all([rotateDataKeys(app.ports), rotateDataKeys(app.ports)]);
    expect(jobs.map(({ done, failed }) => [done, failed])).toEqual([
      [true, []],
      [true, []],
    ]);
    expect(jobs[0]?.generation).toBe(jobs[1]?.generation);
    const notes = await loadNotes(app, tenant.id, ids);
    expect(notes.map(({ version, deleted_at }) => version - (deleted_at ? 1 : 0))).toEqual(
      ids.map((_, n) => (isEmptyNote(n) ? 1 : 2)),
    );
    expect(await openSecrets(app, tenant.id, notes)).toEqual(expectedSecrets(ids));
  });
});

describe("a rotation that takes several runs", () => {
  let app: App;
  let tenant: Tenant;
  beforeAll(async () => {
    app = await startTestApp({ domains: domainsWithNotes });
    tenant = await signUp(app);
  });
  afterAll(() => app.stop());

  it("goes on where it stopped, in limited batches, in its generation", async () => {
    const ids = await writeNotes(app, tenant.id, 230);
    const parts: RotationResult[] = [];
    do parts.push(await rotateDataKeys(app.ports, { batches: 1, resume: parts.length % 2 === 1 }));
    while (!parts.at(-1)?.done && parts.length < 40);
    // Other kinds with sealed values are walked too. They have no records here, and use up no batch.
    expect(parts.map(({ walked }) => walked)).toEqual([100, 100, 7, 23]);
    expect(new Set(parts.map(({ generation }) => generation))).toEqual(new Set([2]));
    expect(await rotateDataKeys(app.ports, { resume: true })).toMatchObject({ walked: 0, done: true, generation: 2 });
    expect(await openSecrets(app, tenant.id, await loadNotes(app, tenant.id, ids))).toEqual(expectedSecrets(ids));
  });

  it("loses no concurrent change", async () => {
    const ids = await writeNotes(app, tenant.id, 120);
    const live = ids.filter((_, n) => n % 10 !== 9);
    const edits = new Map<string, number>();
    let working = true;
    const editing = Array.from({ length: 3 }, async (_, writer) => {
      for (let index = writer; working; index += 7) {
        const id = live[index % live.length] as string;
        const edit = async (note: Note): Promise<Note> => {
          const { passport = "" } = await Vault.open(id, note.sealed, ["passport"]);
          return { ...note, sealed: await Vault.seal(id, note.sealed, { passport: `${passport}.` }) };
        };
        await runInTenant(app, tenant.id, () => Records.change(Notes, id, edit));
        edits.set(id, (edits.get(id) ?? 0) + 1);
      }
    });
    await waitUntil(() => edits.size > 3);
    const { done, failed, generation } = await rotateDataKeys(app.ports);
    working = false;
    await Promise.all(editing);
    expect([done, failed]).toEqual([true, []]);
    expect(edits.size).toBeGreaterThan(10);
    const notes = await loadNotes(app, tenant.id, ids);
    const secrets = await openSecrets(app, tenant.id, notes);
    for (const [n, note] of notes.entries()) {
      const dots = ".".repeat(edits.get(note.id) ?? 0);
      const { passport = "", ...rest } = expectedSecrets(ids)[n] ?? {};
      expect(secrets[n]).toEqual({ ...rest, ...(passport || dots ? { passport: passport + dots } : {}) });
      if (note.sealed) expect(keyGeneration(note)).toBe(generation);
    }
    await app.settle();
    expect((await recountTenant(app, tenant.id)).differences).toEqual([]);
  });

  it("writes on top of a change between its read and its write", async () => {
    const ids = await writeNotes(app, tenant.id, 4);
    const keys = { ...app.ports.keys };
    const between = new Set(ids);
    keys.generate = async (context) => {
      const id = String(context.subject);
      const edit = async (note: Note): Promise<Note> => ({
        ...note,
        sealed: await Vault.seal(id, note.sealed, { iban: "mine" }),
      });
      if (between.delete(id)) await runInTenant(app, tenant.id, () => Records.change(Notes, id, edit));
      return app.ports.keys.generate(context);
    };
    const { failed, generation } = await rotateDataKeys({ ...app.ports, keys });
    expect([failed, between.size]).toEqual([[], 0]);
    const notes = await loadNotes(app, tenant.id, ids);
    expect(await openSecrets(app, tenant.id, notes)).toEqual(expectedSecrets(ids).map((values) => ({ ...values, iban: "mine" })));
    expect(notes.map((note) => [note.version, keyGeneration(note)])).toEqual(ids.map(() => [3, generation]));
  });

  it("waits for requests that have drawn a key before it began and write later", async () => {
    const note = await runInTenant(app, tenant.id, async () => {
      const initialNote = Records.init(Notes, { title: "Late", sealed: null });
      return { ...initialNote, sealed: await Vault.seal(initialNote.id, null, { iban: "late" }) };
    });
    const wait = () => runInTenant(app, tenant.id, () => transaction().create(Notes, note).commit(note));
    const { generation } = await rotateDataKeys(app.ports, { grace: 1000, wait });
    const [stored] = await loadNotes(app, tenant.id, [note.id]);
    expect(keyGeneration(stored as Note)).toBe(generation);
    expect(await openSecrets(app, tenant.id, [stored as Note])).toEqual([{ iban: "late" }]);
  });

  it("names the records that fail, completes the others, and is retried for the failed ones by the next run", async () => {
    const ids = await writeNotes(app, tenant.id, 3);
    const [broken = "", ...good] = ids;
    let originalSealed: Note["sealed"] = null;
    const setSealed = (sealed: Note["sealed"]) =>
      runInTenant(app, tenant.id, () => Records.change(Notes, broken, (note) => ({ ...note, sealed })));
    await runInTenant(app, tenant.id, () =>
      Records.change(Notes, broken, (note) => {
        originalSealed = note.sealed;
        return { ...note, sealed: note.sealed && { ...note.sealed, values: { iban: String(note.sealed.values.passport) } } };
      }),
    );
    const result = await rotateDataKeys(app.ports);
    const error = `The field iban of ${broken} cannot be decrypted: it was not sealed for this record and field`;
    expect(result).toMatchObject({ done: true, failed: [{ tenant: tenant.id, id: broken, error }] });
    expect((await loadNotes(app, tenant.id, good)).map(keyGeneration)).toEqual([result.generation, result.generation]);
    expect(await rotateDataKeys(app.ports, { resume: true })).toMatchObject({ walked: 0, done: true });
    await setSealed(originalSealed);
    expect(await rotateDataKeys(app.ports)).toMatchObject({
      rewritten: 1,
      failed: [],
      done: true,
      generation: result.generation,
    });
    expect(await openSecrets(app, tenant.id, await loadNotes(app, tenant.id, ids))).toEqual(expectedSecrets(ids));
    expect((await rotateDataKeys(app.ports)).generation).toBe(result.generation + 1);
  });
});

describe("a rotation that is killed", () => {
  it("leaves each record either finished or unchanged, and the next run completes it", async () => {
    const data = newFolder();
    const [tenant, ids] = await withStore(data, async (app) => {
      const createdTenant = await signUp(app);
      return [createdTenant, await writeNotes(app, createdTenant.id, resolveTestSize("CRM_NOTES", 40, 300))] as const;
    });
    const random = createTestRandom("a rotation that is killed");
    const kills: string[] = [];
    const dieAt = (before: number): number =>
      isExhaustive ? 1 + Math.floor(random() * (60 + 30 * before)) : 12 + 2 * Math.floor(random() * 6);
    const behind = async (isDone: boolean): Promise<void> => {
      const sound = await withStore(data, async (app) => {
        const notes = await loadNotes(app, tenant.id, ids);
        expect(await openSecrets(app, tenant.id, notes)).toEqual(expectedSecrets(ids));
        const rotated = notes.filter((note) => (keyGeneration(note) ?? 0) > 1);
        expect(rotated.every(({ updated_by }) => updated_by === "system:rotate")).toBe(true);
        return rotated.length;
      });
      if (!isDone) kills.push(`${sound} of ${Math.ceil(ids.length * 0.9)} written`);
    };
    await runThroughKills(join(import.meta.dirname, "rotation-process.ts"), data, dieAt, behind, recordWriteKillEnv);
    console.log(`the rotation was killed ${kills.length} times: ${kills.join(", ")}`);
    expect(kills.length).toBeGreaterThan(isExhaustive ? 2 : 0);
    await withStore(data, async (app) => {
      const notes = await loadNotes(app, tenant.id, ids);
      // A run killed after creating the new generation, but before recording it, makes the next run create another one.
      const [newest] = notes.map(keyGeneration);
      expect(notes.map(keyGeneration)).toEqual(ids.map((_, n) => (isEmptyNote(n) ? undefined : newest)));
      expect(notes.map(({ version, deleted_at }) => version - (deleted_at ? 1 : 0))).toEqual(
        ids.map((_, n) => (isEmptyNote(n) ? 1 : 2)),
      );
      expect((await recountTenant(app, tenant.id)).differences).toEqual([]);
    });
    removeFolder(data);
  });
});

describe("the start of a rotation", () => {
  it("is possible for the operator", async () => {
    const app = await startTestApp({ domains: domainsWithNotes });
    const tenant = await signUp(app);
    const ids = await writeNotes(app, tenant.id, 120);
    expect(await operate({ action: "rotate-keys" }, app.ports, singleProcessRollout, 0)).toEqual({
      walked: 120,
      rewritten: 108,
      failed: [],
      done: true,
      generation: 2,
    });
    expect(await openSecrets(app, tenant.id, await loadNotes(app, tenant.id, ids))).toEqual(expectedSecrets(ids));
    await app.stop();
  });

  it("is possible by a command to the running server", async () => {
    const app = await startTestApp({ domains: domainsWithNotes });
    const tenant = await signUp(app);
    await writeNotes(app, tenant.id, 12);
    const ask = (body: object) =>
      runControl(app, "POST", new URL("http://localhost/_local/rotate-keys"), Buffer.from(JSON.stringify(body)));
    expect(await ask({ batches: 20, again: false, grace: 0 })).toEqual({
      status: 200,
      data: { walked: 12, rewritten: 11, failed: [], done: true, generation: 2 },
    });
    await app.stop();
  });

  it("is possible with npm run rotate-keys, beside the server or without it", async () => {
    const data = newFolder();
    const app = await startTestApp({ data, time: Date.now });
    const server = await startServer(app, 0);
    announceAddress(data, server.url);
    const masters = (): string[] => readFileSync(join(data, "master-keys"), "utf8").trim().split("\n");
    const [first] = masters();
    const buildEmptyReport = (generation: number) => `generation ${generation}: 0 records checked, 0 rewritten, 0 failed\n`;
    expect(await runScriptInProcess("rotate-keys.ts", [], { CRM_DATA: data })).toMatchObject({
      code: 0,
      err: "",
      out: buildEmptyReport(2),
    });
    withdrawAddress(data);
    await server.close();
    await app.stop();
    expect(await runScriptInProcess("rotate-keys.ts", [], { CRM_DATA: data })).toMatchObject({
      code: 0,
      err: "",
      out: buildEmptyReport(3),
    });
    expect(masters().length).toBe(3);
    expect(masters()[0]).toBe(first);
    expect(new Set(masters()).size).toBe(3);
    expect(statSync(join(data, "master-keys")).mode & 0o777).toBe(0o600);
    removeFolder(data);
  });
});
