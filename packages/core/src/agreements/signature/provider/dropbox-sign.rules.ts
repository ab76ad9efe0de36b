import { createHash } from "node:crypto";
import * as z from "zod";
import type { ProviderFault } from "../../../lib/provider-http/fault.ts";
import { fault, parseJsonBody, parseRetryAfter, redactMessage, toInstant } from "../../../lib/provider-http/http.rules.ts";
import type { FormPart } from "./multipart.rules.ts";
import type { Envelope, EnvelopeState, Facts, Person, SignerFact } from "./provider.ts";

/** Pure rules: converts between our envelopes and Dropbox Sign's API v3. No requests are made here. */

export const HOST = "api.hellosign.com";

/** Metadata keys for the id of our request and the marks of its signers. */
const REQUEST_ID = "crm_request_id";
const SIGNERS = "crm_signers";

/** Maximum length of a metadata value. */
const MAX_VALUE_LENGTH = 1000;
const MARK_LENGTH = 12;

/** Returns a hash of a signer's name and address. It identifies the signer in the provider's list, whose order differs from ours. */
const computeMark = ({ name, email }: Person): string =>
  createHash("sha256")
    .update(JSON.stringify([name.trim(), email.trim().toLowerCase()]))
    .digest("hex")
    .slice(0, MARK_LENGTH);

/** Returns whether the signers sign one after another. Dropbox Sign has no groups. */
function isInOrder({ signers }: Envelope): boolean {
  const orders = signers.map(({ order }) => order);
  return signers.length > 1 && new Set(orders).size === orders.length;
}

export function findFaults(envelope: Envelope): string[] {
  const { signers } = envelope;
  const orders = new Set(signers.map(({ order }) => order));
  const faults: string[] = [];
  if (orders.size > 1 && !isInOrder(envelope))
    faults.push("Dropbox Sign supports signers one after another or all at the same time, but not in groups");
  if (signers.length * (MARK_LENGTH + 1) > MAX_VALUE_LENGTH)
    faults.push(`Dropbox Sign supports at most ${Math.floor(MAX_VALUE_LENGTH / (MARK_LENGTH + 1))} signers`);
  return faults;
}

/** Builds the form of POST /signature_request/send. */
export function buildForm(envelope: Envelope, { now, isTest }: { now: number; isTest: boolean }): FormPart[] {
  const { signers, subject, message, document, expires_in_days } = envelope;
  const places = [...signers.keys()].sort((a, b) => (signers[a]?.order ?? 0) - (signers[b]?.order ?? 0));
  const isOrdered = isInOrder(envelope);
  return [
    ["title", subject.slice(0, 255)],
    ["subject", subject.slice(0, 255)],
    ...(message ? [["message", message.slice(0, 5000)] as const] : []),
    ...signers.flatMap((signer, index): FormPart[] => [
      [`signers[${index}][name]`, signer.name],
      [`signers[${index}][email_address]`, signer.email],
      ...(isOrdered ? [[`signers[${index}][order]`, String(places.indexOf(index))] as const] : []),
    ]),
    [`metadata[${REQUEST_ID}]`, envelope.request_id],
    [`metadata[${SIGNERS}]`, signers.map(computeMark).join(" ")],
    ["allow_decline", "1"],
    // With text tags the signature fields are at the tags; without them Dropbox Sign adds a page of signatures.
    ...(document.has_text_tags
      ? ([
          ["use_text_tags", "1"],
          ["hide_text_tags", "1"],
        ] as const)
      : []),
    ...(expires_in_days === undefined
      ? []
      : [["expires_at", String(Math.floor(now / 1000) + Math.max(1, Math.round(expires_in_days)) * 86_400)] as const]),
    ["test_mode", isTest ? "1" : "0"],
    [
      "files[0]",
      {
        name: `${document.name.replaceAll(/[\\/:*?"<>|\p{Cc}]/gu, " ").slice(0, 100)}.pdf`,
        type: "application/pdf",
        bytes: document.bytes,
      },
    ],
  ];
}

const textField = z.string().max(10_000).nullish();
const secondsField = z.union([z.number(), z.string().transform(Number)]).nullish();

const Signature = z.object({
  signature_id: z.string().min(1),
  signer_email_address: textField,
  signer_name: textField,
  order: z.number().nullish(),
  status_code: textField,
  decline_reason: textField,
  signed_at: secondsField,
  last_viewed_at: secondsField,
});
export type Signature = z.output<typeof Signature>;

export const SignatureRequest = z.object({
  signature_request_id: z.string().min(1).max(100),
  metadata: z
    .record(z.string(), z.unknown())
    .or(z.array(z.unknown()).transform(() => ({})))
    .nullish(),
  is_complete: z.boolean().nullish(),
  is_declined: z.boolean().nullish(),
  has_error: z.boolean().nullish(),
  created_at: secondsField,
  signatures: z.array(Signature).max(1000).nullish(),
});
export type SignatureRequest = z.output<typeof SignatureRequest>;

export const isForRequest = ({ metadata }: SignatureRequest, request_id: string): boolean =>
  (metadata as Record<string, unknown> | null | undefined)?.[REQUEST_ID] === request_id;

/**
 * Returns the signatures with the signers' places in the envelope. A place is found by a unique mark. The remaining signatures (reassigned signers,
 * or equal names and addresses) get the free places in order.
 */
export function assignPlaces({ metadata, signatures }: SignatureRequest): (Signature & { ref: string })[] {
  const all = signatures ?? [];
  const storedMarks = (metadata as Record<string, unknown> | null | undefined)?.[SIGNERS];
  const marks = typeof storedMarks === "string" && storedMarks !== "" ? storedMarks.split(" ") : [];
  const placeBySignature = new Map<Signature, number>();
  for (const signature of all) {
    const mark = computeMark({ name: signature.signer_name ?? "", email: signature.signer_email_address ?? "" });
    const [place, ...otherPlaces] = marks.flatMap((storedMark, index) => (storedMark === mark ? [index] : []));
    if (place !== undefined && otherPlaces.length === 0 && ![...placeBySignature.values()].includes(place))
      placeBySignature.set(signature, place);
  }
  const takenPlaces = new Set(placeBySignature.values());
  const free = all.map((_, index) => index).filter((place) => !takenPlaces.has(place));
  const rest = all.filter((signature) => !placeBySignature.has(signature)).sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
  rest.forEach((signature, index) => {
    placeBySignature.set(signature, free[index] ?? all.indexOf(signature));
  });
  return all
    .map((signature) => ({ ...signature, ref: String((placeBySignature.get(signature) ?? 0) + 1) }))
    .sort((a, b) => Number(a.ref) - Number(b.ref));
}

function toSignerFacts(signature: Signature & { ref: string }, isTurn: boolean): SignerFact[] {
  const { ref, status_code, signed_at, last_viewed_at, decline_reason, signer_email_address } = signature;
  const email = signer_email_address ? { email: signer_email_address } : {};
  const timed = (timestamp: unknown): { time?: string } => {
    const instant = timestamp === null ? undefined : toInstant(timestamp);
    return instant ? { time: instant } : {};
  };
  if (status_code === "signed") return [{ ref, state: "signed", ...email, ...timed(signed_at) }];
  if (status_code === "declined")
    return [{ ref, state: "declined", ...email, ...timed(signed_at), ...(decline_reason ? { reason: decline_reason } : {}) }];
  if (last_viewed_at) return [{ ref, state: "delivered", ...email, ...timed(last_viewed_at) }];
  return isTurn ? [{ ref, state: "sent", ...email }] : [];
}

export function toFacts(request: SignatureRequest, reportTime: string): Facts {
  const signatures = assignPlaces(request);
  const waiting = signatures.filter(({ status_code }) => status_code !== "signed");
  const next = Math.min(...waiting.map(({ order }) => order ?? 0));
  const signers = signatures.flatMap((signature) => toSignerFacts(signature, (signature.order ?? 0) <= next));
  const declined = signers.find(({ state }) => state === "declined");
  const isExpired = signatures.some(({ status_code }) => status_code === "expired");
  const isSeen = signers.some(({ state }) => state === "signed" || state === "delivered");
  const state: EnvelopeState = request.is_complete
    ? "completed"
    : request.is_declined || declined
      ? "declined"
      : isExpired
        ? "expired"
        : isSeen
          ? "delivered"
          : "sent";
  const times = signers
    .flatMap(({ state: signerState, time }) => (time && (state !== "declined" || signerState === "declined") ? [time] : []))
    .sort();
  const reason = declined?.reason;
  return {
    state,
    ...(reason ? { reason } : {}),
    ...(signers.length > 0 ? { signers } : {}),
    time: (state === "completed" || state === "declined" ? times.at(-1) : undefined) ?? reportTime,
    source: "dropbox_sign:status",
  };
}

const ErrorBody = z.object({ error: z.object({ error_name: z.string().optional(), error_msg: z.string().optional() }) });

interface ProviderAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

export function parseFault(answer: ProviderAnswer, now: number, secrets: readonly string[]): ProviderFault | undefined {
  const { status, headers } = answer;
  if (status >= 200 && status < 300) return undefined;
  const { error_name = "", error_msg = "" } = ErrorBody.safeParse(parseJsonBody(answer.body)).data?.error ?? {};
  const code = /^[a-z0-9_]{1,60}$/.test(error_name) ? error_name : `HTTP_${status}`;
  const words = redactMessage(`Dropbox Sign: ${error_msg || code}`, secrets);
  if (status === 429 || code === "exceeded_rate")
    return fault("rate_limited", code, words, { retryAfter: parseRetryAfter(headers, now, "x-ratelimit-reset") });
  if (status === 401) return fault("unauthorized", code, words);
  if (status === 402 || status === 403) return fault("unauthorized", code, words);
  if (status === 404 || status === 410) return fault("gone", code, words);
  if (status === 409)
    return fault("not_ready", code, words, headers["retry-after"] ? { retryAfter: parseRetryAfter(headers, now) } : {});
  if (status >= 400 && status < 500 && status !== 408) return fault("refused", code, words);
  return fault("unreachable", code, words, { retryAfter: parseRetryAfter(headers, now) });
}
