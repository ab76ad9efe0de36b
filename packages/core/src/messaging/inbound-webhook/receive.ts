import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { actAs, runIn, useContext, useTenant } from "../../kernel/context.ts";
import { notFound, unauthenticated } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { isId, newId } from "../../kernel/id.ts";
import type { Settings } from "../../kernel/settings.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { readItem } from "../../storage/table/database.ts";
import { hashTexts, type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { Deliveries, type DeliveryRecord } from "./delivery.entity.ts";
import { DeliveryBody } from "./delivery-body.ts";
import { INBOUND_DELIVERY, INBOUND_WEBHOOK } from "./inbound-webhook.kind.ts";
import type { Provider } from "./providers.ts";
import { RejectionCount } from "./rejection-count.ts";
import { RECOVERY_SECONDS, RETENTION_SECONDS } from "./retry-schedule.rules.ts";
import { listSignedUrls, verifySignature } from "./signature-check.rules.ts";
import { sha256 } from "./signature-primitives.rules.ts";
import { SnsCertificates } from "./sns-certificates.ts";
import { TenantLookup } from "./tenant-lookup.ts";
import { type WebhookRecord, Webhooks } from "./webhook.entity.ts";
import { InboundWebhook } from "./webhook.ts";
import type { VerifiedRequest, WebhookRequest } from "./webhook-request.ts";

/**
 * The only entry for providers' webhooks. A delivery is stored unchanged and answered at once, and processed later. Of a request
 * without a valid signature, nothing is stored except that it was counted.
 */
export interface ReceiveResult {
  provider: Provider;
  /** Whether it was received before. */
  isRepeat: boolean;
}

export const receive = fn(
  z.object({ id: z.string(), call: z.custom<WebhookRequest>() }),
  async ({ id, call }): Promise<ReceiveResult> => {
    if (!isId(id, INBOUND_WEBHOOK)) throw notFound();
    const webhookContext = await TenantLookup.loadCached(id, () => loadContext(id));
    if (!webhookContext) throw notFound();
    const { tenant_id, settings, webhook } = webhookContext;
    return runInTenant(tenant_id, `webhook:${id}`, settings, async () => {
      const verificationContext = {
        secrets: await InboundWebhook.openSecrets(webhook),
        urls: listSignedUrls(webhook.public_url ?? InboundWebhook.webhookUrl(id), call.query),
        now: Clock.ms(),
      };
      const signer = webhook.provider === "ses" ? await SnsCertificates.findSigningKey(call, verificationContext) : undefined;
      const genuine = verifySignature(webhook.provider, call, { ...verificationContext, signer });
      if (!genuine) {
        await RejectionCount.increment(id);
        throw unauthenticated("The signature is wrong, missing or too old");
      }
      return { provider: webhook.provider, isRepeat: !(await saveDelivery(webhook, call, genuine)) };
    });
  },
);

interface WebhookContext {
  tenant_id: string;
  settings: Settings;
  webhook: WebhookRecord;
}

async function loadContext(id: string): Promise<WebhookContext | undefined> {
  const tenant_id = await TenantLookup.findTenant(id);
  if (tenant_id === undefined) return undefined;
  return runInTenant(tenant_id, "system:webhooks", useContext().settings, async () => {
    const [webhook, tenant] = await Promise.all([Records.load(Webhooks, id, { live: true }), Tenant.get({})]);
    return webhook && tenant.status !== "SUSPENDED" ? { tenant_id, settings: tenant.settings, webhook } : undefined;
  });
}

/** Runs work as the system in a tenant. The allowed keyspaces stay the same. */
const runInTenant = <T>(tenant_id: string, id: string, settings: Settings, work: () => Promise<T>): Promise<T> =>
  runIn(actAs("inbound_webhook", { type: "system", tenant_id, id }, { settings, visibleOwners: async () => "all" }), work);

/** Saves a delivery once. Returns whether it is new. */
async function saveDelivery(
  webhook: WebhookRecord,
  call: WebhookRequest,
  { external_id, idempotencyKey }: VerifiedRequest,
): Promise<boolean> {
  const key = idempotencyItemKey(webhook.id, idempotencyKey);
  if (await hasArrived(key)) return false;
  const delivery = await buildDelivery(webhook, call, external_id);
  try {
    await transaction()
      .put(
        { ...key, delivery: delivery.id, ttl: Clock.toEpochSeconds(delivery.expires_at) },
        {
          condition: "attribute_not_exists(pk) OR #ttl < :now",
          names: { "#ttl": "ttl" },
          values: { ":now": Clock.toEpochSeconds(Clock.now()) },
          rejection: () => new DuplicateDelivery(),
        },
      )
      .create(Deliveries, delivery)
      .commit(undefined);
    return true;
  } catch (error) {
    // With many concurrent repeats this one may not get through: it is enough that one of them did.
    if (error instanceof DuplicateDelivery || (await hasArrived(key))) return false;
    throw error;
  }
}

/** The same delivery arrived at the same moment. */
class DuplicateDelivery extends Error {
  override name = "Repeated";
}

/** The key that marks a delivery of a webhook as received, by the signed content. */
const idempotencyItemKey = (webhook: string, idempotencyKey: string): Key => ({
  pk: tenantKey(useTenant(), "ONCE", hashTexts("hook", webhook, idempotencyKey)),
  sk: "once",
});

async function hasArrived(key: Key): Promise<boolean> {
  const item = await readItem(key);
  return item !== undefined && Number(item.ttl) >= Clock.toEpochSeconds(Clock.now());
}

async function buildDelivery(
  { id: webhook_id, provider }: WebhookRecord,
  { bytes, headers, query }: WebhookRequest,
  external_id: string | null,
): Promise<DeliveryRecord> {
  const id = newId(INBOUND_DELIVERY);
  return Records.init(
    Deliveries,
    {
      webhook_id,
      provider,
      external_id: external_id?.toWellFormed() ?? null,
      event_type: null,
      subject: null,
      status: "received",
      outcome: null,
      record_id: null,
      reason: null,
      held_for: null,
      tries: 0,
      content_type: headers["content-type"]?.slice(0, 255).toWellFormed() ?? null,
      query: query.slice(0, 500).toWellFormed() || null,
      size: bytes.length,
      sha256: sha256(bytes),
      work_at: Clock.addSeconds(RECOVERY_SECONDS),
      settled_at: null,
      expires_at: Clock.addSeconds(RETENTION_SECONDS),
      sealed: await DeliveryBody.seal(id, bytes),
    },
    { id },
  );
}

export * as WebhookReceiver from "./receive.ts";
