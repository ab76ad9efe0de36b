import type { ContactMethod } from "./member.rules.ts";

/** What interactions and activities say of re-engagement: a contact, something of the person's own doing, or nothing. Pure. */

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

/** What persons do themselves, whether or not it is said in which direction. */
const ownActionTypes: ReadonlySet<string> = new Set(["form_submission", "email_clicked", "website_visit", "download"]);

/** Codes of the type and, where it has one, of the channel. */
export function classifyInteraction(type: string, channel: string | null, direction: "INBOUND" | "OUTBOUND" | null): Signal {
  if (direction === "INBOUND" || (direction === null && ownActionTypes.has(type))) return "response";
  if (direction !== "OUTBOUND") return undefined;
  return { contact: methodByCode[type] ?? (channel === null ? undefined : methodByCode[channel]) ?? "OTHER" };
}

/** Of an activity that is completed: calls, mails and meetings. */
export function classifyActivity(type: string, direction: "INBOUND" | "OUTBOUND" | null): Signal {
  if (!["call", "email", "meeting"].includes(type)) return undefined;
  return direction === "INBOUND" ? "response" : { contact: methodByCode[type] ?? "OTHER" };
}
