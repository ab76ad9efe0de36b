import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { Suppressions } from "../../people/suppression/suppression-store.ts";
import { readItem } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import type { MailProviderName } from "../channel-provider/mail-provider.ts";
import { type DeliveryReport, isFinal, mergeReport } from "../channel-provider/message-status.rules.ts";
import type { ProviderReceipt, SmsProviderName } from "../channel-provider/sms-provider.ts";
import { InboundWebhooks } from "../inbound-webhook/inbound-webhooks.ts";
import { type MessageRecord, Messages } from "../message/message.entity.ts";
import { stampDays } from "../message/stamp-days.ts";

/** Applies the status of sent messages, from providers' reports or answers. */

export type ProviderName = SmsProviderName | MailProviderName;

/** Seconds until the first check of a message that its provider has accepted. */
const FIRST_CHECK_SECONDS = 60 * 60;
/** Seconds after which checks end. A message without a status by then stays as it is. */
const GIVE_UP_SECONDS = 3 * 24 * 60 * 60;

/** The item that finds a message by the provider's id. */
const referenceKey = (provider: ProviderName, provider_id: string): Key => ({
  pk: tenantKey(useTenant(), "MESSAGEREF", provider, provider_id),
  sk: "message",
});

export async function findMessageId(provider: ProviderName, provider_id: string): Promise<string | undefined> {
  const item = await readItem(referenceKey(provider, provider_id));
  return item && String(item.id);
}

/** Returns the time of the next check, at growing intervals; null when checks end. SMTP servers never report a delivery. */
export function computeNextCheck({ status, tried_at }: MessageRecord, provider?: ProviderName): string | null {
  if (isFinal(status) || tried_at === null || (provider === "smtp" && status === "sent")) return null;
  const age = (Clock.ms() - Date.parse(tried_at)) / 1000;
  return age > GIVE_UP_SECONDS ? null : Clock.addSeconds(Math.max(FIRST_CHECK_SECONDS, age));
}

/**
 * Codes with which providers refuse a text because its recipient has opted out with them (www.twilio.com/docs/api/errors/21610,
 * developers.telnyx.com: 40300).
 */
const optOutCodes: Partial<Record<ProviderName, string>> = { twilio: "21610", telnyx: "40300" };

/**
 * Applies a provider's report to a message and returns it. Repeated, late and unordered reports give the same result. A number that has opted out with the
 * provider is suppressed.
 */
export async function applyReport(id: string, provider: ProviderName, report: ReportInput): Promise<MessageRecord | undefined> {
  const { after, providerId } = await saveReport(id, provider, report);
  const { error_code, reportedAt } = report.report;
  if (after && error_code && error_code === optOutCodes[provider])
    await Suppressions.add({ channel: "sms", address: after.to_address, reason: "STOP", source: id, at: reportedAt });
  // Resumes reports that arrived before the provider's id was known.
  if (providerId !== undefined) await InboundWebhooks.resumeWaiting(waitKey(provider, providerId));
  return after;
}

/** Returns the key under which a report waits for its message. */
export const waitKey = (provider: ProviderName, provider_id: string): string => `${provider}:${provider_id}`;

interface ReportInput {
  provider_id: string | null;
  report: DeliveryReport;
}

interface ReportResult {
  after: MessageRecord | undefined;
  /** The provider's id, if it was not known before. */
  providerId?: string;
}

const saveReport = (id: string, provider: ProviderName, { provider_id, report }: ReportInput): Promise<ReportResult> =>
  retryOnConflict(async () => {
    const current = await Records.load(Messages, id, { live: true });
    if (!current || current.status === "queued") return { after: current };
    // Providers give whole seconds, so a time may not be before the message was sent.
    const reportedAt = [report.reportedAt, current.tried_at ?? current.created_at].sort().at(-1) ?? report.reportedAt;
    const after = mergeReport(current, { ...report, reportedAt });
    const providerId = provider_id ?? current.provider_id;
    const next = { ...after, provider_id: current.provider_id ?? providerId, held_reason: null };
    const isNamed = current.provider_id === null && providerId !== null;
    if (next.status === current.status && !isNamed && next.sent_at === current.sent_at && next.failed_at === current.failed_at)
      return { after: current };
    const updatedMessage = Records.nextVersion(current, stampDays({ ...next, settle_at: computeNextCheck(next, provider) }));
    const tx = transaction().replace(Messages, current, updatedMessage);
    if (!isNamed || providerId === null) return tx.commit({ after: updatedMessage });
    return tx.put({ ...referenceKey(provider, providerId), id }).commit({ after: updatedMessage, named: providerId });
  });

export const applyReceipt = (
  id: string,
  provider: ProviderName,
  { provider_id, report }: ProviderReceipt,
): Promise<MessageRecord | undefined> => applyReport(id, provider, { provider_id, report });

export * as StatusUpdate from "./status-update.ts";
