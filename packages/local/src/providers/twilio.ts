import { createHmac, randomBytes } from "node:crypto";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { WebRequest, WebResponse } from "@crm/core/kernel/ports.ts";
import {
  type Act,
  type Hook,
  jsonResponse,
  type OutgoingEvent,
  type ProviderDouble,
  type ProviderState,
  randomId,
} from "./double.ts";

/** Twilio, as its published API behaves (docs/messaging/sms-providers.md): messages, their list, status callbacks, inbound messages. */

interface Message {
  sid: string;
  account_sid: string;
  to: string;
  from: string;
  body: string;
  status: string;
  direction: "outbound-api" | "inbound";
  error_code: number | null;
  error_message: string | null;
  date_created: string;
  date_updated: string;
  date_sent: string | null;
  callback: string | null;
}

interface Account {
  account_sid: string;
  auth_token: string;
}

const E164 = /^\+[1-9]\d{6,14}$/;
const API_VERSION = "2010-04-01";
const MAX_BODY_CHARACTERS = 1600;

const errorResponse = (status: number, code: number, message: string, headers?: Record<string, string>): WebResponse =>
  jsonResponse(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }, headers);
const notFound = (path: string): WebResponse => errorResponse(404, 20404, `The requested resource ${path} was not found`);

/** `Mon, 23 Nov 2026 09:00:00 +0000` */
const formatNow = (): string => new Date(Clock.ms()).toUTCString().replace("GMT", "+0000");
const randomHex = (): string => randomBytes(16).toString("hex");

export function twilioDouble(state: ProviderState): ProviderDouble {
  const save = (message: Message): void => state.put("message", message.sid, message);
  const loadAccount = (): Account =>
    state.loadOrCreate("account", "own", () => ({ account_sid: `AC${randomHex()}`, auth_token: randomHex() }));

  const isKnown = ({ headers }: WebRequest): boolean => {
    const [, credentials = ""] = /^Basic (.+)$/.exec(headers.authorization ?? "") ?? [];
    const { account_sid, auth_token } = loadAccount();
    return Buffer.from(credentials, "base64").toString() === `${account_sid}:${auth_token}`;
  };

  const presentMessage = ({ callback: _callback, ...message }: Message) => ({
    ...message,
    ...{ api_version: API_VERSION, num_media: "0", price: null, price_unit: "USD", messaging_service_sid: null },
    uri: `/${API_VERSION}/Accounts/${message.account_sid}/Messages/${message.sid}.json`,
  });

  const send = (request: WebRequest): WebResponse => {
    const form = new URLSearchParams(String(request.body ?? ""));
    const [to, from, body] = ["To", "From", "Body"].map((name) => form.get(name) ?? "") as [string, string, string];
    if (to === "") return errorResponse(400, 21604, "A 'To' phone number is required.");
    if (!E164.test(to)) return errorResponse(400, 21211, `Invalid 'To' Phone Number: ${to}`);
    if (from === "") return errorResponse(400, 21603, "A 'From' phone number is required.");
    if (!E164.test(from)) return errorResponse(400, 21212, `Invalid From Number (caller ID): ${from}`);
    if (body === "") return errorResponse(400, 21602, "Message body is required.");
    if (body.length > MAX_BODY_CHARACTERS)
      return errorResponse(400, 21617, "The concatenated message body exceeds the 1600 character limit");
    if (state.get("stopped", `${to} ${from}`)) return errorResponse(400, 21610, "Attempt to send to unsubscribed recipient");
    const callback = form.get("StatusCallback");
    if (callback !== null && !/^https?:\/\/[^/]/.test(callback))
      return errorResponse(400, 21609, `The 'StatusCallback' URL ${callback} is not a valid URL`);
    const createdMessage: Message = {
      ...{
        sid: `SM${randomHex()}`,
        account_sid: loadAccount().account_sid,
        to,
        from,
        body,
        status: "queued",
        direction: "outbound-api",
      },
      ...{
        error_code: null,
        error_message: null,
        date_created: formatNow(),
        date_updated: formatNow(),
        date_sent: null,
        callback,
      },
    };
    save(createdMessage);
    state.sendText(createdMessage.sid, { from, to, text: body });
    return jsonResponse(201, presentMessage(createdMessage));
  };

  const list = (query: URLSearchParams): WebResponse => {
    const size = Number(query.get("PageSize") ?? 50);
    const since = query.get("DateSent>");
    const to = query.get("To");
    const matches = (to === null ? state.list<Message>("message") : state.listWhere<Message>("message", "to", to))
      .filter(({ from }) => (query.get("From") ?? from) === from)
      .filter(({ date_sent, date_created }) => since === null || new Date(date_sent ?? date_created).toISOString() >= since)
      .reverse()
      .slice(0, Math.min(size, 1000));
    return jsonResponse(200, { messages: matches.map(presentMessage), page: 0, page_size: size, next_page_uri: null });
  };

  const signed = (url: string, boxes: Record<string, string>): string =>
    createHmac("sha1", loadAccount().auth_token)
      .update(
        url +
          Object.keys(boxes)
            .sort()
            .map((name) => name + boxes[name])
            .join(""),
      )
      .digest("base64");

  const queue = (url: string, message: Message, event: string, more: Record<string, string>): OutgoingEvent => {
    const { sid, account_sid, to, from } = message;
    const boxes = {
      ...{ MessageSid: sid, SmsSid: sid, AccountSid: account_sid, To: to, From: from, ApiVersion: API_VERSION },
      ...more,
    };
    const headers = {
      "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
      "user-agent": "TwilioProxy/1.1",
      "x-twilio-signature": signed(url, boxes),
    };
    // Twilio's form encoding: upper-case hex digits, `+` for a space.
    const outgoingEvent = {
      id: randomId(),
      provider: "twilio",
      envelope_id: sid,
      event,
      url,
      headers,
      body: new URLSearchParams(boxes).toString(),
    };
    state.put("waiting", outgoingEvent.id, outgoingEvent);
    return outgoingEvent;
  };

  const became = (message: Message, status: string, error_code: number | null = null): OutgoingEvent[] => {
    const sent = message.date_sent ?? formatNow();
    const next = { ...message, status, error_code, date_updated: formatNow(), date_sent: status === "failed" ? null : sent };
    save(next);
    if (next.callback === null) return [];
    const error: Record<string, string> = error_code === null ? {} : { ErrorCode: String(error_code) };
    return [queue(next.callback, next, status, { MessageStatus: status, SmsStatus: status, ...error })];
  };

  /** The recipient of a message replies. After STOP, the recipient's number accepts no more messages from that sender. */
  const receiveReply = (
    { to, from }: Pick<Message, "to" | "from">,
    body: string,
  ): { wrong: string } | { events: OutgoingEvent[] } => {
    const hook = state.get<Hook>("hook", "account");
    if (!hook) return { wrong: "The account has no hook for inbound messages" };
    const word = body.trim().toUpperCase();
    if (word === "STOP") state.put("stopped", `${to} ${from}`, true);
    if (word === "START") state.remove("stopped", `${to} ${from}`);
    const inboundMessage: Message = {
      ...{
        sid: `SM${randomHex()}`,
        account_sid: loadAccount().account_sid,
        to: from,
        from: to,
        body,
        status: "received",
        direction: "inbound",
      },
      ...{ error_code: null, error_message: null, date_created: formatNow(), date_updated: formatNow(), date_sent: formatNow() },
      callback: null,
    };
    save(inboundMessage);
    const more = { Body: body, NumMedia: "0", NumSegments: "1", SmsMessageSid: inboundMessage.sid, SmsStatus: "received" };
    return { events: [queue(hook.url, inboundMessage, "received", more)] };
  };

  return {
    provider: "twilio",
    hosts: ["api.twilio.com"],
    async serve(request) {
      const { pathname, searchParams } = new URL(request.url);
      if (!isKnown(request)) return errorResponse(401, 20003, "Authenticate");
      const path = pathname.replace(`/${API_VERSION}/Accounts/${loadAccount().account_sid}`, "");
      const key = `${request.method} ${path}`;
      if (key === "GET .json")
        return jsonResponse(200, {
          sid: loadAccount().account_sid,
          friendly_name: "Harbour Messages",
          status: "active",
          type: "Full",
        });
      if (key === "POST /Messages.json") return send(request);
      if (key === "GET /Messages.json") return list(searchParams);
      const message = state.get<Message>("message", /^GET \/Messages\/(\w+)\.json$/.exec(key)?.[1] ?? "");
      return message ? jsonResponse(200, presentMessage(message)) : notFound(pathname);
    },
    failureResponse: (mode) =>
      ({
        error: errorResponse(500, 20500, "An internal server error has occurred"),
        refused: errorResponse(
          400,
          21408,
          "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
        ),
        rate_limited: errorResponse(429, 20429, "Too Many Requests", { "retry-after": "7" }),
      })[mode],
    credentials: async () => ({ ...loadAccount() }),
    async configure({ hook }) {
      state.setHook(hook);
      return undefined;
    },
    async performAct(sid, { do: action, reason, to }: Act) {
      if (action === "text" && to !== undefined) return receiveReply({ to: sid, from: to }, reason ?? "Hello");
      const message = state.get<Message>("message", sid);
      if (!message) return { wrong: "No such message" };
      if (action === "reply") return receiveReply(message, reason ?? "Yes");
      if (["delivered", "undelivered", "failed"].includes(message.status)) return { wrong: `The message is ${message.status}` };
      if (action === "send") return { events: became(message, "sent") };
      if (action === "deliver") return { events: became(message, "delivered") };
      if (action === "undeliver") return { events: became(message, "undelivered", Number(reason ?? 30005)) };
      if (action === "fail") return { events: became(message, "failed", Number(reason ?? 30001)) };
      return { wrong: "The action must be send, deliver, undeliver, fail, reply or text" };
    },
    listEnvelopes: () => state.list<Message>("message").map(presentMessage),
  };
}
