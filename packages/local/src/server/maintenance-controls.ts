import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { httpStatusByCode, isFailure } from "@crm/core/kernel/error.ts";
import { isId } from "@crm/core/kernel/id.ts";
import { TENANT } from "@crm/core/platform/tenant/tenant.kind.ts";
import { type RotationOptions, rotateDataKeys } from "@crm/core/storage/scheduler/key-rotation.ts";
import { readItem } from "@crm/core/storage/table/database.ts";
import { systemKey } from "@crm/core/storage/table/key.ts";
import { operate } from "@crm/functions/operate/command.ts";
import { singleProcessRollout } from "@crm/functions/operate/rollout.ts";
import { DEAD_LETTER_PREFIX } from "@crm/functions/stream/index.ts";
import type { App } from "../app.ts";
import { createSnapshot } from "../backup/backup.ts";
import { type RestoreBatch, restoreBatch } from "../backup/restore-kind.ts";
import { Refusal } from "../store/state.ts";
import { type Credentials, createSignInLink } from "./sign-in-links.ts";

interface ControlResponse {
  status: number;
  data: unknown;
}

/** Controls that `npm run backup`, `restore`, `rotate-keys`, `operate`, `migrate` and `demo` call on the server that holds the folder. */
const maintenanceControls: Record<string, (app: App, input: unknown) => Promise<unknown>> = {
  "GET store": async ({ state }) => ({ folder: state.folder, position: state.get("stream") ?? "0" }),
  "POST backup": async ({ state }) => ({ folder: await createSnapshot(state) }),
  "POST restore": ({ ports }, input) => restoreBatch(ports, input as RestoreBatch),
  "POST rotate-keys": ({ ports }, input) => rotateDataKeys(ports, input as RotationOptions),
  "POST sign-in-links": async (app, input) => createSignInLink(app, input as Credentials),
  "POST operate": ({ ports }, input) => operateLocally(ports, input),
};

/** Seconds for which one call of the control works: a client waits five minutes for an answer. */
const SLICE_SECONDS = 60;

/** Runs a command of the operator's function. Unlike the deployed function, it accepts a tenant's slug as well as its id. */
export async function operateLocally(ports: App["ports"], input: unknown): Promise<unknown> {
  const { tenant, ...command } = input as { tenant?: string; [field: string]: unknown };
  const tenant_id = tenant === undefined ? {} : { tenant_id: await resolveTenantId(ports, tenant) };
  return operate({ ...command, ...tenant_id }, ports, {
    deadLetterPrefix: DEAD_LETTER_PREFIX,
    grace: 0,
    rollout: singleProcessRollout,
    hasAnalystExport: true,
    sliceSeconds: SLICE_SECONDS,
  });
}

async function resolveTenantId(ports: App["ports"], slug: string): Promise<string> {
  if (isId(slug, TENANT)) return slug;
  const context = systemContext(ports, undefined, "operator", ["slug"]);
  const item = /^[a-z0-9-]+$/.test(slug)
    ? await runIn(context, () => readItem({ pk: systemKey("slug", slug), sk: "slug" }))
    : undefined;
  if (!item) throw new Refusal(`There is no tenant ${slug}: use its slug or its id.`);
  return String(item.tenant_id);
}

/** Runs a maintenance control. Returns undefined if there is none of this name. */
export async function runMaintenance(app: App, key: string, body: string): Promise<ControlResponse | undefined> {
  try {
    const data = await maintenanceControls[key]?.(app, JSON.parse(body || "{}"));
    return data === undefined ? undefined : { status: 200, data };
  } catch (error) {
    if (isFailure(error)) {
      const { code, message, details } = error;
      return { status: httpStatusByCode[code], data: { code, message, details } };
    }
    if (!(error instanceof Refusal || error instanceof SyntaxError)) throw error;
    return { status: 409, data: { code: "CONFLICT", message: error.message, details: [] } };
  }
}
