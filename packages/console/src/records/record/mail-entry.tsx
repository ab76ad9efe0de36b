import { Mail, MailOpen } from "lucide-react";
import type { ConsoleRecord } from "../../api/records.ts";
import { type KindSummary, recordPath } from "../../api/schema.ts";
import { formatDayTitle, formatTime, type Reader } from "../../ui/i18n/time.ts";
import type { Translate } from "../../ui/i18n/use-text.ts";
import { Link } from "../../ui/kit/link.tsx";
import type { TimelineEntry } from "../../ui/kit/timeline.tsx";
import { WaitingMailActions } from "./waiting-mail-actions.tsx";

/** Statuses of messages that the provider has, or may have. */
const SENT = new Set(["sent", "delivered", "sending", "unknown"]);

/** Writes the day and the time: `Today, 9:00`. */
export const formatMoment = (instant: string, reader: Reader): string =>
  `${formatDayTitle(instant, new Date().toISOString(), reader)}, ${formatTime(instant, reader)}`;

/** Says where an outgoing message stands. */
function describeDelivery(row: ConsoleRecord, t: Translate, reader: Reader): string {
  const status = String(row.status);
  const sendAt = typeof row.send_at === "string" ? row.send_at : undefined;
  if (status === "queued")
    return sendAt !== undefined && sendAt > new Date().toISOString()
      ? t("Scheduled for {date}", { date: formatMoment(sendAt, reader) })
      : t("Waits to be sent");
  if (status === "cancelled") return t("Cancelled");
  return SENT.has(status) ? t("Sent") : t("Not sent");
}

/** Says whether the recipient has opened a sent mail and followed a link; undefined while that cannot be known. */
function describeOpens(row: ConsoleRecord, t: Translate, reader: Reader): string | undefined {
  if (row.channel !== "email" || !SENT.has(String(row.status))) return undefined;
  const { opened_at, clicked_at } = row;
  if (typeof opened_at !== "string" && typeof clicked_at !== "string")
    return row.is_tracked ? t("Not opened yet") : t("Not tracked");
  const texts = [
    ...(typeof opened_at === "string" ? [t("Opened {date}", { date: formatMoment(opened_at, reader) })] : []),
    ...(typeof clicked_at === "string" ? [t("Clicked {date}", { date: formatMoment(clicked_at, reader) })] : []),
  ];
  return texts.join(" · ");
}

interface MailRow {
  readonly summary: KindSummary;
  readonly row: ConsoleRecord;
  readonly at: string;
}

/** A message in the timeline of a record: who wrote to whom, and what became of it. */
export function toMessageEntry({ summary, row, at }: MailRow, t: Translate, reader: Reader): TimelineEntry {
  const isIncoming = row.direction === "in";
  const facts = isIncoming
    ? [t("From {address}", { address: row.from_address }), row.reply_to_id ? t("Reply") : undefined]
    : [t("To {address}", { address: row.to_address }), describeDelivery(row, t, reader), describeOpens(row, t, reader)];
  return {
    id: row.id,
    at,
    icon: row.opened_at ? <MailOpen /> : <Mail />,
    title: (
      <Link variant="title" href={recordPath(summary, row.id)}>
        {String(row.subject ?? row.body)}
      </Link>
    ),
    body: facts.filter(Boolean).join(" · "),
    ...(row.status === "queued" ? { actions: <WaitingMailActions message={row} /> } : {}),
  };
}
