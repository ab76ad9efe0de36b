import { readEventText } from "./dropbox-sign.rules.ts";
import { parseForm } from "./form-body.rules.ts";
import type { Provider } from "./providers.ts";
import { parseSnsMessage } from "./sns.rules.ts";

/** The type and subject of a delivery for lists, read from its body only; null if they cannot be read. */
interface EventSummary {
  event_type: string | null;
  subject: string | null;
}

/**
 * Returns the text of an event without the form or envelope around it, with characters that texts may have (kernel/text-content.ts). The signature
 * was checked on the bytes, which stay stored as they were sent.
 */
export function extractEventText(provider: Provider, bytes: Uint8Array, content_type: string | null): string {
  const inner =
    provider === "dropbox_sign" ? readEventText({ bytes, headers: { "content-type": content_type ?? "" } }) : undefined;
  const posted = provider === "ses" ? parseSnsMessage(bytes) : undefined;
  return repairCharacters(inner ?? (posted?.Type === "Notification" ? posted.Message : Buffer.from(bytes).toString("utf8")));
}

/** Escapes in JSON: a surrogate pair, half of one or NUL, or any other. */
const JSON_ESCAPE_PATTERN = /\\u(?:d[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|(?<invalid>d[89a-f][0-9a-f]{2}|0000))|\\./gis;

/** Replaces halves of surrogate pairs and NUL, which no text may have, by U+FFFD. In JSON and forms they may be escaped. */
function repairCharacters(text: string): string {
  const repairedText = text.toWellFormed().replaceAll("\0", "\ufffd");
  if (!/^\s*[[{]/.test(repairedText)) return repairedText.replaceAll("%00", encodeURIComponent("\ufffd"));
  return repairedText.replaceAll(JSON_ESCAPE_PATTERN, (sequence: string, invalid: string | undefined) =>
    invalid === undefined ? sequence : "\\ufffd",
  );
}

/** The JSON paths or form fields with a provider's event type and subject. */
const summaryPaths: Readonly<Record<Provider, { type: readonly string[]; subject: readonly string[] }>> = {
  docusign: { type: ["event"], subject: ["data.envelopeId"] },
  dropbox_sign: { type: ["event.event_type"], subject: ["signature_request.signature_request_id"] },
  standard: { type: ["type"], subject: ["data.id"] },
  stripe: { type: ["type"], subject: ["data.object.id"] },
  telnyx: { type: ["data.event_type"], subject: ["data.payload.id", "data.id"] },
  twilio: { type: ["MessageStatus", "SmsStatus", "CallStatus", "EventType"], subject: ["MessageSid", "SmsSid", "CallSid"] },
  plivo: { type: ["Status", "Event", "Type"], subject: ["MessageUUID", "CallUUID"] },
  ses: { type: ["eventType", "notificationType", "Type"], subject: ["mail.messageId", "TopicArn"] },
};

export function summarizeEvent(provider: Provider, text: string): EventSummary {
  const { type, subject } = summaryPaths[provider];
  const values = parseJson(text) ?? toFormValues(text);
  return { event_type: findFirstValue(values, type), subject: findFirstValue(values, subject) };
}

/** Maximum number of characters shown. */
const MAX_VALUE_LENGTH = 200;

function findFirstValue(payload: unknown, paths: readonly string[]): string | null {
  for (const path of paths) {
    const value = path.split(".").reduce<unknown>((above, part) => {
      const isObject = typeof above === "object" && above !== null && Object.hasOwn(above, part);
      return isObject ? (above as Record<string, unknown>)[part] : undefined;
    }, payload);
    if ((typeof value === "string" && value !== "") || typeof value === "number")
      return String(value).slice(0, MAX_VALUE_LENGTH).toWellFormed();
  }
  return null;
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : undefined;
  } catch {
    return undefined;
  }
}

const toFormValues = (text: string): Record<string, string> =>
  Object.fromEntries([...(parseForm(Buffer.from(text)) ?? [])].map(([name, [value = ""]]) => [name, value]));
