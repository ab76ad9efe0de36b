import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rotateDataKeys } from "@crm/core/storage/scheduler/key-rotation.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { createBackup } from "@crm/local/backup/backup.ts";
import { restoreStore } from "@crm/local/backup/restore-store.ts";
import { restoreTenant } from "@crm/local/backup/restore-tenant.ts";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { newFolder, removeFolder, withStore } from "../../local/backup/support.ts";
import { signUp, type Tenant } from "../../support/app.ts";
import {
  domainsWithNotes,
  expectedSecrets,
  keyGeneration,
  loadNotes,
  Notes,
  openSecrets,
  runInTenant,
  writeNotes,
} from "./notes.ts";

const folders: string[] = [];
const createFolder = (): string => {
  const folder = newFolder();
  folders.push(folder);
  return folder;
};
afterAll(() => folders.forEach(removeFolder));

let data: string;
let tenant: Tenant;
let ids: string[];
let backupFile: string;

beforeEach(async () => {
  data = createFolder();
  backupFile = join(createFolder(), "a.backup");
  await withStore(data, async (app) => {
    tenant = await signUp(app);
    ids = await writeNotes(app, tenant.id, 20);
  });
});

/** The sealed values of notes in a folder's store, and the generations of their keys. */
const readNotes = (where: string) =>
  withStore(where, async (app) => {
    const notes = await loadNotes(app, tenant.id, ids);
    return { values: await openSecrets(app, tenant.id, notes), generations: new Set(notes.map(keyGeneration)) };
  });

const rotateStore = () => withStore(data, (app) => rotateDataKeys(app.ports), { domains: domainsWithNotes });

describe("a backup of the store", () => {
  it("includes its master keys, when it is restored into another folder or over newer keys", async () => {
    await rotateStore();
    await createBackup({ out: backupFile, data });
    const elsewhere = createFolder();
    await restoreStore(backupFile, elsewhere);
    const expected = { values: expectedSecrets(ids), generations: new Set([2, undefined]) };
    expect(await readNotes(elsewhere)).toEqual(expected);
    expect(statSync(join(elsewhere, "master-keys")).mode & 0o777).toBe(0o600);
    await rotateStore();
    await restoreStore(backupFile, data);
    expect(await readNotes(data)).toEqual(expected);
    await rotateStore();
    expect(await readNotes(data)).toEqual({ values: expectedSecrets(ids), generations: new Set([3, undefined]) });
  });
});

describe("a backup of a tenant", () => {
  it("can be restored into the same store, also after rotations", async () => {
    await createBackup({ out: backupFile, data, tenant: tenant.slug });
    await rotateStore();
    await withStore(data, (app) => runInTenant(app, tenant.id, () => Records.remove(Notes, ids[0] as string)));
    await restoreTenant(backupFile, data, undefined);
    expect(existsSync(join(data, "master-keys"))).toBe(true);
    expect(await readNotes(data)).toEqual({ values: expectedSecrets(ids), generations: new Set([1, undefined]) });
    expect(await rotateStore()).toMatchObject({ rewritten: 18, failed: [], generation: 3 });
    expect(await readNotes(data)).toEqual({ values: expectedSecrets(ids), generations: new Set([3, undefined]) });
  });
});

describe("a damaged file of master keys", () => {
  it("is reported at the start, and left unchanged", async () => {
    writeFileSync(join(data, "master-keys"), "short\n");
    await expect(withStore(data, async () => undefined)).rejects.toThrow("master-keys is damaged");
    expect(statSync(join(data, "master-keys")).size).toBe(6);
  });
});
