import * as z from "zod";
import type { WebResponse } from "../../kernel/ports.ts";
import type { ProviderFault } from "../../lib/provider-http/fault.ts";
import { parseJsonBody, redactMessage, toInstant } from "../../lib/provider-http/http.rules.ts";
import type { DeliveryReport } from "./message-status.rules.ts";
import { type Keyword, keywords } from "./opt-out-keywords.rules.ts";
import { firstInstant, mapStatus, type StatusMap, toFault } from "./sms-provider.rules.ts";
import type { OutgoingText, ProviderEvent, ProviderReceipt, ReceivedText } from "./sms-provider.ts";

/** Pure rules: converts requests and answers of Twilio Programmable Messaging (docs/messaging/sms-providers.md). */

export const API_HOST = "api.twilio.com";

export const Message = z.object({
  sid: z.string(),
  status: z.string(),
  to: z.string().nullish(),
  from: z.string().nullish(),
  body: z.string().nullish(),
  error_code: z.number().nullish(),
  error_message: z.string().nullish(),
  /** In the format of RFC 2822. */
  date_created: z.string().nullish(),
  date_updated: z.string().nullish(),
  date_sent: z.string().nullish(),
});
export type Message = z.output<typeof Message>;

/** Messages that Twilio has queued or scheduled count as `sent`. */
const statusMap: StatusMap = {
  ...{ accepted: "sent", scheduled: "sent", queued: "sent", sending: "sent", sent: "sent", partially_delivered: "sent" },
  ...{ delivered: "delivered", read: "delivered", undelivered: "undelivered", failed: "failed", canceled: "failed" },
};

export const toStatus = (status: string): DeliveryReport["status"] => mapStatus(statusMap, status);

export function toReceipt(
  { sid, status, error_code, error_message, date_updated, date_sent, date_created }: Message,
  now: string,
): ProviderReceipt {
  const reportedAt = firstInstant([date_updated, date_sent, date_created], now);
  return {
    provider_id: sid,
    report: {
      status: toStatus(status),
      reportedAt,
      error_code: error_code == null ? null : String(error_code),
      error_message: error_message ?? null,
    },
  };
}

/** Builds the form of a send request. */
export const buildForm = ({ from, to, text, report_to }: OutgoingText): URLSearchParams =>
  new URLSearchParams({ To: to, From: from, Body: text, ...(report_to === undefined ? {} : { StatusCallback: report_to }) });

/** Builds the query of the message list. Its dates are whole days in GMT. */
export const buildQuery = ({ from, to }: OutgoingText, since: string): URLSearchParams =>
  new URLSearchParams({ To: to, From: from, "DateSent>": since.slice(0, 10), PageSize: "1000" });

/**
 * Tells whether a listed message has this text and these numbers and was created since then. Compares whole seconds, as Twilio
 * gives no fractions.
 */
export const isSameMessage = (message: Message, { from, to, text }: OutgoingText, since: string): boolean =>
  message.to === to &&
  message.from === from &&
  message.body === text &&
  Math.floor(Date.parse(toInstant(message.date_created) ?? since) / 1000) >= Math.floor(Date.parse(since) / 1000);

const Problem = z.object({ code: z.number().nullish(), message: z.string().nullish(), more_info: z.string().nullish() });

/** Returns the fault of a failed answer; undefined for success. */
export function parseFault(answer: WebResponse, now: number, secrets: readonly string[]): ProviderFault | undefined {
  const { status, body } = answer;
  if (status >= 200 && status < 300) return undefined;
  const problem = Problem.safeParse(parseJsonBody(body));
  const { code, message, more_info } = problem.success ? problem.data : {};
  const words = redactMessage(message ?? `Twilio answered ${status}`, secrets);
  const more = more_info && /^https:\/\/www\.twilio\.com\//.test(more_info) ? { url: more_info } : {};
  return toFault("Twilio", answer, now, { code: String(code ?? status), message: words, details: more });
}

/** The form that Twilio posts: a status report of an outbound message, or an inbound message. */
const Callback = z.object({
  MessageSid: z.string().min(1),
  MessageStatus: z.string().optional(),
  ErrorCode: z.string().optional(),
  From: z.string().optional(),
  To: z.string().optional(),
  Body: z.string().optional(),
  OptOutType: z.string().optional(),
  NumMedia: z.string().optional(),
});

/** Maximum number of files of a message, as Twilio states it. */
const MAX_MEDIA = 10;

/** Twilio's verdict on a text, by the keywords of the account in any language. */
const parseVerdict = (optOutType: string | undefined): Keyword | null =>
  keywords.find((keyword) => keyword === optOutType?.toLowerCase()) ?? null;

const parseMedia = (form: URLSearchParams): ReceivedText["media"] =>
  Array.from({ length: Math.min(Number(form.get("NumMedia")) || 0, MAX_MEDIA) }, (_, index) => ({
    url: form.get(`MediaUrl${index}`) ?? "",
    type: form.get(`MediaContentType${index}`),
  })).filter(({ url }) => url !== "");

/** Parses a callback. It contains no time, so the time of the delivery is used. */
export function parseEvent(form: string, deliveryTime: string): ProviderEvent {
  const fields = new URLSearchParams(form);
  const parseResult = Callback.safeParse(Object.fromEntries(fields));
  if (!parseResult.success) return { nothing: "The payload is not a Twilio message event" };
  const { MessageSid, MessageStatus, ErrorCode, From, To, Body, OptOutType } = parseResult.data;
  if (MessageStatus !== undefined && MessageStatus !== "received") {
    const report = {
      status: toStatus(MessageStatus),
      reportedAt: deliveryTime,
      error_code: ErrorCode ?? null,
      error_message: null,
    };
    return { report: { provider_id: MessageSid, report } };
  }
  if (!From || !To) return { nothing: "The message has no From or no To" };
  const origin = { provider_id: MessageSid, from: From, to: To, receivedAt: deliveryTime };
  return { received: { ...origin, text: Body ?? "", verdict: parseVerdict(OptOutType), media: parseMedia(fields) } };
}
