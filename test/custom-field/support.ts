import { randomUUID } from "node:crypto";
import type { Refused } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import type { Tenant } from "../support.ts";

export type Entity = "lead" | "person";

/** A custom field of the tenant; text of leads, unless `more` says otherwise. */
export async function addField(tenant: Tenant, field_name: string, more: Record<string, unknown> = {}) {
  const input = { entity_type: "lead", field_name, field_label: "Label", field_type: "text", ...more };
  return (await tenant.admin.createCustomField(input as never)).data;
}

export const anyName = (): string => `f_${randomUUID().slice(0, 8)}`;

/** Status and fields of a refusal; what went through is a failure of the test. */
export async function refusal(work: Promise<unknown>): Promise<[number, string[]]> {
  const error = await work.then(
    () => new Error("It went through"),
    (refused: Refused) => refused,
  );
  if (!("details" in error)) throw error;
  return [error.status, error.details.map(({ field }) => field).sort()];
}

/** Past the time in which some process may not know of a definition, with the work on it done. */
export async function workOff(app: App): Promise<void> {
  await app.settle();
  app.setClock({ advance: 100_000 });
  await app.scheduler.run("due");
  await app.settle();
}
