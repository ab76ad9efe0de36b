import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { get } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import type { MailProviderName } from "../channel-provider/mail-provider.ts";
import { type DeliveryReport, isFinal, mergeReport } from "../channel-provider/message-status.rules.ts";
import type { ProviderReceipt, SmsProviderName } from "../channel-provider/sms-provider.ts";
import { InboundWebhooks } from "../inbound-webhook/inbound-webhooks.ts";
import { type MessageRecord, Messages } from "../message/message.entity.ts";
import { stampDays } from "../message/stamp-days.ts";

/** What becomes of a message that was taken in hand: told by its provider, or asked for. */

export type ProviderName = SmsProviderName | MailProviderName;

/** Seconds after which it is asked what has become of a message that its provider has taken. */
const FIRST_CHECK_SECONDS = 60 * 60;
/** For so long it is asked; a message of which nothing was heard by then stays as it is. */
const GIVE_UP_SECONDS = 3 * 24 * 60 * 60;

/** Which message a provider means by an id of its own. */
const referenceKey = (provider: ProviderName, provider_id: string): Key => ({
  pk: tenantKey(useTenant(), "MESSAGEREF", provider, provider_id),
  sk: "message",
});

export async function findMessageId(provider: ProviderName, provider_id: string): Promise<string | undefined> {
  const item = await get(referenceKey(provider, provider_id));
  return item && String(item.id);
}

/** When it is asked next: later and later, and not for ever. */
export function computeNextCheck({ status, tried_at }: MessageRecord): string | null {
  if (isFinal(status) || tried_at === null) return null;
  const age = (Clock.ms() - Date.parse(tried_at)) / 1000;
  return age > GIVE_UP_SECONDS ? null : Clock.addSeconds(Math.max(FIRST_CHECK_SECONDS, age));
}

/** A message after its provider took it, or told of it; what is told twice, late or in another order comes to the same. */
export async function applyReport(id: string, provider: ProviderName, said: ReportInput): Promise<MessageRecord | undefined> {
  const { after, named } = await saveReport(id, provider, said);
  // Whatever was told of it before it was known by that id goes on now.
  if (named !== undefined) await InboundWebhooks.resumeWaiting(waitKey(provider, named));
  return after;
}

/** As what a report waits for its message. */
export const waitKey = (provider: ProviderName, provider_id: string): string => `${provider}:${provider_id}`;

interface ReportInput {
  provider_id: string | null;
  report: DeliveryReport;
}

interface ReportResult {
  after: MessageRecord | undefined;
  /** The provider's id, where it was not known before. */
  named?: string;
}

const saveReport = (id: string, provider: ProviderName, { provider_id, report }: ReportInput): Promise<ReportResult> =>
  retryOnConflict(async () => {
    const current = await Records.load(Messages, id, { live: true });
    if (!current || current.status === "queued") return { after: current };
    // Providers tell whole seconds: nothing happened before it was handed over.
    const at = [report.at, current.tried_at ?? current.created_at].sort().at(-1) ?? report.at;
    const after = mergeReport(current, { ...report, at });
    const known = provider_id ?? current.provider_id;
    const next = { ...after, provider_id: current.provider_id ?? known, held_reason: null };
    const isNamed = current.provider_id === null && known !== null;
    if (next.status === current.status && !isNamed && next.sent_at === current.sent_at && next.failed_at === current.failed_at)
      return { after: current };
    const written = Records.nextVersion(current, stampDays({ ...next, settle_at: computeNextCheck(next) }));
    const tx = transaction().replace(Messages, current, written);
    if (!isNamed || known === null) return tx.commit({ after: written });
    return tx.put({ ...referenceKey(provider, known), id }).commit({ after: written, named: known });
  });

export const applyReceipt = (
  id: string,
  provider: ProviderName,
  { provider_id, report }: ProviderReceipt,
): Promise<MessageRecord | undefined> => applyReport(id, provider, { provider_id, report });

export * as StatusUpdate from "./status-update.ts";
