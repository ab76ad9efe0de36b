import { randomUUID } from "node:crypto";
import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { actAs, runIn, useTenant } from "../../kernel/context.ts";
import { conflict, invalid, notFound } from "../../kernel/error.ts";
import { fn, parse } from "../../kernel/fn.ts";
import { isJsonObject, type Json } from "../../kernel/json.ts";
import { RateLimit } from "../../platform/auth/rate-limit.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { update } from "../../storage/table/database.ts";
import { hashTexts, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { enroll } from "./enrollment-start.ts";
import { loadVersion } from "./version.ts";
import { findByToken } from "./webhook-address.ts";
import { type WorkflowRecord, Workflows } from "./workflow.entity.ts";

/**
 * Enrolls the record that a call of a workflow's own address names. The answer is the same whether the record is enrolled or not, so a caller learns
 * nothing about records. The steps run by the clock of the enrollment.
 */

/** Calls a minute of one address. */
const MAX_CALLS = 300;

const Call = z.looseObject({
  record_id: z.string().min(1).max(64),
  id: z.union([z.string().min(1).max(255), z.number()]).optional(),
});

interface ReceivedCall {
  readonly bytes: Uint8Array;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export const receive = fn(
  z.object({ token: z.string(), call: z.custom<ReceivedCall>() }),
  async ({ token, call }): Promise<void> => {
    const found = await findByToken(token);
    if (!found) throw notFound();
    const { tenant_id, workflow_id } = found;
    const actor = { type: "system", tenant_id, id: `webhook:${workflow_id}` } as const;
    const context = actAs("workflow_webhook", actor, { visibleOwners: async () => "all" });
    await runIn(context, async () => {
      const [workflow, tenant] = await Promise.all([Records.load(Workflows, workflow_id, { live: true }), Tenant.get({})]);
      if (!workflow || workflow.webhook_token !== token || tenant.status === "SUSPENDED") throw notFound();
      await runIn({ ...context, settings: tenant.settings }, () => enrollByCall(workflow, call));
    });
  },
);

async function enrollByCall(workflow: WorkflowRecord, { bytes, headers }: ReceivedCall): Promise<void> {
  await RateLimit.take(`workflow.${workflow.id}`, MAX_CALLS);
  if (workflow.published_version === null) throw notFound();
  const { definition } = await loadVersion(workflow.id, workflow.published_version);
  if (definition.trigger.on !== "webhook") throw notFound();
  if (workflow.status !== "ACTIVE") throw conflict("The workflow is paused");
  const { record_id, id, ...payload } = parse(Call, parseBody(bytes));
  const key = headers["idempotency-key"]?.slice(0, 255) ?? (id === undefined ? undefined : String(id));
  const at = key === undefined ? Clock.now() : await findFirstCall(workflow.id, key);
  await enroll(workflow, record_id, {
    name: `webhook ${key === undefined ? randomUUID() : hashTexts(key)}`,
    at,
    checksConditions: true,
    outputs: { webhook: payload as Record<string, Json> },
  });
}

function parseBody(bytes: Uint8Array): unknown {
  try {
    const body: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (isJsonObject(body)) return body;
  } catch {
    // Not JSON, or not UTF-8.
  }
  throw invalid("", "Must be a JSON object with record_id");
}

const REPEAT_SECONDS = 8 * 24 * 60 * 60;

/** Returns when a call with this key came first. A repeat gives the same enrollment, also if the first call was interrupted. */
async function findFirstCall(workflow: string, key: string): Promise<string> {
  const { Attributes } = await update({
    Key: { pk: tenantKey(useTenant(), "ONCE", hashTexts("workflow", workflow, key)), sk: "once" },
    UpdateExpression: "SET #at = if_not_exists(#at, :now), #ttl = if_not_exists(#ttl, :ttl)",
    ExpressionAttributeNames: { "#at": "at", "#ttl": "ttl" },
    ExpressionAttributeValues: { ":now": Clock.now(), ":ttl": Clock.toEpochSeconds(Clock.now()) + REPEAT_SECONDS },
    ReturnValues: "ALL_NEW",
  });
  return String(Attributes?.at);
}

export * as WebhookTrigger from "./webhook-trigger.ts";
