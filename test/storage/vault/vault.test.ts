import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { kind } from "@crm/core/kernel/id.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { Collection, indexBy } from "@crm/core/storage/table/collection.ts";
import { Sealed, Vault } from "@crm/core/storage/vault/vault.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { newFolder, removeFolder, withStore } from "../../local/backup/support.ts";
import { signUp, startTestApp } from "../../support/app.ts";
import { dumpItems } from "../stream/chaos.ts";
import { domainsWithNotes, type Note, Notes, runInTenant, writeNotes } from "./notes.ts";

let app: App;
beforeAll(async () => {
  app = await startTestApp({ domains: domainsWithNotes });
});
afterAll(() => app.stop());
afterEach(() => vi.restoreAllMocks());

const SUBJECT = "msg_000000000000000001";
const OTHER_SUBJECT = "msg_000000000000000002";
const runInTenantA = <T>(work: () => Promise<T>): Promise<T> => runInTenant(app, "ten_a", work);
const runInTenantB = <T>(work: () => Promise<T>): Promise<T> => runInTenant(app, "ten_b", work);
const sealValues = (changes: Record<string, string>, subject = SUBJECT): Promise<Sealed> =>
  runInTenantA(async () => (await Vault.seal(subject, null, changes)) as Sealed);

describe("sealing", () => {
  it("returns the sealed values, all or by name", async () => {
    const values = { passport: "L01X00T47", empty: "", long: "ü".repeat(20_000) };
    const sealed = await sealValues(values);
    expect(await runInTenantA(() => Vault.open(SUBJECT, sealed))).toEqual(values);
    expect(await runInTenantA(() => Vault.open(SUBJECT, sealed, ["passport", "absent"]))).toEqual({ passport: "L01X00T47" });
    expect(await runInTenantA(() => Vault.open(SUBJECT, null))).toEqual({});
    expect(Sealed.parse(sealed)).toEqual(sealed);
    for (const text of Object.values(sealed.values)) expect(text).toMatch(/^v1\.[\w-]+$/);
    expect(JSON.stringify(sealed)).not.toContain("L01X00T47");
  });

  it("sets and removes values under the same data key, and returns nothing if none are left", async () => {
    const first = await sealValues({ a: "1", b: "2" });
    const second = await runInTenantA(() => Vault.seal(SUBJECT, first, { a: null, c: "3" }));
    expect(second?.key).toBe(first.key);
    expect(second?.values.b).toBe(first.values.b);
    expect(await runInTenantA(() => Vault.open(SUBJECT, second))).toEqual({ b: "2", c: "3" });
    expect(await runInTenantA(() => Vault.seal(SUBJECT, second, { b: null, c: null }))).toBeNull();
    expect(await runInTenantA(() => Vault.seal(SUBJECT, null, { b: null }))).toBeNull();
    expect(await runInTenantA(() => Vault.seal(SUBJECT, null, {}))).toBeNull();
    expect(await runInTenantA(() => Vault.seal(SUBJECT, first, {}))).toEqual(first);
  });

  it("keeps the ciphertext of unchanged values, and all others differ", async () => {
    const first = await sealValues({ a: "1" });
    expect(await runInTenantA(() => Vault.seal(SUBJECT, first, { a: "1" }))).toEqual(first);
    const again = await sealValues({ a: "1" });
    expect(again.key).not.toBe(first.key);
    expect(again.values.a).not.toBe(first.values.a);
    const sealedPair = await sealValues({ a: "same", b: "same" });
    expect(sealedPair.values.a).not.toBe(sealedPair.values.b);
  });

  it("repairs an unreadable value by setting it again", async () => {
    const sealed = await sealValues({ a: "1", b: "2" });
    const broken = { ...sealed, values: { ...sealed.values, a: "v1.AAAA" } };
    const repairedSealed = await runInTenantA(() => Vault.seal(SUBJECT, broken, { a: "1" }));
    expect(await runInTenantA(() => Vault.open(SUBJECT, repairedSealed))).toEqual({ a: "1", b: "2" });
  });
});

describe("a sealed value", () => {
  const refusalPattern =
    /^The field iban of msg_00000000000000000[12] cannot be decrypted: it was not sealed for this record and field$/;
  const noKey = /^The key of msg_00000000000000000[12] cannot be decrypted, and therefore not its fields iban$/;

  it("is rejected if any byte changes", async () => {
    const sealed = await sealValues({ iban: "DE02 1203" });
    const bytes = Buffer.from(sealed.values.iban?.slice(3) ?? "", "base64url");
    for (let index = 0; index < bytes.length; index++) {
      const changedBytes = Buffer.from(bytes);
      changedBytes.writeUInt8(changedBytes.readUInt8(index) ^ 1, index);
      const values = { iban: `v1.${changedBytes.toString("base64url")}` };
      await expect(runInTenantA(() => Vault.open(SUBJECT, { ...sealed, values }))).rejects.toThrow(refusalPattern);
    }
    for (const text of ["", "v1.", "v2.AAAA", sealed.values.iban?.slice(0, -8) ?? "", `v2.${sealed.values.iban?.slice(3)}`])
      await expect(runInTenantA(() => Vault.open(SUBJECT, { ...sealed, values: { iban: text } }))).rejects.toThrow(
        refusalPattern,
      );
  });

  it("is rejected in another field, record or tenant, even if its key is opened there", async () => {
    const sealed = await sealValues({ passport: "L01X00T47" });
    const movedSealed = { ...sealed, values: { iban: sealed.values.passport as string } };
    await expect(runInTenantA(() => Vault.open(SUBJECT, movedSealed))).rejects.toThrow(refusalPattern);
    // Even a port that unwraps a key in a foreign context does not reveal the value.
    const originalKeys = app.ports.keys;
    const lax = {
      ...originalKeys,
      unwrap: (wrapped: string) => originalKeys.unwrap(wrapped, { tenant: "ten_a", subject: SUBJECT }),
    };
    const laxPorts: Ports = { ...app.ports, keys: lax };
    const laxApp = { ...app, ports: laxPorts };
    const iban = await sealValues({ iban: "DE02" });
    expect(await runInTenant(laxApp, "ten_a", () => Vault.open(SUBJECT, iban))).toEqual({ iban: "DE02" });
    await expect(runInTenant(laxApp, "ten_a", () => Vault.open(OTHER_SUBJECT, iban))).rejects.toThrow(refusalPattern);
    await expect(runInTenant(laxApp, "ten_b", () => Vault.open(SUBJECT, iban))).rejects.toThrow(refusalPattern);
  });

  it("has a key that is rejected in another record or tenant, whether or not it is cached", async () => {
    const sealed = await sealValues({ iban: "DE02" });
    await expect(runInTenantA(() => Vault.open(OTHER_SUBJECT, sealed))).rejects.toThrow(noKey);
    await expect(runInTenantB(() => Vault.open(SUBJECT, sealed))).rejects.toThrow(noKey);
    await expect(runInTenantB(() => Vault.seal(SUBJECT, sealed, { iban: "mine" }))).rejects.toThrow(noKey);
    const ownSealed = await sealValues({ iban: "own" }, OTHER_SUBJECT);
    const mixed = { key: ownSealed.key, values: sealed.values };
    await expect(runInTenantA(() => Vault.open(OTHER_SUBJECT, mixed))).rejects.toThrow(refusalPattern);
    await expect(runInTenantA(() => Vault.open(SUBJECT, { key: "l1.1.AAAA", values: sealed.values }))).rejects.toThrow(noKey);
    await expect(
      runInTenantA(() => Vault.open(SUBJECT, { key: sealed.key.replace("l1.1", "l1.9"), values: sealed.values })),
    ).rejects.toThrow(noKey);
  });
});

describe("macs", () => {
  it("are reproducible, and differ for another text, purpose or tenant", async () => {
    const mac = await runInTenantA(() => Vault.computeMac("iban", "DE02"));
    expect(mac).toMatch(/^[\w-]{22}$/);
    expect(await runInTenantA(() => Vault.computeMac("iban", "DE02"))).toBe(mac);
    expect(await runInTenantA(() => Vault.computeMacs("iban", ["DE02", "DE03"]))).toEqual([
      mac,
      await runInTenantA(() => Vault.computeMac("iban", "DE03")),
    ]);
    const otherMacs = [
      await runInTenantA(() => Vault.computeMac("iban", "DE03")),
      await runInTenantA(() => Vault.computeMac("passport", "DE02")),
      await runInTenantB(() => Vault.computeMac("iban", "DE02")),
    ];
    expect(new Set([mac, ...otherMacs]).size).toBe(4);
  });

  it("are the same in every process of one store, and differ in another store", async () => {
    const data = newFolder();
    const macIn = () => withStore(data, (storeApp) => runInTenant(storeApp, "ten_a", () => Vault.computeMac("iban", "DE02")));
    const mac = await macIn();
    expect(await macIn()).toBe(mac);
    expect(await runInTenantA(() => Vault.computeMac("iban", "DE02"))).not.toBe(mac);
    removeFolder(data);
  });
});

describe("data keys in memory", () => {
  /** The app with a separate port, and so a separate cache, that counts its calls. */
  function createCountingApp(): { own: App; asked: () => number } {
    const keys = { ...app.ports.keys };
    const open = vi.spyOn(keys, "unwrap");
    return { own: { ...app, ports: { ...app.ports, keys } }, asked: () => open.mock.calls.length };
  }

  it("are requested once, also by concurrent callers", async () => {
    const { own: countingApp, asked: countCalls } = createCountingApp();
    const sealed = await sealValues({ a: "1" });
    await runInTenant(countingApp, "ten_a", () => Promise.all([1, 2, 3].map(() => Vault.open(SUBJECT, sealed))));
    expect(countCalls()).toBe(1);
    const newSealed = (await runInTenant(countingApp, "ten_a", () => Vault.seal(SUBJECT, null, { a: "1" }))) as Sealed;
    await runInTenant(countingApp, "ten_a", () => Vault.open(SUBJECT, newSealed));
    expect(countCalls()).toBe(1);
  });

  it("expire after five minutes, regardless of the system clock", async () => {
    const { own: countingApp, asked: countCalls } = createCountingApp();
    const sealed = await sealValues({ a: "1" });
    const open = () => runInTenant(countingApp, "ten_a", () => Vault.open(SUBJECT, sealed));
    const now = performance.now();
    const clockSpy = vi.spyOn(performance, "now").mockReturnValue(now);
    await open();
    clockSpy.mockReturnValue(now + 299_000);
    await open();
    expect(countCalls()).toBe(1);
    countingApp.setClock({ advance: -3_600_000 });
    clockSpy.mockReturnValue(now + 300_001);
    await open();
    expect(countCalls()).toBe(2);
    countingApp.setClock({ reset: true });
  });

  it("expire without another request", async () => {
    const { own: countingApp } = createCountingApp();
    const sealed = await sealValues({ a: "1" });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    try {
      await runInTenant(countingApp, "ten_a", async () => {
        await Vault.open(SUBJECT, sealed);
        await vi.advanceTimersByTimeAsync(200_000);
        await Vault.open(SUBJECT, await Vault.seal(OTHER_SUBJECT, null, { a: "1" }).then(() => sealed));
        expect(Vault.countCachedKeys()).toBe(2);
        await vi.advanceTimersByTimeAsync(100_001);
        expect(Vault.countCachedKeys()).toBe(1);
        await vi.advanceTimersByTimeAsync(200_001);
        expect(Vault.countCachedKeys()).toBe(0);
      });
    } finally {
      vi.useRealTimers();
    }
  });

  it("are limited to the newest thousand", async () => {
    const { own: countingApp, asked: countCalls } = createCountingApp();
    await runInTenant(countingApp, "ten_a", async () => {
      const all: Sealed[] = [];
      for (let n = 0; n < 1010; n++) all.push((await Vault.seal(SUBJECT, null, { a: String(n) })) as Sealed);
      expect(Vault.countCachedKeys()).toBe(1000);
      for (const [n, sealed] of all.entries()) if (n >= 10) await Vault.open(SUBJECT, sealed);
      expect(countCalls()).toBe(0);
      expect(await Vault.open(SUBJECT, all[0] as Sealed)).toEqual({ a: "0" });
      expect(countCalls()).toBe(1);
      expect(Vault.countCachedKeys()).toBe(1000);
    });
  });

  it("are requested again after a failure, and are wiped from memory", async () => {
    const sealed = await sealValues({ a: "1" });
    const keys = { ...app.ports.keys };
    const unwrappedKeys: Uint8Array[] = [];
    const open = vi.spyOn(keys, "unwrap").mockRejectedValueOnce(new Error("busy"));
    const flakyApp: App = { ...app, ports: { ...app.ports, keys } };
    await expect(runInTenant(flakyApp, "ten_a", () => Vault.open(SUBJECT, sealed))).rejects.toThrow("The key of");
    open.mockImplementation(async (...args) => {
      const key = await app.ports.keys.unwrap(...args);
      unwrappedKeys.push(key);
      return key;
    });
    expect(await runInTenant(flakyApp, "ten_a", () => Vault.open(SUBJECT, sealed))).toEqual({ a: "1" });
    expect(unwrappedKeys.map((key) => Buffer.from(key).equals(Buffer.alloc(32)))).toEqual([true]);
  });
});

describe("sealed values", () => {
  it("are never stored or logged in plain text, nor in errors or audit entries, and neither are their keys", async () => {
    const data = newFolder();
    const logLines: string[] = [];
    const keep = (...values: unknown[]): boolean => {
      logLines.push(...values.map((value) => (typeof value === "string" ? value : inspect(value, { depth: 10 }))));
      return true;
    };
    for (const name of ["log", "error", "warn", "info"] as const) vi.spyOn(console, name).mockImplementation(keep);
    vi.spyOn(process.stderr, "write").mockImplementation(keep);
    const store = await startTestApp({ domains: domainsWithNotes, data, log: { write: keep } });
    const drawnKeys: Buffer[] = [];
    const { generate: draw } = store.ports.keys;
    store.ports.keys.generate = async (context) => {
      const dataKey = await draw(context);
      drawnKeys.push(Buffer.from(dataKey.key));
      return dataKey;
    };
    const tenant = await signUp(store);
    const [id = ""] = await writeNotes(store, tenant.id, 2);
    await runInTenant(store, tenant.id, async () => {
      const edit = async (note: Note): Promise<Note> => ({
        ...note,
        sealed: await Vault.seal(id, note.sealed, { passport: "C4-PLAIN", iban: null }),
      });
      const { sealed } = await Records.change(Notes, id, edit);
      const movedSealed: Sealed = { key: String(sealed?.key), values: { iban: String(sealed?.values.passport) } };
      for (const attempt of [
        () => Vault.open(id, movedSealed),
        () => Vault.open(OTHER_SUBJECT, sealed),
        () => Vault.seal(OTHER_SUBJECT, sealed, { a: "C4-PLAIN" }),
      ])
        keep(await attempt().catch((error: unknown) => error));
    });
    await store.settle();
    const history = (await tenant.admin.listAuditEntries({ record_id: id })).data;
    const entries = await Promise.all(history.map(async (entry) => (await tenant.admin.getAuditEntry({ id: entry.id })).data));
    expect(entries.map(({ new_values }) => (new_values as Record<string, unknown>).sealed)).toEqual(["***", "***"]);
    const storedOldValues = dumpItems(store, tenant.id).flatMap(({ sk, old }) =>
      history.some((entry) => entry.id === sk) && old ? [String(old)] : [],
    );
    expect(storedOldValues).toEqual([expect.stringContaining('"sealed":"***"')]);
    await store.stop();
    vi.restoreAllMocks();

    const errors = logLines.filter((text) => text.includes("NotOpened"));
    expect(errors.length).toBe(3);
    const disk = readdirSync(data, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name)));
    expect(disk.some((bytes) => bytes.includes("v1."))).toBe(true);
    expect(drawnKeys.length).toBe(2);
    const hidden = ["C4-PLAIN", "P-0-", "P-1-", "IBAN 0", "IBAN 1"];
    const keyTexts = drawnKeys.flatMap((key) => [key.toString("base64url"), key.toString("base64"), key.toString("hex")]);
    for (const text of [...hidden, ...keyTexts]) {
      expect([text, disk.some((bytes) => bytes.includes(text))]).toEqual([text, false]);
      expect([text, logLines.some((line) => line.includes(text))]).toEqual([text, false]);
    }
    for (const key of drawnKeys) expect(disk.some((bytes) => bytes.includes(key))).toBe(false);
    removeFolder(data);
  });

  it("are excluded from lists, and require a kind with key rotation", () => {
    const schema = z.object({ title: z.string(), sealed: Sealed.nullable() });
    const rowed = {
      kind: kind("event", "evt"),
      schema,
      personalData: { purpose: "Test." },
      row: ["title", "sealed"],
      indexes: { by_time: indexBy() },
      sealed: "sealed",
    } as const;
    expect(() => new Collection<Note>(rowed)).toThrow("sealed values must not be in lists");
    expect(() => new Collection<Note>({ ...rowed, row: ["title"], indexes: {} })).toThrow("by_time");
  });
});
