import * as z from "zod";
import type { WebResponse } from "../../kernel/ports.ts";
import type { ProviderFault } from "../../lib/provider-http/fault.ts";
import { parseJsonBody, redactMessage, toInstant } from "../../lib/provider-http/http.rules.ts";
import type { DeliveryReport } from "./message-status.rules.ts";
import type { Keyword } from "./opt-out-keywords.rules.ts";
import { firstInstant, mapStatus, type StatusMap, toFault } from "./sms-provider.rules.ts";
import type { OutgoingText, ProviderEvent, ProviderReceipt, ReceivedText } from "./sms-provider.ts";

/** Pure rules: converts requests and answers of the Telnyx messaging API (docs/messaging/sms-providers.md). */

export const API_HOST = "api.telnyx.com";

const Problem = z.object({
  code: z.union([z.string(), z.number()]).nullish(),
  title: z.string().nullish(),
  detail: z.string().nullish(),
});

export const Message = z.object({
  id: z.string(),
  to: z.array(z.object({ phone_number: z.string().nullish(), status: z.string().nullish() })).nullish(),
  errors: z.array(Problem).nullish(),
  received_at: z.string().nullish(),
  sent_at: z.string().nullish(),
  completed_at: z.string().nullish(),
});
export type Message = z.output<typeof Message>;

/** A message that never gets a delivery report stays `sent`. */
const statusMap: StatusMap = {
  ...{ queued: "sent", sending: "sent", sent: "sent", delivery_unconfirmed: "sent", dlr_timeout: "sent", gw_timeout: "sent" },
  ...{
    delivered: "delivered",
    delivery_failed: "undelivered",
    expired: "undelivered",
    sending_failed: "failed",
    gw_reject: "failed",
  },
};

export const toStatus = (status: string): DeliveryReport["status"] => mapStatus(statusMap, status);

export function toReceipt({ id, to, errors, completed_at, sent_at, received_at }: Message, now: string): ProviderReceipt {
  const reportedAt = firstInstant([completed_at, sent_at, received_at], now);
  const [problem] = errors ?? [];
  return {
    provider_id: id,
    report: {
      ...{ status: toStatus(to?.[0]?.status ?? ""), reportedAt },
      error_code: problem?.code == null ? null : String(problem.code),
      error_message: problem?.detail ?? problem?.title ?? null,
    },
  };
}

/** Builds the body of a send request. Status reports go only to the message's own URL, not also to that of the messaging profile. */
export const buildBody = ({ from, to, text, report_to }: OutgoingText): string =>
  JSON.stringify({
    ...{ from, to, text, type: "SMS" },
    ...(report_to === undefined ? {} : { webhook_url: report_to, use_profile_webhooks: false }),
  });

const Problems = z.object({ errors: z.array(Problem) });

/** Returns the fault of a failed answer; undefined for success. */
export function parseFault(answer: WebResponse, now: number, secrets: readonly string[]): ProviderFault | undefined {
  const { status, body } = answer;
  if (status >= 200 && status < 300) return undefined;
  const problems = Problems.safeParse(parseJsonBody(body));
  const [problem] = problems.success ? problems.data.errors : [];
  const code = String(problem?.code ?? status);
  const words = redactMessage(problem?.detail ?? problem?.title ?? `Telnyx answered ${status}`, secrets);
  return toFault("Telnyx", answer, now, { code, message: words, resetHeaders: ["x-ratelimit-reset"] });
}

const Event = z.object({
  data: z.object({
    event_type: z.string(),
    occurred_at: z.string().nullish(),
    payload: Message.extend({
      direction: z.string().nullish(),
      from: z.object({ phone_number: z.string().nullish() }).nullish(),
      text: z.string().nullish(),
      autoresponse_type: z.string().nullish(),
      media: z.array(z.object({ url: z.string().nullish(), content_type: z.string().nullish() })).nullish(),
    }),
  }),
});

/** Maximum number of files of a message. */
const MAX_MEDIA = 10;

type Payload = z.output<typeof Event>["data"]["payload"];

/** Telnyx's verdict on a text, by the keywords of the messaging profile: `OPT_OUT`, `OPT_IN` or `HELP`, in other versions `STOP` and `START`. */
function parseVerdict({ autoresponse_type }: Payload): Keyword | null {
  const type = autoresponse_type?.toUpperCase().replaceAll(/[^A-Z]/g, "");
  if (type === "OPTOUT" || type === "STOP") return "stop";
  if (type === "OPTIN" || type === "START") return "start";
  return type === "HELP" || type === "INFO" ? "help" : null;
}

const listMedia = ({ media }: Payload): ReceivedText["media"] =>
  (media ?? []).flatMap(({ url, content_type }) => (url ? [{ url, type: content_type ?? null }] : [])).slice(0, MAX_MEDIA);

/** Parses an event from Telnyx: `message.sent` and `message.finalized` for outbound messages, `message.received` for inbound ones. */
export function parseEvent(body: unknown, now: string): ProviderEvent {
  const parseResult = Event.safeParse(body);
  if (!parseResult.success) return { nothing: "The payload is not a Telnyx message event" };
  const { event_type, occurred_at, payload } = parseResult.data.data;
  const occurredAt = toInstant(occurred_at) ?? now;
  if (event_type === "message.sent" || event_type === "message.finalized") {
    const receipt = toReceipt(payload, occurredAt);
    return { report: { ...receipt, report: { ...receipt.report, reportedAt: occurredAt } } };
  }
  const [from, to] = [payload.from?.phone_number, payload.to?.[0]?.phone_number];
  if (event_type !== "message.received") return { nothing: `No action for ${event_type}` };
  if (!from || !to) return { nothing: "The message has no from or no to" };
  const origin = { provider_id: payload.id, from, to, receivedAt: occurredAt };
  return { received: { ...origin, text: payload.text ?? "", verdict: parseVerdict(payload), media: listMedia(payload) } };
}
