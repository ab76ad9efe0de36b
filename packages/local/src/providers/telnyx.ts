import { createPrivateKey, generateKeyPairSync, randomUUID, sign } from "node:crypto";
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

/** Telnyx, as its published API behaves (docs/messaging/sms-providers.md): messages, their webhooks, inbound messages. */

interface Problem {
  code: string;
  title: string;
  detail: string;
}

interface Message {
  record_type: "message";
  id: string;
  direction: "outbound" | "inbound";
  type: "SMS";
  from: { phone_number: string };
  to: { phone_number: string; status: string }[];
  text: string;
  webhook_url: string | null;
  received_at: string;
  sent_at: string | null;
  completed_at: string | null;
  errors: Problem[];
}

interface Account {
  api_key: string;
  /** The key that verifies its webhooks: base64 of 32 bytes. */
  public_key: string;
  private_key: string;
}

const E164 = /^\+[1-9]\d{6,14}$/;

const errorResponse = (
  status: number,
  code: string,
  title: string,
  detail: string,
  headers?: Record<string, string>,
): WebResponse => jsonResponse(status, { errors: [{ code, title, detail }] }, headers);

export function telnyxDouble(state: ProviderState): ProviderDouble {
  const save = (message: Message): void => state.put("message", message.id, message);
  const loadAccount = (): Account =>
    state.loadOrCreate("account", "own", () => {
      const { publicKey, privateKey } = generateKeyPairSync("ed25519");
      return {
        api_key: `KEY${randomUUID().replaceAll("-", "").toUpperCase()}`,
        public_key: publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("base64"),
        private_key: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
      };
    });

  const send = (request: WebRequest): WebResponse => {
    let input: Record<string, unknown>;
    try {
      input = JSON.parse(String(request.body ?? "")) as Record<string, unknown>;
    } catch {
      return errorResponse(400, "10015", "Bad Request", "The request body is not valid JSON");
    }
    const { from, to, text, webhook_url = null } = input;
    if (typeof from !== "string" || !E164.test(from))
      return errorResponse(400, "40305", "Invalid 'from' address", "The 'from' address should be a valid, configured number");
    if (typeof to !== "string" || !E164.test(to))
      return errorResponse(400, "40310", "Invalid 'to' address", "The 'to' address should be a phone number in E.164 format");
    if (typeof text !== "string" || text === "")
      return errorResponse(400, "40302", "Missing message content", "The message should have text or media");
    if (state.get("stopped", `${to} ${from}`))
      return errorResponse(400, "40300", "Blocked due to STOP message", "Messages cannot be sent: the recipient has opted out");
    const createdMessage: Message = {
      ...{ record_type: "message", id: randomUUID(), direction: "outbound", type: "SMS", text },
      ...{ from: { phone_number: from }, to: [{ phone_number: to, status: "queued" }] },
      webhook_url: webhook_url === null ? null : String(webhook_url),
      ...{ received_at: Clock.now(), sent_at: null, completed_at: null, errors: [] },
    };
    save(createdMessage);
    state.sendText(createdMessage.id, { from, to, text });
    return jsonResponse(200, { data: createdMessage });
  };

  const queue = (url: string, message: Message, event: string): OutgoingEvent => {
    const data = { record_type: "event", id: randomId(), event_type: event, occurred_at: Clock.now(), payload: message };
    const body = JSON.stringify({ data, meta: { attempt: 1, delivered_to: url } });
    const time = String(Math.floor(Clock.ms() / 1000));
    const key = createPrivateKey(loadAccount().private_key);
    const headers = {
      ...{ "content-type": "application/json", "user-agent": "telnyx-webhooks", "telnyx-timestamp": time },
      "telnyx-signature-ed25519": sign(null, Buffer.from(`${time}|${body}`), key).toString("base64"),
    };
    const outgoingEvent = { id: randomId(), provider: "telnyx", envelope_id: message.id, event, url, headers, body };
    state.put("waiting", outgoingEvent.id, outgoingEvent);
    return outgoingEvent;
  };

  const became = (message: Message, status: string, errors: Problem[] = []): OutgoingEvent[] => {
    const isOver = status !== "sent";
    const next: Message = {
      ...message,
      ...{ to: message.to.map((recipient) => ({ ...recipient, status })), errors },
      sent_at: message.sent_at ?? (status === "sending_failed" ? null : Clock.now()),
      completed_at: isOver ? Clock.now() : null,
    };
    save(next);
    return next.webhook_url === null ? [] : [queue(next.webhook_url, next, isOver ? "message.finalized" : "message.sent")];
  };

  /** The recipient of a message replies. After STOP, the recipient's number accepts no more messages from that sender. */
  const receiveReply = (
    { to, from }: Pick<Message, "to" | "from">,
    text: string,
  ): { wrong: string } | { events: OutgoingEvent[] } => {
    const hook = state.get<Hook>("hook", "account");
    if (!hook) return { wrong: "The account has no hook for inbound messages" };
    const [{ phone_number } = { phone_number: "" }] = to;
    const word = text.trim().toUpperCase();
    if (word === "STOP") state.put("stopped", `${phone_number} ${from.phone_number}`, true);
    if (word === "START") state.remove("stopped", `${phone_number} ${from.phone_number}`);
    const inboundMessage: Message = {
      ...{ record_type: "message", id: randomUUID(), direction: "inbound", type: "SMS", text, webhook_url: null },
      ...{ from: { phone_number }, to: [{ phone_number: from.phone_number, status: "webhook_delivered" }] },
      ...{ received_at: Clock.now(), sent_at: null, completed_at: null, errors: [] },
    };
    save(inboundMessage);
    return { events: [queue(hook.url, inboundMessage, "message.received")] };
  };

  return {
    provider: "telnyx",
    hosts: ["api.telnyx.com"],
    async serve(request) {
      const key = `${request.method} ${new URL(request.url).pathname.replace(/^\/v2/, "")}`;
      if (request.headers.authorization !== `Bearer ${loadAccount().api_key}`)
        return errorResponse(401, "10009", "Authentication failed", "Could not understand the provided credentials");
      if (key === "GET /balance")
        return jsonResponse(200, { data: { record_type: "balance", balance: "300.00", currency: "USD" } });
      if (key === "POST /messages") return send(request);
      const message = state.get<Message>("message", /^GET \/messages\/([\w-]+)$/.exec(key)?.[1] ?? "");
      if (!message) return errorResponse(404, "10005", "Resource not found", "The requested resource or URL could not be found");
      return jsonResponse(200, { data: message });
    },
    failureResponse: (mode) =>
      ({
        error: errorResponse(500, "10007", "Unexpected error", "An unexpected error occurred"),
        refused: errorResponse(
          403,
          "40331",
          "Number not enabled for messaging",
          "The number is not enabled for messaging to this region",
        ),
        rate_limited: errorResponse(429, "10011", "Too many requests", "The maximum number of requests was exceeded", {
          "retry-after": "7",
        }),
      })[mode],
    async credentials() {
      const { api_key, public_key } = loadAccount();
      return { api_key, public_key };
    },
    async configure({ hook }) {
      state.setHook(hook);
      return undefined;
    },
    async performAct(id, { do: action, reason, to }: Act) {
      if (action === "text" && to !== undefined) {
        const textMessage = { from: { phone_number: to }, to: [{ phone_number: id, status: "received" }] };
        return receiveReply(textMessage, reason ?? "Hello");
      }
      const message = state.get<Message>("message", id);
      if (!message) return { wrong: "No such message" };
      if (action === "reply") return receiveReply(message, reason ?? "Yes");
      if (message.completed_at !== null) return { wrong: `The message is ${message.to[0]?.status}` };
      const listProblems = (code: string, title: string): Problem[] => [{ code: reason ?? code, title, detail: title }];
      if (action === "send") return { events: became(message, "sent") };
      if (action === "deliver") return { events: became(message, "delivered") };
      if (action === "undeliver")
        return { events: became(message, "delivery_failed", listProblems("40006", "Recipient server unavailable")) };
      if (action === "fail") return { events: became(message, "sending_failed", listProblems("40001", "Not routable")) };
      return { wrong: "The action must be send, deliver, undeliver, fail, reply or text" };
    },
    listEnvelopes: () => state.list<Message>("message"),
  };
}
