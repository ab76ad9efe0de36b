import * as z from "zod";
import type { ProviderFault } from "../../../lib/provider-http/fault.ts";
import { fault, parseJsonBody, parseRetryAfter, redactMessage, toInstant } from "../../../lib/provider-http/http.rules.ts";
import type { Envelope, EnvelopeState, Facts, SignerFact, SignerState } from "./provider.ts";

/** Pure rules: converts between our envelopes and DocuSign's eSignature REST API v2.1. No requests are made here. */

export type Environment = "demo" | "production";

/** Hosts by environment. Userinfo names the host of an account; only DocuSign's own hosts are accepted. */
export const authHosts = { demo: "account-d.docusign.com", production: "account.docusign.com" } as const satisfies Record<
  Environment,
  string
>;

export function isTrustedBase(url: string, environment: Environment): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, port, username, pathname } = new URL(url);
  const isHost =
    environment === "demo" ? hostname === "demo.docusign.net" : /^(?!demo\.)[a-z0-9-]{1,30}\.docusign\.net$/.test(hostname);
  return protocol === "https:" && port === "" && username === "" && pathname === "/" && isHost;
}

/** Name of the custom field that has the id of our request. */
export const CUSTOM_FIELD = "crm_request_id";

/** Returns the page on which a user allows the integration to act for them (consent for the JWT grant). */
export const consentUrl = (environment: Environment, integrationKey: string, redirect: string): string =>
  `https://${authHosts[environment]}/oauth/auth?${new URLSearchParams({
    response_type: "code",
    scope: "signature impersonation",
    client_id: integrationKey,
    redirect_uri: redirect,
  }).toString()}`;

const formatDays = (count: number): string => String(Math.max(1, Math.round(count)));

/** Builds an envelope that is sent at once. The API takes numbers and flags as strings. */
export function buildDefinition(envelope: Envelope): object {
  const { expires_in_days, remind_after_days, remind_every_days, hook_url } = envelope;
  const isTimed = expires_in_days !== undefined || remind_after_days !== undefined;
  return {
    status: "sent",
    emailSubject: envelope.subject.slice(0, 100),
    ...(envelope.message ? { emailBlurb: envelope.message.slice(0, 10_000) } : {}),
    transactionId: envelope.request_id,
    customFields: {
      textCustomFields: [{ name: CUSTOM_FIELD, value: envelope.request_id, show: "false", required: "false" }],
    },
    documents: [
      {
        documentId: "1",
        name: envelope.document.name,
        fileExtension: "pdf",
        documentBase64: Buffer.from(envelope.document.bytes).toString("base64"),
      },
    ],
    recipients: {
      signers: envelope.signers.map(({ name, email, order, anchor }, index) => ({
        recipientId: String(index + 1),
        name,
        email,
        routingOrder: String(order),
        ...(anchor
          ? { tabs: { signHereTabs: [{ documentId: "1", anchorString: anchor, anchorIgnoreIfNotPresent: "true" }] } }
          : {}),
      })),
    },
    ...(isTimed
      ? {
          notification: {
            useAccountDefaults: "false",
            ...(remind_after_days === undefined
              ? {}
              : {
                  reminders: {
                    reminderEnabled: "true",
                    reminderDelay: formatDays(remind_after_days),
                    reminderFrequency: formatDays(remind_every_days ?? remind_after_days),
                  },
                }),
            ...(expires_in_days === undefined
              ? {}
              : { expirations: { expireEnabled: "true", expireAfter: formatDays(expires_in_days), expireWarn: "0" } }),
          },
        }
      : {}),
    ...(hook_url ? { eventNotification: buildEventNotification(hook_url) } : {}),
  };
}

const events = [
  "envelope-sent",
  "envelope-delivered",
  "envelope-completed",
  "envelope-declined",
  "envelope-voided",
  "recipient-sent",
  "recipient-delivered",
  "recipient-completed",
  "recipient-declined",
  "recipient-reassign",
] as const;

const buildEventNotification = (url: string) => ({
  url,
  requireAcknowledgment: "true",
  loggingEnabled: "true",
  includeHMAC: "true",
  deliveryMode: "SIM",
  events,
  eventData: { version: "restv2.1", format: "json", includeData: ["recipients"] },
});

const textField = z.string().max(10_000).nullish();

/** A signer in answers and events. Other fields are ignored. */
const Signer = z.object({
  recipientId: z.string().min(1).max(100),
  status: textField,
  email: textField,
  name: textField,
  sentDateTime: textField,
  deliveredDateTime: textField,
  signedDateTime: textField,
  declinedDateTime: textField,
  declinedReason: textField,
});
type Signer = z.output<typeof Signer>;

export const Recipients = z.object({ signers: z.array(Signer).max(1000).nullish() });

export const Summary = z.object({
  envelopeId: textField,
  status: textField,
  sentDateTime: textField,
  deliveredDateTime: textField,
  completedDateTime: textField,
  declinedDateTime: textField,
  voidedDateTime: textField,
  voidedReason: textField,
  statusChangedDateTime: textField,
  recipients: Recipients.nullish(),
});
export type Summary = z.output<typeof Summary>;

const signerStates: Readonly<Record<string, SignerState>> = {
  sent: "sent",
  delivered: "delivered",
  signed: "signed",
  completed: "signed",
  declined: "declined",
};

const signerTimes = {
  sent: "sentDateTime",
  delivered: "deliveredDateTime",
  signed: "signedDateTime",
  declined: "declinedDateTime",
} as const satisfies Record<SignerState, keyof Signer>;

/** Returns the facts of a signer; none if nothing was sent to them yet. */
function toSignerFacts(signer: Signer): SignerFact[] {
  const state = signerStates[signer.status?.toLowerCase() ?? ""];
  if (!state) return [];
  const time = toInstant(signer[signerTimes[state]]);
  return [
    {
      ref: signer.recipientId,
      state,
      ...(signer.email ? { email: signer.email } : {}),
      ...(time ? { time } : {}),
      ...(state === "declined" && signer.declinedReason ? { reason: signer.declinedReason } : {}),
    },
  ];
}

const states: Readonly<Record<string, EnvelopeState>> = {
  sent: "sent",
  delivered: "delivered",
  completed: "completed",
  declined: "declined",
  voided: "voided",
};

/** DocuSign voids an expired envelope with a reason that contains this word. */
const EXPIRED_PATTERN = /\bexpired\b/i;

const stateTimes = {
  sent: "sentDateTime",
  delivered: "deliveredDateTime",
  completed: "completedDateTime",
  declined: "declinedDateTime",
  voided: "voidedDateTime",
} as const satisfies Record<string, keyof Summary>;

/** Converts the summary of an envelope to facts. `summaryTime` is the time of the summary; it is used if the summary has no time for its status. */
export function toFacts(summary: Summary, summaryTime: string, source: Facts["source"]): Facts {
  const status = states[summary.status?.toLowerCase() ?? ""];
  const signers = summary.recipients?.signers?.flatMap(toSignerFacts);
  const state = status === "voided" && EXPIRED_PATTERN.test(summary.voidedReason ?? "") ? "expired" : status;
  const time =
    status && (toInstant(summary[stateTimes[status as keyof typeof stateTimes]]) ?? toInstant(summary.statusChangedDateTime));
  const declined = state === "declined" ? signers?.find((signer) => signer.state === "declined")?.reason : undefined;
  const reason = status === "voided" ? summary.voidedReason : declined;
  return {
    ...(state ? { state } : {}),
    ...(reason ? { reason } : {}),
    ...(signers && signers.length > 0 ? { signers } : {}),
    time: time ?? summaryTime,
    source,
  };
}

const ErrorBody = z.object({ errorCode: z.string().optional(), message: z.string().optional() });
const OAuthError = z.object({ error: z.string(), error_description: z.string().optional() });

const limitCodes = /^(HOURLY_APIINVOCATION_LIMIT_EXCEEDED|BURST_APIINVOCATION_LIMIT_EXCEEDED)$/;
const goneCodes =
  /^(ENVELOPE_DOES_NOT_EXIST|INVALID_ENVELOPE_ID|ENVELOPE_NOT_FOUND|ENVELOPE_HAS_BEEN_PURGED|RESOURCE_NOT_FOUND)$/;
const deniedCodes =
  /^(USER_AUTHENTICATION_FAILED|AUTHORIZATION_INVALID_TOKEN|PARTNER_AUTHENTICATION_FAILED|USER_LACKS_MEMBERSHIP|USER_DOES_NOT_BELONG_TO_SPECIFIED_ACCOUNT|ACCOUNT_LACKS_PERMISSIONS|USER_LACKS_PERMISSIONS|ACCOUNT_HAS_BEEN_SUSPENDED)$/;

interface ProviderAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

/** Returns the fault that an answer of the API describes, or undefined if it is none. */
export function parseFault(answer: ProviderAnswer, now: number, secrets: readonly string[]): ProviderFault | undefined {
  if (answer.status >= 200 && answer.status < 300) return undefined;
  const { errorCode = "", message = "" } = ErrorBody.safeParse(parseJsonBody(answer.body)).data ?? {};
  const code = /^[A-Z0-9_]{1,80}$/.test(errorCode) ? errorCode : `HTTP_${answer.status}`;
  const words = redactMessage(`DocuSign: ${message || code}`, secrets);
  if (answer.status === 429 || limitCodes.test(code))
    return fault("rate_limited", code, words, { retryAfter: parseRetryAfter(answer.headers, now, ...resetHeaders(code)) });
  if (goneCodes.test(code) || answer.status === 404 || answer.status === 410) return fault("gone", code, words);
  if (answer.status === 401 || answer.status === 403 || deniedCodes.test(code)) return fault("unauthorized", code, words);
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 408) return fault("refused", code, words);
  return fault("unreachable", code, words, { retryAfter: parseRetryAfter(answer.headers, now) });
}

const resetHeaders = (code: string): string[] =>
  code.startsWith("BURST") ? ["x-burstlimit-reset", "x-ratelimit-reset"] : ["x-ratelimit-reset"];

/** Messages for rejected sign-ins that tell an administrator what to correct. */
const oauthMessages: Readonly<Record<string, string>> = {
  consent_required: "The user has not yet allowed this integration to act for them",
  issuer_not_found: "DocuSign does not know the integration key",
  user_not_found: "DocuSign does not know the user",
  no_valid_keys_or_signatures: "The private key is not one of the integration's key pairs",
  invalid_grant: "DocuSign rejected the integration key, the user or the private key",
};

export function parseTokenFault(
  answer: ProviderAnswer,
  now: number,
  consent: string,
  secrets: readonly string[],
): ProviderFault | undefined {
  if (answer.status >= 200 && answer.status < 300) return undefined;
  if (answer.status === 429)
    return fault("rate_limited", "HTTP_429", "DocuSign: too many requests", {
      retryAfter: parseRetryAfter(answer.headers, now, "x-ratelimit-reset"),
    });
  const { error = "", error_description = "" } = OAuthError.safeParse(parseJsonBody(answer.body)).data ?? {};
  if (answer.status >= 500 || error === "")
    return fault("unreachable", `HTTP_${answer.status}`, "DocuSign sign-in returned an unreadable response");
  const errorCode = [error_description, error].find((code) => Object.hasOwn(oauthMessages, code)) ?? error.slice(0, 80);
  const words = oauthMessages[errorCode] ?? redactMessage(`DocuSign sign-in: ${error_description || error}`, secrets);
  return fault("unauthorized", errorCode, words, errorCode === "consent_required" ? { url: consent } : {});
}
