import { decoded } from "./charset.rules.ts";
import { all, first, idsOf } from "./headers.rules.ts";
import { type Header, type Part, partOf } from "./mime.rules.ts";

/** What became of a mail of ours, as the servers on its way tell it (RFC 3464), or in words of their own. */
export interface Delivery {
  /** To whom it was sent; null where the report says nobody. */
  readonly recipient: string | null;
  readonly action: "failed" | "delayed" | "delivered" | "relayed" | "expanded" | null;
  /** `5.1.1`. */
  readonly status: string | null;
  readonly diagnostic: string | null;
}

export interface Bounce {
  readonly deliveries: readonly Delivery[];
  /** Whether trying again is of no use: the status begins with 5, or the address is unknown. */
  readonly is_permanent: boolean;
  /** The Message-ID of the mail that it is about. */
  readonly original_message_id: string | null;
  /** That id, and those that the mail named: a server on the way may have given it another, while the names stay. */
  readonly original_ids: readonly string[];
}

/** Parts of a report. */
export const reportPart = (root: Part, type: string): Part | undefined => root.parts.find((part) => part.type === type);

const MOST = 50;

export function bounceIn(root: Part, headers: readonly Header[], text: string): Bounce {
  const deliveries = deliveriesIn(root).slice(0, MOST);
  const found = deliveries.length > 0 ? deliveries : told(headers, text);
  const ids = originalsIn(root, text);
  return {
    deliveries: found,
    is_permanent: found.some(({ action, status }) => action !== "delayed" && (status?.startsWith("5") ?? action === "failed")),
    original_message_id: ids[0] ?? null,
    original_ids: ids,
  };
}

/** One for each recipient: groups of lines, the first of which is about the message. */
function deliveriesIn(root: Part): Delivery[] {
  const part = reportPart(root, "message/delivery-status") ?? reportPart(root, "message/global-delivery-status");
  if (!part) return [];
  const groups = decoded(part.body, "utf-8")
    .replaceAll("\r\n", "\n")
    .split(/\n\s*\n/);
  return groups.flatMap((group) => {
    const { headers } = partOf(Buffer.from(`${group.trim()}\n\n`, "utf8"));
    const recipient = first(headers, "final-recipient") ?? first(headers, "original-recipient");
    if (recipient === undefined) return [];
    return [
      {
        recipient: addressIn(first(headers, "original-recipient") ?? recipient) ?? addressIn(recipient),
        action: actions.find((action) => first(headers, "action")?.toLowerCase().startsWith(action)) ?? null,
        status: statusIn(first(headers, "status")),
        diagnostic: (first(headers, "diagnostic-code") ?? "").replace(/^[\w-]+;\s*/, "").slice(0, 500) || null,
      },
    ];
  });
}

const actions = ["failed", "delayed", "delivered", "relayed", "expanded"] as const;
const statusIn = (text: string | undefined): string | null => /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(text ?? "")?.[0] ?? null;
const addressIn = (text: string): string | null =>
  /[^\s<>;:,"]{1,64}@[^\s<>;:,"]{1,255}/
    .exec(text)?.[0]
    .replace(/[.)]+$/, "")
    .toLowerCase() ?? null;

/** By what Exim, qmail and others write who make no report. */
function told(headers: readonly Header[], text: string): Delivery[] {
  const named = all(headers, "x-failed-recipients").flatMap((value) => value.split(","));
  const head = text.slice(0, 4000);
  const recipients = named.length > 0 ? named : [/<([^<>\s]+@[^<>\s]+)>/.exec(head)?.[1] ?? head];
  const status = statusIn(head) ?? (/\b5\d\d[ -]/.test(head) ? "5.0.0" : null);
  return recipients
    .slice(0, MOST)
    .map((recipient) => ({ recipient: addressIn(recipient), action: "failed", status, diagnostic: null }));
}

function originalsIn(root: Part, text: string): string[] {
  const within =
    reportPart(root, "message/rfc822") ?? reportPart(root, "text/rfc822-headers") ?? reportPart(root, "message/global-headers");
  if (!within) return idsOf(/^message-id:\s*(<[^<>\s]+>)/im.exec(text)?.[1]);
  const { headers } = partOf(within.body);
  const [own] = idsOf(first(headers, "message-id"));
  return [...(own === undefined ? [] : [own]), ...idsOf(first(headers, "references")).reverse()].slice(0, MOST);
}
