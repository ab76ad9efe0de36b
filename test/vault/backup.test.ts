import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rotate } from "@crm/core/storage/jobs/rotate.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { backup } from "@crm/local/backup.ts";
import { restoreStore } from "@crm/local/restore.ts";
import { restoreTenant } from "@crm/local/restore-tenant.ts";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { inStore, newFolder, removeFolder } from "../backup/support.ts";
import { signUp, type Tenant } from "../support.ts";
import { expectedOf, generationOf, inTenant, Notes, notesOf, openedOf, withNotes, writeNotes } from "./notes.ts";

const folders: string[] = [];
const folder = (): string => {
  const made = newFolder();
  folders.push(made);
  return made;
};
afterAll(() => folders.forEach(removeFolder));

let data: string;
let tenant: Tenant;
let ids: string[];
let out: string;

beforeEach(async () => {
  data = folder();
  out = join(folder(), "a.backup");
  await inStore(data, async (app) => {
    tenant = await signUp(app);
    ids = await writeNotes(app, tenant.id, 20);
  });
});

/** What notes hold in the store of a folder, and the generations of their keys. */
const readIn = (where: string) =>
  inStore(where, async (app) => {
    const notes = await notesOf(app, tenant.id, ids);
    return { values: await openedOf(app, tenant.id, notes), generations: new Set(notes.map(generationOf)) };
  });

const rotated = () => inStore(data, (app) => rotate(app.ports), { domains: withNotes });

describe("a backup of the store", () => {
  it("brings its master keys with it, into another folder and over keys that were raised since", async () => {
    await rotated();
    await backup({ out, data });
    const elsewhere = folder();
    await restoreStore(out, elsewhere);
    const expected = { values: expectedOf(ids), generations: new Set([2, undefined]) };
    expect(await readIn(elsewhere)).toEqual(expected);
    expect(statSync(join(elsewhere, "master-keys")).mode & 0o777).toBe(0o600);
    await rotated();
    await restoreStore(out, data);
    expect(await readIn(data)).toEqual(expected);
    await rotated();
    expect(await readIn(data)).toEqual({ values: expectedOf(ids), generations: new Set([3, undefined]) });
  });
});

describe("a backup of a tenant", () => {
  it("is read again in the same store, whatever was rotated since", async () => {
    await backup({ out, data, tenant: tenant.slug });
    await rotated();
    await inStore(data, (app) => inTenant(app, tenant.id, () => Records.remove(Notes, ids[0] as string)));
    await restoreTenant(out, data, undefined);
    expect(existsSync(join(data, "master-keys"))).toBe(true);
    expect(await readIn(data)).toEqual({ values: expectedOf(ids), generations: new Set([1, undefined]) });
    expect(await rotated()).toMatchObject({ rewritten: 18, failed: [], generation: 3 });
    expect(await readIn(data)).toEqual({ values: expectedOf(ids), generations: new Set([3, undefined]) });
  });
});

describe("a file of master keys that is damaged", () => {
  it("is told of at the start, and is left as it is", async () => {
    writeFileSync(join(data, "master-keys"), "short\n");
    await expect(inStore(data, async () => undefined)).rejects.toThrow("master-keys is damaged");
    expect(statSync(join(data, "master-keys")).size).toBe(6);
  });
});
