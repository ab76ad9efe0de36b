import { cpSync, existsSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { backup } from "@crm/local/backup.ts";
import { entriesOf, verify, writeBackup } from "@crm/local/backup-file.ts";
import { restoreStore } from "@crm/local/restore.ts";
import { restoreTenant } from "@crm/local/restore-tenant.ts";
import { announce, withdraw } from "@crm/local/running.ts";
import { serve } from "@crm/local/server.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { inProcess, signUp, startTestApp, type Tenant } from "../support.ts";
import { foldersOfFile, inStore } from "./support.ts";

const folder = foldersOfFile();

/** What lies below a tenant's keys, by key. */
async function objectsIn(data: string, { id }: Tenant): Promise<Record<string, string>> {
  return inStore(data, async (app) => {
    const below = join(data, "objects", id);
    const files = existsSync(below)
      ? readdirSync(below, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
      : [];
    const keys = files.map(({ parentPath, name }) => join(parentPath, name).slice(join(data, "objects").length + 1)).sort();
    const texts = await Promise.all(keys.map((key) => textOf(app, key)));
    return Object.fromEntries(keys.map((key, at) => [key, texts[at] ?? ""]));
  });
}

async function textOf(app: App, key: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await app.objects.open(key))?.read() ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const keyOf = ({ id }: Tenant, rest: string): string => `${id}/${rest}`;

describe("objects", () => {
  let data: string;
  let kept: Tenant;
  let other: Tenant;
  let upload: string;
  let before: Record<string, string>;
  const files = { whole: "", own: "", running: "" };

  beforeAll(async () => {
    data = folder();
    const app = await startTestApp({ data });
    const server = await serve(app, 0);
    announce(data, server.url);
    kept = await signUp(app);
    other = await signUp(app);
    for (const tenant of [kept, other]) {
      const { data: link } = await tenant.admin.createUpload({ file_name: "a.csv", content_type: "text/csv", size: 3 });
      await fetch(link.url, { method: link.method, headers: link.headers, body: "a,b" });
      if (tenant === kept) upload = link.upload_id;
      await app.objects.write(keyOf(tenant, "imports/imp_1/rows/000001"), Buffer.from("rows before"));
      await app.objects.write(keyOf(tenant, "imports/imp_1/rows/000002"), Buffer.from("more rows"));
    }
    await app.settle();
    const out = folder();
    for (const name of ["whole", "own", "running"] as const) files[name] = join(out, name);
    await backup({ out: files.running, data, tenant: kept.slug });
    withdraw(data);
    await server.close();
    await app.stop();
    await backup({ out: files.own, data, tenant: kept.slug });
    await backup({ out: files.whole, data });
    before = await objectsIn(data, kept);
    expect(Object.keys(before)).toHaveLength(3);
    await inStore(data, async (again) => {
      for (const tenant of [kept, other]) {
        await again.objects.delete(keyOf(tenant, "imports/imp_1/rows/000002"));
        await again.objects.write(keyOf(tenant, "imports/imp_1/rows/000001"), Buffer.from("rows after"));
        await again.objects.write(keyOf(tenant, "imports/imp_2"), Buffer.from("new"));
      }
    });
  });

  it("leave nothing but themselves in the store's folder", () => {
    expect(readdirSync(data).filter((name) => name.startsWith("snapshot-"))).toEqual([]);
    expect(readdirSync(join(data, "objects.partial"))).toEqual([]);
  });

  it("of the whole store come back with it, and those that came since are gone", async () => {
    const copy = folder();
    cpSync(data, copy, { recursive: true });
    await restoreStore(files.whole, copy);
    expect(await objectsIn(copy, kept)).toEqual(before);
    expect(Object.values(await objectsIn(copy, other)).sort()).toEqual(Object.values(before).sort());
  });

  it("are gone where a store takes their place that had none", async () => {
    const [copy, empty, file] = [folder(), folder(), join(folder(), "empty")];
    await inStore(empty, (app) => signUp(app));
    await backup({ out: file, data: empty });
    cpSync(data, copy, { recursive: true });
    await restoreStore(file, copy);
    expect(readdirSync(copy)).not.toContain("objects");
  });

  it.each(["own", "running", "whole"] as const)("of a tenant come back with it, and nobody else's (%s)", async (which) => {
    const copy = folder();
    cpSync(data, copy, { recursive: true });
    const others = await objectsIn(copy, other);
    await restoreTenant(files[which], copy, kept.slug);
    expect(await objectsIn(copy, kept)).toEqual(before);
    expect(await objectsIn(copy, other)).toEqual(others);
    expect(Object.values(others)).toContain("rows after");
    await inStore(copy, async (app) => {
      const admin = createClient(inProcess(app, kept.token));
      expect((await admin.getUpload({ id: upload })).data).toMatchObject({ status: "STORED", size: 3 });
    });
  });

  it("are no way for a tenant's backup to write beside them", async () => {
    const [bad, copy, source] = [join(folder(), "bad"), folder(), join(folder(), "file")];
    cpSync(data, copy, { recursive: true });
    writeFileSync(source, "x");
    const lines: string[] = [];
    for await (const entry of entriesOf(files.own)) if (!("file" in entry)) lines.push(JSON.stringify(entry));
    for (const file of [`objects/${other.id}/uploads/x`, "secret", `objects/${kept.id}/../../secret`]) {
      await writeBackup(bad, await verify(files.own), [...lines, { file, path: source }]);
      await expect(restoreTenant(bad, copy, kept.slug)).rejects.toThrow("outside of what it holds");
    }
    expect(Object.values(await objectsIn(copy, kept))).toContain("rows after");
  });

  it("of which one goes while a backup is made do not break it", async () => {
    const copy = folder();
    cpSync(data, copy, { recursive: true });
    const below = join(copy, "objects", kept.id, "uploads");
    // What leads nowhere is there when the folder is read, and not when the file is.
    symlinkSync(join(copy, "nowhere"), join(below, "upl_gone"));
    await backup({ out: join(folder(), "again"), data: copy, tenant: kept.slug });
    await backup({ out: join(folder(), "whole"), data: copy });
  });
});
