import { decodeText } from "./charset.rules.ts";
import { findHeader, findHeaders, parseMessageIds } from "./headers.rules.ts";
import { saysDelayed } from "./mail-evidence.rules.ts";
import { type Header, type Part, parseMessage } from "./mime.rules.ts";

/** The delivery of a mail to one recipient, as a mail server reported it (RFC 3464) or described it in words of its own. */
interface RecipientDelivery {
  /** The recipient; null if the report names none. */
  readonly recipient: string | null;
  readonly action: "failed" | "delayed" | "delivered" | "relayed" | "expanded" | null;
  /** For example `5.1.1`. */
  readonly status: string | null;
  readonly diagnostic: string | null;
}

export interface Bounce {
  readonly deliveries: readonly RecipientDelivery[];
  /** Whether a retry is useless: the status begins with 5, or the address is unknown. */
  readonly is_permanent: boolean;
  /** The Message-ID of the returned mail. */
  readonly original_message_id: string | null;
  /** That id, and those in References: a server may have changed the Message-ID, but not the references. */
  readonly original_ids: readonly string[];
  /** The id of the message of this system that was returned; null if the report does not have its headers. */
  readonly message_id: string | null;
}

/** A delivery report (RFC 3464) in a mail. */
interface DeliveryReport {
  readonly parts: readonly Part[];
  /** Whether the mail begins with the report. Otherwise the sender may have attached it to a mail. */
  readonly isWholeMail: boolean;
}

const isDeliveryStatus = ({ type }: Part): boolean => /^message\/(?:global-)?delivery-status$/.test(type);

/** Finds the delivery report of a mail, also inside other multipart parts. Attached mails are not searched. */
export function findDeliveryReport(root: Part): DeliveryReport | undefined {
  if (isDeliveryStatus(root)) return { parts: [root], isWholeMail: true };
  const isReport = root.type === "multipart/report";
  if ((isReport && root.params["report-type"]?.toLowerCase() === "delivery-status") || root.parts.some(isDeliveryStatus))
    return { parts: root.parts, isWholeMail: isReport };
  for (const [index, part] of root.parts.entries()) {
    const report = findDeliveryReport(part);
    if (report) return { ...report, isWholeMail: report.isWholeMail && index === 0 };
  }
  return undefined;
}

/** Returns the part of a report with this type. */
const findReportPart = (parts: readonly Part[], type: string): Part | undefined => parts.find((part) => part.type === type);

const MAX_ENTRIES = 50;

export function parseBounce(root: Part, headers: readonly Header[], text: string): Bounce {
  const parts = findDeliveryReport(root)?.parts ?? root.parts;
  const deliveries = parseDeliveries(parts).slice(0, MAX_ENTRIES);
  const recipientDeliveries = deliveries.length > 0 ? deliveries : inferDeliveries(headers, text);
  const original = findOriginalHeaders(parts);
  const ids = original ? listOriginalIds(original) : parseMessageIds(/^message-id:\s*(<[^<>\s]+>)/im.exec(text)?.[1]);
  return {
    deliveries: recipientDeliveries,
    is_permanent: recipientDeliveries.some(
      ({ action, status }) => action !== "delayed" && (status?.startsWith("5") ?? action === "failed"),
    ),
    original_message_id: ids[0] ?? null,
    original_ids: ids,
    message_id: original ? (findHeader(original, "x-crm-message")?.trim() ?? null) : null,
  };
}

/** Reads one delivery for each recipient. The report has groups of lines. The first group is about the whole message. */
function parseDeliveries(parts: readonly Part[]): RecipientDelivery[] {
  const part = parts.find(isDeliveryStatus);
  if (!part) return [];
  const groups = decodeText(part.body, "utf-8")
    .replaceAll("\r\n", "\n")
    .split(/\n\s*\n/);
  return groups.flatMap((group) => {
    const { headers } = parseMessage(Buffer.from(`${group.trim()}\n\n`, "utf8"));
    const recipient = findHeader(headers, "final-recipient") ?? findHeader(headers, "original-recipient");
    if (recipient === undefined) return [];
    return [
      {
        recipient: parseAddress(findHeader(headers, "original-recipient") ?? recipient) ?? parseAddress(recipient),
        action: deliveryActions.find((action) => findHeader(headers, "action")?.toLowerCase().startsWith(action)) ?? null,
        status: parseStatus(findHeader(headers, "status")),
        diagnostic: (findHeader(headers, "diagnostic-code") ?? "").replace(/^[\w-]+;\s*/, "").slice(0, 500) || null,
      },
    ];
  });
}

const deliveryActions = ["failed", "delayed", "delivered", "relayed", "expanded"] as const;
const parseStatus = (text: string | undefined): string | null => /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(text ?? "")?.[0] ?? null;
const parseAddress = (text: string): string | null =>
  /[^\s<>;:,"]{1,64}@[^\s<>;:,"]{1,255}/
    .exec(text)?.[0]
    .replace(/[.)]+$/, "")
    .toLowerCase() ?? null;

/** Infers deliveries from the texts of Exim, qmail and others that send no standard report. */
function inferDeliveries(headers: readonly Header[], text: string): RecipientDelivery[] {
  const failedRecipients = findHeaders(headers, "x-failed-recipients").flatMap((value) => value.split(","));
  const head = text.slice(0, 4000);
  const recipients = failedRecipients.length > 0 ? failedRecipients : [/<([^<>\s]+@[^<>\s]+)>/.exec(head)?.[1] ?? head];
  const status = parseStatus(head) ?? (/\b5\d\d[ -]/.test(head) ? "5.0.0" : null);
  const action = saysDelayed(head) ? "delayed" : "failed";
  return recipients
    .slice(0, MAX_ENTRIES)
    .map((recipient) => ({ recipient: parseAddress(recipient), action, status, diagnostic: null }));
}

/** Returns the headers of the returned mail, if the report has them. */
function findOriginalHeaders(parts: readonly Part[]): readonly Header[] | undefined {
  const part =
    findReportPart(parts, "message/rfc822") ??
    findReportPart(parts, "text/rfc822-headers") ??
    findReportPart(parts, "message/global-headers");
  return part && parseMessage(part.body).headers;
}

const listOriginalIds = (headers: readonly Header[]): string[] =>
  [
    ...parseMessageIds(findHeader(headers, "message-id")).slice(0, 1),
    ...parseMessageIds(findHeader(headers, "references")).reverse(),
  ].slice(0, MAX_ENTRIES);
