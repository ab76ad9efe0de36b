import { cpSync, existsSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { createBackup } from "@crm/local/backup/backup.ts";
import { readEntries, verifyBackup, writeBackup } from "@crm/local/backup/file-format.ts";
import { restoreStore } from "@crm/local/backup/restore-store.ts";
import { restoreTenant } from "@crm/local/backup/restore-tenant.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { announceAddress, withdrawAddress } from "@crm/local/server/running-server.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { inProcessTransport, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { useFolders, withStore } from "./support.ts";

const createFolder = useFolders();

/** The objects of a tenant, by key. */
async function readObjects(data: string, { id }: Tenant): Promise<Record<string, string>> {
  return withStore(data, async (app) => {
    const below = join(data, "objects", id);
    const files = existsSync(below)
      ? readdirSync(below, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
      : [];
    const keys = files.map(({ parentPath, name }) => join(parentPath, name).slice(join(data, "objects").length + 1)).sort();
    const texts = await Promise.all(keys.map((key) => readText(app, key)));
    return Object.fromEntries(keys.map((key, index) => [key, texts[index] ?? ""]));
  });
}

async function readText(app: App, key: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await app.objects.open(key))?.read() ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const objectKey = ({ id }: Tenant, rest: string): string => `${id}/${rest}`;

describe("objects", () => {
  let data: string;
  let restoredTenant: Tenant;
  let otherTenant: Tenant;
  let upload: string;
  let before: Record<string, string>;
  const files = { whole: "", own: "", running: "" };

  beforeAll(async () => {
    data = createFolder();
    const app = await startTestApp({ data });
    const server = await startServer(app, 0);
    announceAddress(data, server.url);
    restoredTenant = await signUp(app);
    otherTenant = await signUp(app);
    for (const tenant of [restoredTenant, otherTenant]) {
      const { data: link } = await tenant.admin.createUpload({ file_name: "a.csv", content_type: "text/csv", size: 3 });
      await fetch(link.url, { method: link.method, headers: link.headers, body: "a,b" });
      if (tenant === restoredTenant) upload = link.upload_id;
      await app.objects.write(objectKey(tenant, "imports/imp_1/rows/000001"), Buffer.from("rows before"));
      await app.objects.write(objectKey(tenant, "imports/imp_1/rows/000002"), Buffer.from("more rows"));
    }
    await app.settle();
    const out = createFolder();
    for (const name of ["whole", "own", "running"] as const) files[name] = join(out, name);
    await createBackup({ out: files.running, data, tenant: restoredTenant.slug });
    withdrawAddress(data);
    await server.close();
    await app.stop();
    await createBackup({ out: files.own, data, tenant: restoredTenant.slug });
    await createBackup({ out: files.whole, data });
    before = await readObjects(data, restoredTenant);
    expect(Object.keys(before)).toHaveLength(3);
    await withStore(data, async (again) => {
      for (const tenant of [restoredTenant, otherTenant]) {
        await again.objects.delete(objectKey(tenant, "imports/imp_1/rows/000002"));
        await again.objects.write(objectKey(tenant, "imports/imp_1/rows/000001"), Buffer.from("rows after"));
        await again.objects.write(objectKey(tenant, "imports/imp_2"), Buffer.from("new"));
      }
    });
  });

  it("leave no temporary files in the folder of the store", () => {
    expect(readdirSync(data).filter((name) => name.startsWith("snapshot-"))).toEqual([]);
    expect(readdirSync(join(data, "objects.partial"))).toEqual([]);
  });

  it("of the whole store are restored with it, and later ones are removed", async () => {
    const copy = createFolder();
    cpSync(data, copy, { recursive: true });
    await restoreStore(files.whole, copy);
    expect(await readObjects(copy, restoredTenant)).toEqual(before);
    expect(Object.values(await readObjects(copy, otherTenant)).sort()).toEqual(Object.values(before).sort());
  });

  it("are removed by the restore of a store without objects", async () => {
    const [copy, empty, file] = [createFolder(), createFolder(), join(createFolder(), "empty")];
    await withStore(empty, (app) => signUp(app));
    await createBackup({ out: file, data: empty });
    cpSync(data, copy, { recursive: true });
    await restoreStore(file, copy);
    expect(readdirSync(copy)).not.toContain("objects");
  });

  it.each(["own", "running", "whole"] as const)(
    "of a tenant are restored with it, and those of others stay (%s)",
    async (backupName) => {
      const copy = createFolder();
      cpSync(data, copy, { recursive: true });
      const otherObjects = await readObjects(copy, otherTenant);
      await restoreTenant(files[backupName], copy, restoredTenant.slug);
      expect(await readObjects(copy, restoredTenant)).toEqual(before);
      expect(await readObjects(copy, otherTenant)).toEqual(otherObjects);
      expect(Object.values(otherObjects)).toContain("rows after");
      await withStore(copy, async (app) => {
        const admin = createClient(inProcessTransport(app, restoredTenant.token));
        expect((await admin.getUpload({ id: upload })).data).toMatchObject({ status: "STORED", size: 3 });
      });
    },
  );

  it("outside of a tenant cannot be written by its backup", async () => {
    const [bad, copy, source] = [join(createFolder(), "bad"), createFolder(), join(createFolder(), "file")];
    cpSync(data, copy, { recursive: true });
    writeFileSync(source, "x");
    const lines: string[] = [];
    for await (const entry of readEntries(files.own)) if (!("file" in entry)) lines.push(JSON.stringify(entry));
    for (const file of [`objects/${otherTenant.id}/uploads/x`, "secret", `objects/${restoredTenant.id}/../../secret`]) {
      await writeBackup(bad, await verifyBackup(files.own), [...lines, { file, path: source }]);
      await expect(restoreTenant(bad, copy, restoredTenant.slug)).rejects.toThrow("outside of its own folder");
    }
    expect(Object.values(await readObjects(copy, restoredTenant))).toContain("rows after");
  });

  it("deleted during a backup do not break it", async () => {
    const copy = createFolder();
    cpSync(data, copy, { recursive: true });
    const below = join(copy, "objects", restoredTenant.id, "uploads");
    // A broken link is listed in the folder but cannot be read.
    symlinkSync(join(copy, "nowhere"), join(below, "upl_gone"));
    await createBackup({ out: join(createFolder(), "again"), data: copy, tenant: restoredTenant.slug });
    await createBackup({ out: join(createFolder(), "whole"), data: copy });
  });
});
