import { backup } from "@crm/local/backup.ts";
import { command, readable, required, storeFolder } from "@crm/local/command.ts";

/** Keeps the whole store, a tenant, or one kind of a tenant's records in a file, while the server runs or not. */
const USAGE = "npm run backup -- --out FILE [--tenant SLUG|ID [--kind lead]]";

await command(USAGE, ["out", "tenant", "kind"], async ({ out, tenant, kind }) => {
  const file = required(out, USAGE);
  const { header, bytes } = await backup({ out: file, data: storeFolder(), tenant, kind });
  const what = header.tenant
    ? `${header.kind ? `${header.kind} records of ` : ""}tenant ${header.tenant.slug}`
    : "the whole store";
  console.log(`${file}: ${what}, ${readable(bytes)}`);
});
