import * as z from "zod";
import type { WebResponse } from "../../kernel/ports.ts";
import type { ProviderFault } from "../../lib/provider-http/fault.ts";
import { parseJsonBody, redactMessage, toInstant } from "../../lib/provider-http/http.rules.ts";
import type { DeliveryReport } from "./message-status.rules.ts";
import { firstInstant, mapStatus, type StatusMap, toFault } from "./sms-provider.rules.ts";
import type { OutgoingText, ProviderEvent, ProviderReceipt } from "./sms-provider.ts";

/** What Twilio's Programmable Messaging says, as we say it (docs/messaging/sms-providers.md). Pure. */

export const API_HOST = "api.twilio.com";

export const Message = z.object({
  sid: z.string(),
  status: z.string(),
  to: z.string().nullish(),
  from: z.string().nullish(),
  body: z.string().nullish(),
  error_code: z.number().nullish(),
  error_message: z.string().nullish(),
  /** RFC 2822. */
  date_created: z.string().nullish(),
  date_updated: z.string().nullish(),
  date_sent: z.string().nullish(),
});
export type Message = z.output<typeof Message>;

/** What is on its way at Twilio has been handed over; what it is to be later has been too. */
const statusMap: StatusMap = {
  ...{ accepted: "sent", scheduled: "sent", queued: "sent", sending: "sent", sent: "sent", partially_delivered: "sent" },
  ...{ delivered: "delivered", read: "delivered", undelivered: "undelivered", failed: "failed", canceled: "failed" },
};

export const toStatus = (status: string): DeliveryReport["status"] => mapStatus(statusMap, status);

export function toReceipt(
  { sid, status, error_code, error_message, date_updated, date_sent, date_created }: Message,
  now: string,
): ProviderReceipt {
  const at = firstInstant([date_updated, date_sent, date_created], now);
  return {
    provider_id: sid,
    report: {
      status: toStatus(status),
      at,
      error_code: error_code == null ? null : String(error_code),
      error_message: error_message ?? null,
    },
  };
}

/** The boxes of a message that is to be sent. */
export const buildForm = ({ from, to, text, report_to }: OutgoingText): URLSearchParams =>
  new URLSearchParams({ To: to, From: from, Body: text, ...(report_to === undefined ? {} : { StatusCallback: report_to }) });

/** Which messages a list is asked for: dates are of GMT, and whole. */
export const buildQuery = ({ from, to }: OutgoingText, since: string): URLSearchParams =>
  new URLSearchParams({ To: to, From: from, "DateSent>": since.slice(0, 10), PageSize: "1000" });

/** Whether it is of these words, between these numbers, and was made since then: by seconds, because Twilio's have no parts. */
export const isSameMessage = (message: Message, { from, to, text }: OutgoingText, since: string): boolean =>
  message.to === to &&
  message.from === from &&
  message.body === text &&
  Math.floor(Date.parse(toInstant(message.date_created) ?? since) / 1000) >= Math.floor(Date.parse(since) / 1000);

const Problem = z.object({ code: z.number().nullish(), message: z.string().nullish(), more_info: z.string().nullish() });

/** What an answer says is wrong, or undefined where it says yes. */
export function parseFault(answer: WebResponse, now: number, secrets: readonly string[]): ProviderFault | undefined {
  const { status, body } = answer;
  if (status >= 200 && status < 300) return undefined;
  const problem = Problem.safeParse(parseJsonBody(body));
  const { code, message, more_info } = problem.success ? problem.data : {};
  const words = redactMessage(message ?? `Twilio answered ${status}`, secrets);
  const more = more_info && /^https:\/\/www\.twilio\.com\//.test(more_info) ? { url: more_info } : {};
  return toFault("Twilio", answer, now, { code: String(code ?? status), message: words, details: more });
}

/** What Twilio posts: of a message that goes out, what has become of it; else one that came in. */
const Callback = z.object({
  MessageSid: z.string().min(1),
  MessageStatus: z.string().optional(),
  ErrorCode: z.string().optional(),
  From: z.string().optional(),
  To: z.string().optional(),
  Body: z.string().optional(),
});

/** Its callbacks have no time of their own: that of the delivery is the nearest to it. */
export function parseEvent(form: string, at: string): ProviderEvent {
  const told = Callback.safeParse(Object.fromEntries(new URLSearchParams(form)));
  if (!told.success) return { nothing: "Not a message as Twilio tells of them" };
  const { MessageSid, MessageStatus, ErrorCode, From, To, Body } = told.data;
  if (MessageStatus !== undefined && MessageStatus !== "received") {
    const report = { status: toStatus(MessageStatus), at, error_code: ErrorCode ?? null, error_message: null };
    return { report: { provider_id: MessageSid, report } };
  }
  if (!From || !To) return { nothing: "Without From and To" };
  return { received: { provider_id: MessageSid, from: From, to: To, text: Body ?? "", at } };
}
