import * as z from "zod";
import { instantOf, jsonIn, said } from "../../provider/http.rules.ts";
import type { Report } from "../standing.rules.ts";
import type { MailNews, RecipientNews } from "./mail-provider.ts";

/** What SES tells by SNS, as we say it (docs/mail-providers.md): events of a configuration set, and its older notifications. Pure. */

const words = z.string().nullish().catch(null);
const recipients = z
  .array(z.object({ emailAddress: z.string(), action: words, status: words, diagnosticCode: words }))
  .nullish()
  .catch(null);

const Mail = z.object({
  messageId: z.string().min(1).max(256),
  timestamp: words,
  tags: z.record(z.string(), z.array(z.string())).nullish().catch(null),
  headers: z
    .array(z.object({ name: z.string(), value: z.string() }))
    .nullish()
    .catch(null),
});

const Event = z.object({
  eventType: words,
  notificationType: words,
  mail: Mail,
  bounce: z.object({ bounceType: words, bounceSubType: words, timestamp: words, bouncedRecipients: recipients }).nullish(),
  complaint: z
    .object({ complaintSubType: words, complaintFeedbackType: words, timestamp: words, complainedRecipients: recipients })
    .nullish(),
  delivery: z.object({ timestamp: words, recipients: z.array(z.string()).nullish().catch(null), smtpResponse: words }).nullish(),
  reject: z.object({ reason: words }).nullish(),
  failure: z.object({ errorMessage: words, templateName: words }).nullish(),
  deliveryDelay: z.object({ timestamp: words, delayType: words, delayedRecipients: recipients }).nullish(),
});
type Event = z.output<typeof Event>;

/** The tag and the header by which our id of a message travels. */
export const TAG = "message";
export const HEADER = "X-CRM-Message";

type Read = (event: Event, now: string) => Pick<MailNews, "report" | "recipients">;

const nothing: Pick<MailNews, "report" | "recipients"> = { report: null, recipients: [] };
/** When SES took it: what it tells of one that is on its way says no other time of that. */
const takenAt = ({ mail }: Event, now: string): string => instantOf(mail.timestamp) ?? now;

const of = (
  all: z.output<typeof recipients>,
  became: RecipientNews["became"],
  is_permanent: boolean,
  other: string | null,
): RecipientNews[] =>
  (all ?? []).map(({ emailAddress, diagnosticCode, status }) => {
    const reason = diagnosticCode ?? status ?? other;
    return { address: emailAddress, became, is_permanent, reason: reason === null ? null : said(reason, []) };
  });

/** One whose server says that it will not have the mail: what comes back beside is somebody's answering machine. */
const isFailed = (all: z.output<typeof recipients>): boolean =>
  (all ?? []).some(({ action, status }) => action?.toLowerCase() === "failed" || /^[45]\./.test(status ?? ""));

const bounced: Read = ({ bounce }, now) => {
  const { bounceType: type = null, bounceSubType: subtype = null, timestamp, bouncedRecipients } = bounce ?? {};
  // A bounce that nobody explains may be a note that somebody is away.
  if (type === "Transient" && subtype === "General" && !isFailed(bouncedRecipients)) return nothing;
  const code = [type ?? "Undetermined", subtype ?? "Undetermined"].join("/");
  const names = of(bouncedRecipients, "bounced", type === "Permanent", code);
  const report: Report = {
    status: "undelivered",
    at: instantOf(timestamp) ?? now,
    error_code: code,
    error_message: names[0]?.reason ?? code,
  };
  return { report, recipients: names };
};

/** Reports of feedback that are no complaint of a person (RFC 5965, RFC 6430, RFC 6591). */
const noComplaint = new Set(["not-spam", "auth-failure"]);

const complained: Read = ({ complaint }, now) => {
  const { complaintSubType: subtype, complaintFeedbackType: type, timestamp, complainedRecipients } = complaint ?? {};
  const isOne = !noComplaint.has(type ?? "");
  const names = of(complainedRecipients, "complained", isOne, subtype ?? type ?? null);
  // They have complained before: SES has not sent it at all.
  if (subtype !== "OnAccountSuppressionList") return { report: null, recipients: isOne ? names : [] };
  const report: Report = {
    status: "undelivered",
    at: instantOf(timestamp) ?? now,
    error_code: `Complaint/${subtype}`,
    error_message: "The address is on the account's suppression list after a complaint",
  };
  return { report, recipients: names };
};

const failed = (event: Event, now: string, code: string, reason: string | null | undefined): ReturnType<Read> => ({
  report: { status: "failed", at: takenAt(event, now), error_code: code, error_message: said(reason ?? code, []) },
  recipients: [],
});

const reads: Readonly<Record<string, Read>> = {
  Send: (event, now) => ({ report: { status: "sent", at: takenAt(event, now) }, recipients: [] }),
  Delivery: ({ delivery }, now) => ({
    report: { status: "delivered", at: instantOf(delivery?.timestamp) ?? now },
    recipients: of(
      (delivery?.recipients ?? []).map((emailAddress) => ({ emailAddress })),
      "delivered",
      false,
      delivery?.smtpResponse ?? null,
    ),
  }),
  Bounce: bounced,
  Complaint: complained,
  Reject: (event, now) => failed(event, now, "Reject", event.reject?.reason),
  "Rendering Failure": (event, now) => failed(event, now, "RenderingFailure", event.failure?.errorMessage),
  DeliveryDelay: (event, now) => ({
    report: { status: "sent", at: takenAt(event, now) },
    recipients: of(event.deliveryDelay?.delayedRecipients, "delayed", false, event.deliveryDelay?.delayType ?? null),
  }),
};

/** What is told in the text of a notification; undefined where SES does not tell so. Of events that say nothing of a delivery, only their name. */
export function newsIn(text: string, now: string): MailNews | undefined {
  const { data: event } = Event.safeParse(jsonIn(Buffer.from(text)));
  const name = event?.eventType ?? event?.notificationType;
  if (!event || !name) return undefined;
  const read = Object.hasOwn(reads, name) ? reads[name] : undefined;
  return { event: name, provider_id: event.mail.messageId, message: messageOf(event), ...(read?.(event, now) ?? nothing) };
}

/** The tag first: headers are left out of notifications, where nobody asked for them. */
function messageOf({ mail: { tags, headers } }: Event): string | null {
  const [tag] = (tags && Object.hasOwn(tags, TAG) ? tags[TAG] : undefined) ?? [];
  return tag ?? headers?.find(({ name }) => name.toLowerCase() === HEADER.toLowerCase())?.value.trim() ?? null;
}
