import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { isFailure, statusOf } from "@crm/core/kernel/error.ts";
import { isId } from "@crm/core/kernel/id.ts";
import { type MigrateOptions, migrate } from "@crm/core/storage/jobs/migrate.ts";
import { type RotateOptions, rotate } from "@crm/core/storage/jobs/rotate.ts";
import { get } from "@crm/core/storage/table/database.ts";
import { systemKey } from "@crm/core/storage/table/key.ts";
import { TENANT } from "@crm/core/tenant/tenant.domain.ts";
import { operate } from "@crm/functions/operate/operate.ts";
import { PARKED } from "@crm/functions/stream/index.ts";
import type { App } from "./app.ts";
import { snapshot } from "./backup.ts";
import { applyKind, type Batch } from "./restore-kind.ts";
import { Refusal } from "./state.ts";

interface Answer {
  status: number;
  data: unknown;
}

/** The controls by which `npm run backup`, `restore`, `migrate`, `rotate-keys` and `demo` ask the server that holds the folder. */
const controls: Record<string, (app: App, input: unknown) => Promise<unknown>> = {
  "GET store": async ({ state }) => ({ folder: state.folder, position: state.get("stream") ?? "0" }),
  "POST backup": async ({ state }) => ({ folder: await snapshot(state) }),
  "POST restore": ({ ports }, input) => applyKind(ports, input as Batch),
  "POST migrate": ({ ports }, input) => migrate(ports, input as MigrateOptions),
  "POST rotate-keys": ({ ports }, input) => rotate(ports, input as RotateOptions),
  "POST operate": ({ ports }, input) => operateHere(ports, input),
};

/** As the operator's function does it deployed; a tenant may be named by its slug, as people know it. */
export async function operateHere(ports: App["ports"], input: unknown): Promise<unknown> {
  const { tenant, ...command } = input as { tenant?: string; [field: string]: unknown };
  const tenant_id = tenant === undefined ? {} : { tenant_id: await tenantNamed(ports, tenant) };
  return operate({ ...command, ...tenant_id }, ports, { parked: PARKED, grace: 0 });
}

async function tenantNamed(ports: App["ports"], slug: string): Promise<string> {
  if (isId(slug, TENANT)) return slug;
  const context = systemContext(ports, undefined, "operator", ["slug"]);
  const found = /^[a-z0-9-]+$/.test(slug)
    ? await runIn(context, () => get({ pk: systemKey("slug", slug), sk: "slug" }))
    : undefined;
  if (!found) throw new Refusal(`There is no tenant ${slug}: name one by its slug or its id.`);
  return String(found.tenant_id);
}

/** Undefined where there is no such control. */
export async function maintain(app: App, key: string, body: string): Promise<Answer | undefined> {
  try {
    const data = await controls[key]?.(app, JSON.parse(body || "{}"));
    return data === undefined ? undefined : { status: 200, data };
  } catch (error) {
    if (isFailure(error)) {
      const { code, message, details } = error;
      return { status: statusOf[code], data: { code, message, details } };
    }
    if (!(error instanceof Refusal || error instanceof SyntaxError)) throw error;
    return { status: 409, data: { code: "CONFLICT", message: error.message, details: [] } };
  }
}
