import * as z from "zod";
import { isFault } from "../../../lib/provider-http/fault.ts";
import { toInstant } from "../../../lib/provider-http/http.rules.ts";
import { Recipients, Summary, toFacts } from "./docusign.rules.ts";
import type { EnvelopeState, Facts, ProviderName, SignatureProvider, SignerFact } from "./provider.ts";

/**
 * Pure rules: converts providers' events to facts. The caller has verified the signature of the bytes. An unreadable event is quarantined with the
 * reason; unknown fields are ignored.
 */
export type ProviderEvent =
  /** Facts that can be applied directly. */
  | { envelope_id: string; event: string; facts: Facts }
  /** The envelope has changed; the caller asks the provider how (`fetchStatus`). */
  | { envelope_id: string; event: string; hint: true }
  /** No action needed, such as a test of the webhook URL. */
  | { event: string; ignored: string }
  | { event: string | null; quarantined: string };

const DocusignBody = z.object({
  event: z.string().min(1).max(100),
  generatedDateTime: z.string().max(100).nullish(),
  data: z
    .object({
      envelopeId: z.string().min(1).max(100).nullish(),
      recipientId: z.string().min(1).max(100).nullish(),
      envelopeSummary: z.unknown().optional(),
    })
    .nullish(),
});

const envelopeEvents: Readonly<Record<string, EnvelopeState>> = {
  "envelope-sent": "sent",
  "envelope-delivered": "delivered",
  "envelope-completed": "completed",
  "envelope-declined": "declined",
  "envelope-voided": "voided",
};

const recipientEvents: Readonly<Record<string, SignerFact["state"]>> = {
  "recipient-sent": "sent",
  "recipient-delivered": "delivered",
  "recipient-completed": "signed",
  "recipient-declined": "declined",
};

/** Events whose effect is visible only in the status of the envelope. */
const refreshEvents = new Set([
  "envelope-resent",
  "envelope-corrected",
  "recipient-reassign",
  "recipient-resent",
  "recipient-finish-later",
]);

/**
 * Parses a DocuSign Connect event in JSON SIM format (`restv2.1`). The event says what happened; the summary, if there is one, describes the envelope
 * and its signers at that moment. The order of several events is not decided here.
 */
export function parseDocusignEvent(body: unknown): ProviderEvent {
  const { data: read } = DocusignBody.safeParse(body);
  if (!read) return { event: readEventName(body), quarantined: "Not a DocuSign Connect event in JSON (SIM)" };
  const { event, data } = read;
  const envelope_id = data?.envelopeId;
  const isKnown = Object.hasOwn(envelopeEvents, event) || Object.hasOwn(recipientEvents, event) || refreshEvents.has(event);
  if (!isKnown) return { event, ignored: "Event without an effect here" };
  if (!envelope_id) return { event, quarantined: "data.envelopeId is missing" };
  const eventTime = toInstant(read.generatedDateTime);
  if (eventTime === undefined) return { event, quarantined: "generatedDateTime is missing or not a timestamp" };
  const summary = parseSummary(data?.envelopeSummary);
  if (summary.wrong !== undefined) return { event, quarantined: summary.wrong };
  const envelopeSummary = summary.value;
  if (envelopeSummary?.envelopeId && envelopeSummary.envelopeId.toLowerCase() !== envelope_id.toLowerCase())
    return { event, quarantined: "data.envelopeSummary belongs to another envelope" };
  const facts: Facts = envelopeSummary
    ? toFacts(envelopeSummary, eventTime, "docusign:event")
    : { time: eventTime, source: "docusign:event" };
  const state = envelopeEvents[event];
  const signer = recipientEvents[event];
  if (signer !== undefined) {
    const ref = data?.recipientId;
    if (!ref) return { event, quarantined: "data.recipientId is missing" };
    const signers = facts.signers ?? [];
    const isTold = signers.some((fact) => fact.ref === ref && fact.state === signer);
    const otherFacts = signers.filter((fact) => fact.ref !== ref || signerRanks[fact.state] > signerRanks[signer]);
    const isPassed = otherFacts.some((fact) => fact.ref === ref);
    return {
      envelope_id,
      event,
      facts:
        isTold || isPassed
          ? { ...facts, time: eventTime }
          : { ...facts, time: eventTime, signers: [...otherFacts, { ref, state: signer, time: eventTime }] },
    };
  }
  // A summary may be later, and so further, than its event.
  if (state !== undefined && (facts.state === undefined || stateRanks[facts.state] < stateRanks[state]))
    return { envelope_id, event, facts: { ...facts, state, time: eventTime } };
  if (facts.state === undefined && !facts.signers) return { envelope_id, event, hint: true };
  return { envelope_id, event, facts };
}

const signerRanks: Readonly<Record<SignerFact["state"], number>> = { sent: 0, delivered: 1, signed: 2, declined: 2 };
const stateRanks: Readonly<Record<EnvelopeState, number>> = {
  sent: 0,
  delivered: 1,
  completed: 2,
  declined: 2,
  voided: 2,
  expired: 2,
};

function parseSummary(input: unknown): { value?: Summary; wrong?: string } {
  if (input === undefined || input === null) return {};
  const read = Summary.safeParse(input);
  if (read.success) return { value: read.data };
  // If only the recipients are unreadable, the reason names them.
  if (typeof input === "object" && !Recipients.nullish().safeParse((input as { recipients?: unknown }).recipients).success)
    return { wrong: "data.envelopeSummary.recipients does not match the documented format" };
  return { wrong: "data.envelopeSummary does not match the documented format" };
}

const DropboxBody = z.object({
  event: z.object({ event_type: z.string().min(1).max(100), event_time: z.union([z.string(), z.number()]) }),
  signature_request: z.object({ signature_request_id: z.string().min(1).max(100).nullish() }).nullish(),
});

/** Events about the account or the API app, not about a request. */
const accountEvents = new Set([
  "callback_test",
  "account_confirmed",
  "unknown_error",
  "file_error",
  "template_created",
  "template_error",
]);

/** Parses a Dropbox Sign event. Its hash covers only the time and type, so everything else only says which request to ask for. */
export function parseDropboxSignEvent(form: unknown): ProviderEvent {
  const { data: read } = DropboxBody.safeParse(form);
  if (!read) return { event: readEventName(form), quarantined: "Not a Dropbox Sign event" };
  const event = read.event.event_type;
  if (accountEvents.has(event) || !event.startsWith("signature_request_"))
    return { event, ignored: "Event does not concern a signature request" };
  const envelope_id = read.signature_request?.signature_request_id;
  if (!envelope_id) return { event, quarantined: "signature_request.signature_request_id is missing" };
  return { envelope_id, event, hint: true };
}

function readEventName(body: unknown): string | null {
  const { event } = (typeof body === "object" && body !== null ? body : {}) as { event?: unknown };
  const eventName = typeof event === "object" && event !== null ? (event as { event_type?: unknown }).event_type : event;
  return typeof eventName === "string" ? eventName.slice(0, 100) : null;
}

/** Reads the status of an envelope from the provider. An envelope that is gone was cancelled or deleted, and counts as voided. */
export async function fetchStatus(provider: SignatureProvider, envelope_id: string, time: string): Promise<Facts> {
  try {
    return await provider.status(envelope_id);
  } catch (error) {
    if (!isFault(error, "gone")) throw error;
    return { state: "voided", time, source: `${provider.provider}:status` };
  }
}

/** Key under which deliveries of webhooks wait for an envelope. */
export const envelopeKey = (provider: ProviderName, envelope_id: string): string => `${provider}:${envelope_id.toLowerCase()}`;
