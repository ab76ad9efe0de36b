import { verifyBackup } from "@crm/local/backup/file-format.ts";
import { restoreKind } from "@crm/local/backup/restore-kind.ts";
import { restoreStore } from "@crm/local/backup/restore-store.ts";
import { restoreTenant } from "@crm/local/backup/restore-tenant.ts";
import { requireOption, runCommand, storeFolder } from "@crm/local/terminal-command.ts";

/** Restores a backup: the whole store, a tenant of it, or one kind of a tenant's records. */
const USAGE = "npm run restore -- --in FILE [--tenant SLUG|ID [--kind lead]]";

await runCommand(USAGE, ["in", "tenant", "kind"], async ({ in: input, tenant, kind }) => {
  const file = requireOption(input, USAGE);
  const { scope } = await verifyBackup(file);
  if (kind !== undefined || scope === "kind") {
    const done = await restoreKind(file, storeFolder(), tenant, kind);
    console.log(`${done.tenant.slug}: ${done.restored} ${done.kind} records restored, ${done.unchanged} unchanged`);
    for (const { id, message } of done.failed) console.error(`${id}: ${message}`);
    if (done.failed.length > 0) process.exitCode = 1;
  } else if (tenant !== undefined || scope === "tenant") {
    const {
      tenant: restoredTenant,
      written: writtenCount,
      removed,
      recount,
      header,
    } = await restoreTenant(file, storeFolder(), tenant);
    console.log(`${restoredTenant.slug}: restored to ${header.made_at} (${writtenCount} items written, ${removed} removed)`);
    console.log(`recount: ${recount.records} records, ${recount.differences.length} differences`);
    for (const difference of recount.differences.slice(0, 20)) console.error(JSON.stringify(difference));
    if (recount.differences.length > 0) process.exitCode = 1;
  } else {
    const header = await restoreStore(file, storeFolder());
    console.log(`${storeFolder()}: restored to ${header.made_at}`);
  }
});
