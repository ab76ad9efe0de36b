import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { kindOf } from "@crm/core/kernel/id.ts";
import { collectionOf } from "@crm/core/records.ts";
import { get } from "@crm/core/storage/table/database.ts";
import { recordKey } from "@crm/core/storage/table/key.ts";
import type { App } from "@crm/local/app.ts";

/** Where a clock of a record stands; empty where it does not. */
export async function clockOf(app: App, tenant: { id: string }, id: string, clock: string): Promise<string> {
  const item = await runIn(systemContext(app.ports, tenant.id, "test"), () => get(recordKey(tenant.id, id)));
  const kind = kindOf(id);
  const collection = kind && collectionOf(kind);
  return (item && collection?.clocksOf(collection.fromItem(item))[clock]) ?? "";
}

/** Has what is due done: the sweep hands it out, and who listens acts. */
export async function sweepAndAct(app: App): Promise<void> {
  await app.scheduler.run("due");
  await app.settle();
}
