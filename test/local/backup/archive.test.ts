import { join } from "node:path";
import { createBackup } from "@crm/local/backup/backup.ts";
import { restoreKind } from "@crm/local/backup/restore-kind.ts";
import { restoreStore } from "@crm/local/backup/restore-store.ts";
import { restoreTenant } from "@crm/local/backup/restore-tenant.ts";
import { expect, it } from "vitest";
import {
  type ArchivedYear,
  archive,
  clientOf,
  createYear,
  DAY_MS,
  readEverything,
  readInteractionItems,
} from "../../storage/archive/archived-year.ts";
import { recountTenant, useFolders, withStore } from "./support.ts";

const newFolder = useFolders();

it("backups of a store, a tenant and a kind restore archived records", async () => {
  const [data, backups, empty] = [newFolder(), newFolder(), newFolder()];
  let year = undefined as unknown as ArchivedYear;
  const expected = await withStore(data, async (app) => {
    year = await createYear(app, 24);
    app.setClock({ advance: 40 * DAY_MS });
    const before = await readEverything(app, year);
    await archive(app, year.tenant, 5);
    await app.settle();
    expect(readInteractionItems(app, year.tenant).stubs.length).toBeGreaterThan(8);
    return before;
  });
  const [changed = "", deleted = ""] = year.interactions;
  const { slug } = year.tenant;
  const [store, tenant, kind] = ["store", "tenant", "kind"].map((name) => join(backups, name)) as [string, string, string];
  await createBackup({ out: store, data });
  await createBackup({ out: tenant, data, tenant: slug });
  await createBackup({ out: kind, data, tenant: slug, kind: "interaction" });

  /** Changes two archived records. */
  const damage = () =>
    withStore(data, async (app) => {
      const admin = await clientOf(app, year.tenant);
      await admin.updateInteraction({ id: changed, subject: "Damaged" });
      await admin.deleteInteraction({ id: deleted });
    });

  await damage();
  expect(await restoreKind(kind, data, undefined, undefined)).toMatchObject({ restored: 2, unchanged: 22, failed: [] });
  await damage();
  expect(await restoreKind(store, data, slug, "interaction")).toMatchObject({ restored: 2, unchanged: 22, failed: [] });
  await withStore(data, async (app) => {
    const admin = await clientOf(app, year.tenant);
    expect((await admin.getInteraction({ id: changed })).data).toMatchObject({ subject: year.subjectOf(changed), version: 5 });
    expect((await admin.getInteraction({ id: deleted })).data.deleted_at).toBe(null);
    expect((await recountTenant(app, year.tenant.id)).differences).toEqual([]);
  });

  const restored = await restoreTenant(tenant, data, undefined);
  expect(restored.recount.differences).toEqual([]);
  await withStore(data, async (app) => expect(await readEverything(app, year)).toEqual(expected));
  await restoreStore(store, empty);
  await withStore(empty, async (app) => {
    expect(await readEverything(app, year)).toEqual(expected);
    expect((await recountTenant(app, year.tenant.id)).differences).toEqual([]);
  });
});
