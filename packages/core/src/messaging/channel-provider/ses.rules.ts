import * as z from "zod";
import { parseJsonBody, redactMessage, toInstant } from "../../lib/provider-http/http.rules.ts";
import type { MailEvent, RecipientEvent } from "./mail-provider.ts";
import type { DeliveryReport } from "./message-status.rules.ts";

/** Pure rules: converts SES notifications from SNS, of configuration sets and of the older kind (docs/messaging/mail-providers.md). */

const optionalText = z.string().nullish().catch(null);
const recipientList = z
  .array(z.object({ emailAddress: z.string(), action: optionalText, status: optionalText, diagnosticCode: optionalText }))
  .nullish()
  .catch(null);

const Mail = z.object({
  messageId: z.string().min(1).max(256),
  timestamp: optionalText,
  tags: z.record(z.string(), z.array(z.string())).nullish().catch(null),
  headers: z
    .array(z.object({ name: z.string(), value: z.string() }))
    .nullish()
    .catch(null),
});

const Event = z.object({
  eventType: optionalText,
  notificationType: optionalText,
  mail: Mail,
  bounce: z
    .object({ bounceType: optionalText, bounceSubType: optionalText, timestamp: optionalText, bouncedRecipients: recipientList })
    .nullish(),
  complaint: z
    .object({
      complaintSubType: optionalText,
      complaintFeedbackType: optionalText,
      timestamp: optionalText,
      complainedRecipients: recipientList,
    })
    .nullish(),
  delivery: z
    .object({ timestamp: optionalText, recipients: z.array(z.string()).nullish().catch(null), smtpResponse: optionalText })
    .nullish(),
  reject: z.object({ reason: optionalText }).nullish(),
  failure: z.object({ errorMessage: optionalText, templateName: optionalText }).nullish(),
  deliveryDelay: z.object({ timestamp: optionalText, delayType: optionalText, delayedRecipients: recipientList }).nullish(),
});
type Event = z.output<typeof Event>;

/** The SES tag and the mail header that contain the id of the message. */
export const MESSAGE_TAG = "message";
const MESSAGE_HEADER = "X-CRM-Message";

type EventReader = (event: Event, now: string) => Pick<MailEvent, "report" | "recipients">;

const emptyResult: Pick<MailEvent, "report" | "recipients"> = { report: null, recipients: [] };
/** Returns when SES accepted the mail: events before the delivery contain no other time. */
const resolveSentAt = ({ mail }: Event, now: string): string => toInstant(mail.timestamp) ?? now;

const buildRecipients = (
  all: z.output<typeof recipientList>,
  became: RecipientEvent["became"],
  is_permanent: boolean,
  fallbackReason: string | null,
): RecipientEvent[] =>
  (all ?? []).map(({ emailAddress, diagnosticCode, status }) => {
    const reason = diagnosticCode ?? status ?? fallbackReason;
    return { address: emailAddress, became, is_permanent, reason: reason === null ? null : redactMessage(reason, []) };
  });

/** Tells whether the server of a recipient refused the mail. Otherwise a returned mail may be an automatic reply. */
const hasFailedRecipient = (all: z.output<typeof recipientList>): boolean =>
  (all ?? []).some(({ action, status }) => action?.toLowerCase() === "failed" || /^[45]\./.test(status ?? ""));

const readBounce: EventReader = ({ bounce }, now) => {
  const { bounceType = null, bounceSubType = null, timestamp, bouncedRecipients } = bounce ?? {};
  // A bounce without a reason may be an out-of-office note.
  if (bounceType === "Transient" && bounceSubType === "General" && !hasFailedRecipient(bouncedRecipients)) return emptyResult;
  const code = [bounceType ?? "Undetermined", bounceSubType ?? "Undetermined"].join("/");
  const names = buildRecipients(bouncedRecipients, "bounced", bounceType === "Permanent", code);
  const report: DeliveryReport = {
    status: "undelivered",
    reportedAt: toInstant(timestamp) ?? now,
    error_code: code,
    error_message: names[0]?.reason ?? code,
  };
  return { report, recipients: names };
};

/** Types of feedback reports that are not complaints of a person (RFC 5965, RFC 6430, RFC 6591). */
const nonComplaintTypes = new Set(["not-spam", "auth-failure"]);

const readComplaint: EventReader = ({ complaint }, now) => {
  const { complaintSubType, complaintFeedbackType, timestamp, complainedRecipients } = complaint ?? {};
  const isOne = !nonComplaintTypes.has(complaintFeedbackType ?? "");
  const names = buildRecipients(complainedRecipients, "complained", isOne, complaintSubType ?? complaintFeedbackType ?? null);
  // After an earlier complaint, SES does not send to the address at all.
  if (complaintSubType !== "OnAccountSuppressionList") return { report: null, recipients: isOne ? names : [] };
  const report: DeliveryReport = {
    status: "undelivered",
    reportedAt: toInstant(timestamp) ?? now,
    error_code: `Complaint/${complaintSubType}`,
    error_message: "The address is on the account's suppression list after a complaint",
  };
  return { report, recipients: names };
};

const buildFailure = (event: Event, now: string, code: string, reason: string | null | undefined): ReturnType<EventReader> => ({
  report: {
    status: "failed",
    reportedAt: resolveSentAt(event, now),
    error_code: code,
    error_message: redactMessage(reason ?? code, []),
  },
  recipients: [],
});

const readers: Readonly<Record<string, EventReader>> = {
  Send: (event, now) => ({ report: { status: "sent", reportedAt: resolveSentAt(event, now) }, recipients: [] }),
  Delivery: ({ delivery }, now) => ({
    report: { status: "delivered", reportedAt: toInstant(delivery?.timestamp) ?? now },
    recipients: buildRecipients(
      (delivery?.recipients ?? []).map((emailAddress) => ({ emailAddress })),
      "delivered",
      false,
      delivery?.smtpResponse ?? null,
    ),
  }),
  Bounce: readBounce,
  Complaint: readComplaint,
  Reject: (event, now) => buildFailure(event, now, "Reject", event.reject?.reason),
  "Rendering Failure": (event, now) => buildFailure(event, now, "RenderingFailure", event.failure?.errorMessage),
  DeliveryDelay: (event, now) => ({
    report: { status: "sent", reportedAt: resolveSentAt(event, now) },
    recipients: buildRecipients(event.deliveryDelay?.delayedRecipients, "delayed", false, event.deliveryDelay?.delayType ?? null),
  }),
};

/** Parses the text of a notification; undefined if it is not an SES event. Events that are not about a delivery give only their name. */
export function parseEvent(text: string, now: string): MailEvent | undefined {
  const { data: event } = Event.safeParse(parseJsonBody(Buffer.from(text)));
  const name = event?.eventType ?? event?.notificationType;
  if (!event || !name) return undefined;
  const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
  return {
    event: name,
    provider_id: event.mail.messageId,
    message: findMessageId(event),
    ...(read?.(event, now) ?? emptyResult),
  };
}

/** Returns the id from the tag, or else from the header: notifications contain headers only if configured so. */
function findMessageId({ mail: { tags, headers } }: Event): string | null {
  const [tag] = (tags && Object.hasOwn(tags, MESSAGE_TAG) ? tags[MESSAGE_TAG] : undefined) ?? [];
  return tag ?? headers?.find(({ name }) => name.toLowerCase() === MESSAGE_HEADER.toLowerCase())?.value.trim() ?? null;
}
