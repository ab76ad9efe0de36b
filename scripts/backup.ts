import { createBackup } from "@crm/local/backup/backup.ts";
import { formatBytes, requireOption, runCommand, storeFolder } from "@crm/local/terminal-command.ts";

/** Backs up the whole store, a tenant, or one kind of a tenant's records to a file. A server may be running. */
const USAGE = "npm run backup -- --out FILE [--tenant SLUG|ID [--kind lead]]";

await runCommand(USAGE, ["out", "tenant", "kind"], async ({ out, tenant, kind }) => {
  const file = requireOption(out, USAGE);
  const { header, bytes } = await createBackup({ out: file, data: storeFolder(), tenant, kind });
  const description = header.tenant
    ? `${header.kind ? `${header.kind} records of ` : ""}tenant ${header.tenant.slug}`
    : "the whole store";
  console.log(`${file}: ${description}, ${formatBytes(bytes)}`);
});
