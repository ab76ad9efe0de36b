import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { runIn, useContext, useTenant } from "../kernel/context.ts";
import { notFound, unauthenticated } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { isId, newId } from "../kernel/id.ts";
import type { Settings } from "../kernel/settings.ts";
import { get } from "../storage/table/database.ts";
import { hashed, type Key, tenantKey } from "../storage/table/key.ts";
import { Records } from "../storage/write/records.ts";
import { transaction } from "../storage/write/transaction.ts";
import { Tenant } from "../tenant/tenant.ts";
import { Body } from "./body.ts";
import type { Call, Genuine } from "./call.ts";
import { checked, urlsOf } from "./check.rules.ts";
import { Deliveries, type DeliveryRecord } from "./delivery.entity.ts";
import { Doorway } from "./doorway.ts";
import { INBOUND_DELIVERY, INBOUND_WEBHOOK } from "./inbound-webhook.domain.ts";
import { sha256 } from "./proof.rules.ts";
import type { Provider } from "./providers.ts";
import { Refused } from "./refused.ts";
import { Signer } from "./signer.ts";
import { KEPT, UNHEARD } from "./wait.rules.ts";
import { type WebhookRecord, Webhooks } from "./webhook.entity.ts";
import { InboundWebhook } from "./webhook.ts";

/**
 * The one door through which providers come in. What comes is kept as it came and answered at once; what follows from it follows
 * later. Before its signature is known to be good, nothing of it is kept but that somebody called.
 */
export interface Entered {
  provider: Provider;
  /** Whether it was here before. */
  isRepeat: boolean;
}

export const enter = fn(z.object({ id: z.string(), call: z.custom<Call>() }), async ({ id, call }): Promise<Entered> => {
  if (!isId(id, INBOUND_WEBHOOK)) throw notFound();
  const opened = await Doorway.remembered(id, () => opening(id));
  if (!opened) throw notFound();
  const { tenant_id, settings, webhook } = opened;
  return as(tenant_id, `webhook:${id}`, settings, async () => {
    const known = {
      secrets: await InboundWebhook.secretsOf(webhook),
      urls: urlsOf(webhook.public_url ?? InboundWebhook.urlOf(id), call.query),
      now: Clock.ms(),
    };
    const signer = webhook.provider === "ses" ? await Signer.signerOf(call, known) : undefined;
    const genuine = checked(webhook.provider, call, { ...known, signer });
    if (!genuine) {
      await Refused.count(id);
      throw unauthenticated("The signature is wrong, missing or too old");
    }
    return { provider: webhook.provider, isRepeat: !(await keep(webhook, call, genuine)) };
  });
});

interface Opened {
  tenant_id: string;
  settings: Settings;
  webhook: WebhookRecord;
}

async function opening(id: string): Promise<Opened | undefined> {
  const tenant_id = await Doorway.tenantOf(id);
  if (tenant_id === undefined) return undefined;
  return as(tenant_id, "system:webhooks", useContext().settings, async () => {
    const [webhook, tenant] = await Promise.all([Records.load(Webhooks, id, { live: true }), Tenant.get({})]);
    return webhook && tenant.status !== "SUSPENDED" ? { tenant_id, settings: tenant.settings, webhook } : undefined;
  });
}

/** Runs as the system in a tenant, under a name; the keyspaces stay. */
function as<T>(tenant_id: string, id: string, settings: Settings, work: () => Promise<T>): Promise<T> {
  return runIn({ ...useContext(), actor: { type: "system", tenant_id, id }, settings, visible: async () => "all" }, work);
}

/** Keeps what came, once; whether it is new. */
async function keep(webhook: WebhookRecord, call: Call, { external_id, once }: Genuine): Promise<boolean> {
  const key = keyOf(webhook.id, once);
  if (await isHere(key)) return false;
  const delivery = await recordOf(webhook, call, external_id);
  try {
    await transaction()
      .put(
        { ...key, delivery: delivery.id, ttl: Clock.epoch(delivery.expires_at) },
        {
          condition: "attribute_not_exists(pk) OR #ttl < :now",
          names: { "#ttl": "ttl" },
          values: { ":now": Clock.epoch(Clock.now()) },
          refused: () => new Repeated(),
        },
      )
      .create(Deliveries, delivery)
      .commit(undefined);
    return true;
  } catch (error) {
    // Others bring the same at this moment, so many that this one was never its turn: it is enough that one of them is through.
    if (error instanceof Repeated || (await isHere(key))) return false;
    throw error;
  }
}

/** The same came at the same moment. */
class Repeated extends Error {
  override name = "Repeated";
}

/** Where stands that it came: of a webhook, by what was signed. */
const keyOf = (webhook: string, once: string): Key => ({
  pk: tenantKey(useTenant(), "ONCE", hashed("hook", webhook, once)),
  sk: "once",
});

async function isHere(key: Key): Promise<boolean> {
  const item = await get(key);
  return item !== undefined && Number(item.ttl) >= Clock.epoch(Clock.now());
}

async function recordOf(
  { id: webhook_id, provider }: WebhookRecord,
  { bytes, headers, query }: Call,
  external_id: string | null,
): Promise<DeliveryRecord> {
  const id = newId(INBOUND_DELIVERY);
  return Records.born(
    Deliveries,
    {
      webhook_id,
      provider,
      external_id,
      event_type: null,
      subject: null,
      status: "received",
      outcome: null,
      record_id: null,
      reason: null,
      held_for: null,
      tries: 0,
      content_type: headers["content-type"]?.slice(0, 255) ?? null,
      query: query.slice(0, 500) || null,
      size: bytes.length,
      sha256: sha256(bytes),
      work_at: Clock.after(UNHEARD),
      settled_at: null,
      expires_at: Clock.after(KEPT),
      sealed: await Body.seal(id, bytes),
    },
    { id },
  );
}

export * as Door from "./hook-door.ts";
