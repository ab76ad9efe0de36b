import type { Told as Delivered, HookHandler, Outcome as Worked } from "../inbound-webhook/hook-handler.ts";
import { isId } from "../kernel/id.ts";
import { jsonIn } from "../provider/http.rules.ts";
import { Records } from "../storage/write/records.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import { Tenant } from "../tenant/tenant.ts";
import { messageIn } from "./hook-address.ts";
import { received } from "./incoming.ts";
import { MESSAGE } from "./message.domain.ts";
import { type MessageRecord, Messages } from "./message.entity.ts";
import { heldFor, messageOf, Outcome } from "./outcome.ts";
import type { SmsProviderName, Told } from "./provider/sms-provider.ts";
import { toldIn as telnyxToldIn } from "./provider/telnyx.rules.ts";
import { toldIn as twilioToldIn } from "./provider/twilio.rules.ts";

/**
 * What providers of text messages tell by webhooks. A message is looked for among the tenant's own, by the address that names it and else by
 * the provider's id: a genuine report of another tenant's message finds nothing, and waits in vain.
 */
const handling = (provider: SmsProviderName, read: (delivered: Delivered) => Told): HookHandler => ({
  handle: (delivered, tx) => Tenant.asConfigured(() => handled(provider, read(delivered), delivered, tx)),
});

async function handled(provider: SmsProviderName, told: Told, { delivery }: Delivered, tx: Transaction): Promise<Worked> {
  if ("nothing" in told) return { done: told.nothing };
  if ("received" in told) return received(tx, provider, told.received);
  const { provider_id } = told.report;
  const message = await reportedOn(provider, provider_id, messageIn(delivery.query ?? ""));
  if (!message) return { held: heldFor(provider, provider_id) };
  const after = await Outcome.taken(message.id, provider, told.report);
  const what = after?.status === message.status ? "Nothing new" : `It is ${after?.status}`;
  return { done: what, record_id: message.id };
}

/** One that is another's by the provider's id is not the one that the address names. */
async function reportedOn(
  provider: SmsProviderName,
  provider_id: string,
  named: string | undefined,
): Promise<MessageRecord | undefined> {
  const known = await messageOf(provider, provider_id);
  const id = known ?? (named !== undefined && isId(named, MESSAGE) ? named : undefined);
  const message = id === undefined ? undefined : await Records.load(Messages, id, { live: true });
  const isAnother = message?.provider_id != null && message.provider_id !== provider_id;
  return message?.direction === "out" && !isAnother ? message : undefined;
}

export const twilio = handling("twilio", ({ body, delivery }) => twilioToldIn(body, delivery.created_at));
export const telnyx = handling("telnyx", ({ body, delivery }) => telnyxToldIn(jsonIn(Buffer.from(body)), delivery.created_at));
