import { findPart, parseForm } from "./form-body.rules.ts";
import { hmac, isEqual, sha256 } from "./signature-primitives.rules.ts";
import type { SignatureCheck, WebhookRequest } from "./webhook-request.ts";

/** The answer that Dropbox Sign requires: after any other one it sends again. */
export const ACKNOWLEDGEMENT = "Hello API Event Received";

/** Returns the text of an event: the form field `json`. */
export function readEventText({ bytes, headers }: Pick<WebhookRequest, "bytes" | "headers">): string | undefined {
  const type = headers["content-type"] ?? "";
  if (/^\s*multipart\/form-data\b/i.test(type)) return findPart(bytes, type, "json")?.toString("utf8");
  if (/^\s*application\/json\b/i.test(type)) return Buffer.from(bytes).toString("utf8");
  const [text, ...more] = parseForm(bytes)?.get("json") ?? [];
  return more.length === 0 ? text : undefined;
}

/**
 * Checks a signature of Dropbox Sign: `event_hash` is the HMAC-SHA256 of the event's time and type, in hexadecimal, with the API
 * key. It covers nothing else, so the event is only a hint: handlers must ask the provider.
 */
export const checkDropboxSign: SignatureCheck = (call, { secrets }) => {
  const text = readEventText(call);
  const { event_time, event_type, event_hash } = parseEvent(text);
  if (text === undefined || event_time === "" || event_type === "" || event_hash === "") return undefined;
  const isGenuine = secrets.some((secret) => isEqual(hmac("sha256", secret, event_time, event_type).toString("hex"), event_hash));
  return isGenuine ? { external_id: null, idempotencyKey: sha256(text) } : undefined;
};

function parseEvent(text: string | undefined): Record<"event_time" | "event_type" | "event_hash", string> {
  const { event } = (parseObject(text) ?? {}) as { event?: Record<string, unknown> | null };
  const readField = (field: string): string => {
    const value = event?.[field];
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
  };
  return { event_time: readField("event_time"), event_type: readField("event_type"), event_hash: readField("event_hash") };
}

function parseObject(text: string | undefined): object | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
