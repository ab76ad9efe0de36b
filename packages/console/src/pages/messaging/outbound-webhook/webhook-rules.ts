import { fieldLabel } from "../../../api/field-label.ts";
import type { KindSummary } from "../../../api/kind.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";
import type { Hue } from "../../../ui/kit/hue.ts";

/** Webhooks as people read them: events, statuses and what a delivery did. */

/** The pattern of all events. */
const ALL_EVENTS = "*";

type Named = Pick<KindSummary, "kind" | "labels">;

const nameHappening = (name: string, t: Translate): string => {
  const names: Readonly<Record<string, string>> = {
    "*": t("everything"),
    created: t("created"),
    updated: t("changed"),
    deleted: t("deleted"),
    restored: t("restored"),
    removed: t("removed for good"),
  };
  return names[name] ?? fieldLabel(name).toLocaleLowerCase();
};

/** Names a pattern of events: `lead.created` is “Leads: created”. */
export function nameEvent(pattern: string, kinds: readonly Named[], t: Translate): string {
  if (pattern === ALL_EVENTS) return t("All events");
  if (pattern === "webhook.test") return t("Test event");
  const [kind = "", name = ""] = pattern.split(".");
  const labels = kinds.find((candidate) => candidate.kind === kind)?.labels ?? fieldLabel(kind);
  return t("{kind}: {event}", { kind: labels, event: nameHappening(name, t) });
}

const OFFERED = ["*", "created", "updated", "deleted"];

/** The events that a form offers. The API knows more, such as `lead.converted`. */
export const listEventChoices = (kinds: readonly Named[], t: Translate): { readonly id: string; readonly label: string }[] =>
  [ALL_EVENTS, ...kinds.flatMap(({ kind }) => OFFERED.map((name) => `${kind}.${name}`))].map((id) => ({
    id,
    label: nameEvent(id, kinds, t),
  }));

/** Adds a pattern, and takes away those that it contains: `lead.*` stands for `lead.created`. */
export function addEvent(events: readonly string[], added: string): string[] {
  if (added === ALL_EVENTS) return [ALL_EVENTS];
  const [kind] = added.split(".");
  if (events.includes(ALL_EVENTS) || events.includes(`${kind}.*`) || events.includes(added)) return [...events];
  const others = added.endsWith(".*") ? events.filter((event) => !event.startsWith(`${kind}.`)) : events;
  return [...others, added];
}

interface StatusText {
  readonly label: string;
  readonly hue: Hue;
}

/** Says whether an endpoint gets events. */
export function describeEndpoint(status: string, isFailing: boolean, t: Translate): StatusText {
  if (status === "PAUSED") return { label: t("Paused"), hue: "gray" };
  if (status === "OFF") return { label: t("Switched off"), hue: "red" };
  return isFailing ? { label: t("Failing"), hue: "orange" } : { label: t("Active"), hue: "green" };
}

interface Attempt {
  readonly outcome: "taken" | "refused" | "no_answer";
  readonly status: number | null;
}

/** Says what an endpoint answered. */
export function describeAttempt({ outcome, status }: Attempt, t: Translate): StatusText {
  if (outcome === "taken") return { label: t("Delivered ({status})", { status }), hue: "green" };
  if (outcome === "refused") return { label: t("Refused ({status})", { status }), hue: "red" };
  return { label: t("No answer"), hue: "orange" };
}

export const inboundStatuses = ["received", "held", "done", "quarantined"] as const;

/** Says what became of a delivery from a provider. */
export function describeInbound(status: string, t: Translate): StatusText {
  const texts: Readonly<Record<string, StatusText>> = {
    received: { label: t("Received"), hue: "blue" },
    held: { label: t("Waits for its record"), hue: "yellow" },
    done: { label: t("Processed"), hue: "green" },
    quarantined: { label: t("Failed"), hue: "red" },
  };
  return texts[status] ?? { label: fieldLabel(status), hue: "gray" };
}

export const providerNames: Readonly<Record<string, string>> = {
  docusign: "DocuSign",
  dropbox_sign: "Dropbox Sign",
  plivo: "Plivo",
  ses: "Amazon SES",
  standard: "Standard Webhooks",
  stripe: "Stripe",
  telnyx: "Telnyx",
  twilio: "Twilio",
};

/** Writes how long an answer took: `120 ms`. */
export const formatDuration = (milliseconds: number, locale: string): string =>
  new Intl.NumberFormat(locale, { style: "unit", unit: "millisecond", maximumFractionDigits: 0 }).format(milliseconds);
