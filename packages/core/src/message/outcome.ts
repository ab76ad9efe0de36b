import { InboundWebhooks } from "../inbound-webhook/inbound-webhooks.ts";
import { Clock } from "../kernel/clock.ts";
import { useTenant } from "../kernel/context.ts";
import { get } from "../storage/table/database.ts";
import { type Key, tenantKey } from "../storage/table/key.ts";
import { Records } from "../storage/write/records.ts";
import { retryOnConflict, transaction } from "../storage/write/transaction.ts";
import { dated } from "./dated.ts";
import { type MessageRecord, Messages } from "./message.entity.ts";
import type { MailProviderName } from "./provider/mail-provider.ts";
import type { SmsProviderName, Taken } from "./provider/sms-provider.ts";
import { isSettled, type Report, reported } from "./standing.rules.ts";

/** What becomes of a message that was taken in hand: told by its provider, or asked for. */

export type ProviderName = SmsProviderName | MailProviderName;

/** Seconds after which it is asked what has become of a message that its provider has taken. */
const LOOK_AFTER = 60 * 60;
/** For so long it is asked; a message of which nothing was heard by then stays as it is. */
const GIVEN_UP = 3 * 24 * 60 * 60;

/** Which message a provider means by an id of its own. */
const refKey = (provider: ProviderName, provider_id: string): Key => ({
  pk: tenantKey(useTenant(), "MESSAGEREF", provider, provider_id),
  sk: "message",
});

export async function messageOf(provider: ProviderName, provider_id: string): Promise<string | undefined> {
  const item = await get(refKey(provider, provider_id));
  return item && String(item.id);
}

/** When it is asked next: later and later, and not for ever. */
export function lookAt({ status, tried_at }: MessageRecord): string | null {
  if (isSettled(status) || tried_at === null) return null;
  const age = (Clock.ms() - Date.parse(tried_at)) / 1000;
  return age > GIVEN_UP ? null : Clock.after(Math.max(LOOK_AFTER, age));
}

/** A message after its provider took it, or told of it; what is told twice, late or in another order comes to the same. */
export async function told(id: string, provider: ProviderName, said: Said): Promise<MessageRecord | undefined> {
  const { after, named } = await noted(id, provider, said);
  // Whatever was told of it before it was known by that id goes on now.
  if (named !== undefined) await InboundWebhooks.arrived(heldFor(provider, named));
  return after;
}

/** As what a report waits for its message. */
export const heldFor = (provider: ProviderName, provider_id: string): string => `${provider}:${provider_id}`;

interface Said {
  provider_id: string | null;
  report: Report;
}

interface Noted {
  after: MessageRecord | undefined;
  /** The provider's id, where it was not known before. */
  named?: string;
}

const noted = (id: string, provider: ProviderName, { provider_id, report }: Said): Promise<Noted> =>
  retryOnConflict(async () => {
    const current = await Records.load(Messages, id, { live: true });
    if (!current || current.status === "queued") return { after: current };
    // Providers tell whole seconds: nothing happened before it was handed over.
    const at = [report.at, current.tried_at ?? current.created_at].sort().at(-1) ?? report.at;
    const after = reported(current, { ...report, at });
    const known = provider_id ?? current.provider_id;
    const next = { ...after, provider_id: current.provider_id ?? known, held_reason: null };
    const isNamed = current.provider_id === null && known !== null;
    if (next.status === current.status && !isNamed && next.sent_at === current.sent_at && next.failed_at === current.failed_at)
      return { after: current };
    const written = Records.nextVersion(current, dated({ ...next, settle_at: lookAt(next) }));
    const tx = transaction().replace(Messages, current, written);
    if (!isNamed || known === null) return tx.commit({ after: written });
    return tx.put({ ...refKey(provider, known), id }).commit({ after: written, named: known });
  });

export const taken = (id: string, provider: ProviderName, { provider_id, report }: Taken): Promise<MessageRecord | undefined> =>
  told(id, provider, { provider_id, report });

export * as Outcome from "./outcome.ts";
