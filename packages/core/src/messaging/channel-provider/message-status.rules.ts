import type { SendingReport } from "../../kernel/mail-provider.ts";

/** Pure rules of the message status (docs/messaging/messages.md). */

export const messageStatuses = [
  "queued",
  "sending",
  "unknown",
  "sent",
  "delivered",
  "undelivered",
  "failed",
  "cancelled",
  "received",
] as const;
type MessageStatus = (typeof messageStatuses)[number];

/** The order of statuses: a message only changes to a status of a higher rank. */
const statusRank: Readonly<Record<MessageStatus, number>> = {
  ...{ queued: 0, sending: 1, unknown: 2, sent: 3 },
  ...{ delivered: 4, undelivered: 4, failed: 4, cancelled: 4, received: 4 },
};

/** Whether a message ended without reaching its recipient. */
export const hasFailed = (status: string): boolean => status === "undelivered" || status === "failed" || status === "cancelled";

export const isFinal = (status: MessageStatus): boolean => statusRank[status] === 4;

export interface DeliveryState {
  channel: "sms" | "email";
  status: MessageStatus;
  sent_at: string | null;
  delivered_at: string | null;
  failed_at: string | null;
  /** Code and message of the error, from the provider. */
  error_code: string | null;
  error_message: string | null;
}

/** A delivery state from a provider's event or answer. */
export type DeliveryReport = SendingReport;

/**
 * Applies a report to a message. The result does not depend on the order of reports, nor on repeats. Of two final states, the first
 * one that arrives stays, but the bounce of a mail wins over its delivery: servers accept mails that they cannot deliver.
 */
export function mergeReport<M extends DeliveryState>(message: M, report: DeliveryReport): M {
  const { status, reportedAt } = report;
  if (message.channel === "email" && message.status === "delivered" && status === "undelivered")
    return mergeReport({ ...message, status: "sent", delivered_at: null }, report);
  const next = statusRank[status] > statusRank[message.status] ? { ...message, status } : message;
  if (status === "sent") return { ...next, sent_at: earlierInstant(next.sent_at, reportedAt) };
  if (status === "delivered" && next.status === "undelivered" && message.channel === "email")
    return { ...next, sent_at: earlierInstant(next.sent_at, reportedAt) };
  if (status === "unknown" || next.status !== status) return next;
  if (status === "delivered")
    return {
      ...next,
      sent_at: earlierInstant(next.sent_at, reportedAt),
      delivered_at: earlierInstant(next.delivered_at, reportedAt),
    };
  if (next.failed_at !== null && next.failed_at <= reportedAt) return next;
  const { error_code = null, error_message = null } = report;
  return { ...next, failed_at: reportedAt, error_code, error_message };
}

const earlierInstant = (a: string | null, b: string): string => (a !== null && a < b ? a : b);
