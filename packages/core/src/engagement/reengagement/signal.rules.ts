import type { ContactMethod } from "./member.rules.ts";

/** Classifies interactions and activities for re-engagement: a contact, a response of the person, or neither. Pure. */

export type Signal = { contact: ContactMethod } | "response" | undefined;

const methodByCode: Readonly<Record<string, ContactMethod>> = {
  phone: "PHONE",
  call: "PHONE",
  sms: "SMS",
  email: "EMAIL",
  whatsapp: "WHATSAPP",
  in_person: "IN_PERSON",
  meeting: "IN_PERSON",
};

/** Interaction types that the person initiates, even if no direction is recorded. */
const ownActionTypes: ReadonlySet<string> = new Set(["form_submission", "email_clicked", "website_visit", "download"]);

/** Classifies an interaction by the codes of its type and, if present, its channel. */
export function classifyInteraction(type: string, channel: string | null, direction: "INBOUND" | "OUTBOUND" | null): Signal {
  if (direction === "INBOUND" || (direction === null && ownActionTypes.has(type))) return "response";
  if (direction !== "OUTBOUND") return undefined;
  return { contact: methodByCode[type] ?? (channel === null ? undefined : methodByCode[channel]) ?? "OTHER" };
}

/** Classifies a completed activity. Only calls, mails and meetings count. */
export function classifyActivity(type: string, direction: "INBOUND" | "OUTBOUND" | null): Signal {
  if (!["call", "email", "meeting"].includes(type)) return undefined;
  return direction === "INBOUND" ? "response" : { contact: methodByCode[type] ?? "OTHER" };
}
