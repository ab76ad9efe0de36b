import * as z from "zod";
import { registryName } from "../../kernel/registry.ts";
import { anyId, email, id, instant, name, oneOf, phone, text } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { changedTo } from "../../storage/table/event-filter.ts";
import { codeChannels } from "./session.rules.ts";
import { SIGNATURE_REQUEST, SIGNER } from "./signature.kind.ts";
import { isEnd, requestStates, signerStates } from "./transition.rules.ts";

export const providers = ["builtin", "docusign", "dropbox_sign"] as const;
export const roles = ["customer", "company"] as const;

/** A signer, and their progress. */
export const Signer = z.object({
  id: id(SIGNER),
  ref: z.string().nullable().describe("Id of the signer at the provider"),
  name: name(100),
  email: email(),
  phone: phone().nullable().describe("In E.164 format if codes are sent to it"),
  code_by: oneOf(codeChannels).describe("How the signer gets codes on our own page"),
  role: oneOf(roles),
  order: z.number().int().describe("Position in the signing order, from 1; signers with the same number sign at the same time"),
  state: oneOf(signerStates),
  sent_at: instant().nullable().describe("When the signer was asked; null: earlier signers have not signed yet"),
  delivered_at: instant().nullable().describe("When the signer opened the document with a code"),
  signed_at: instant().nullable(),
  declined_at: instant().nullable(),
  decline_reason: z.string().nullable(),
  signed_name: z.string().nullable().describe("Name as typed by the signer"),
  drawing_hash: z.string().nullable().describe("SHA-256 of the drawn signature; null: no drawing"),
});
export type Signer = z.output<typeof Signer>;

/** State of a signer's links, codes and session. It contains hashes and counters only, no secret. The API does not return it. */
export const Access = z.object({
  /** Grows when links are revoked. */
  link_number: z.number().int(),
  /** Number of the last code. The code is a keyed hash of it and other values. */
  code_number: z.number().int(),
  /** When the code was issued; null if there is none, or it was used or used up. */
  code_at: z.string().nullable(),
  tries: z.number().int(),
  /** When the codes of the last hour were issued. */
  codes_at: z.array(z.string()),
  /** SHA-256 of the session cookie. */
  session: z.string().nullable(),
  session_until: z.string().nullable(),
  /** Versions of the request whose events send this signer a mail. */
  invited_in: z.number().int().nullable(),
  reminded_in: z.number().int().nullable(),
  code_in: z.number().int().nullable(),
});
export type Access = z.output<typeof Access>;

const EvidenceEntrySchema = z.object({
  at: z.string(),
  what: z.string(),
  signer: z.string().nullable(),
  facts: z.record(z.string(), z.string()),
  hash: z.string(),
});

const publicFields = {
  subject_type: registryName("signables").describe("Kind of the signed record"),
  subject_id: anyId(),
  name: z.string().describe("Display name of the record, such as its number"),
  status: oneOf(requestStates),
  provider: oneOf(providers),
  account_id: z.string().nullable().describe("Account with the provider; null: our own page"),
  envelope_id: z.string().nullable().describe("Id of the request at the provider"),
  in_order: z.boolean().describe("Whether the signers sign one after another, by `order`, and not all at the same time"),
  signers: z.array(Signer),
  message: text(5000).nullable(),
  language: z.string().describe("Language of emails and of the document"),
  document_name: z.string(),
  document_hash: z.string().describe("SHA-256 of the file to be signed, in hexadecimal digits"),
  sent_at: instant().nullable(),
  delivered_at: instant().nullable(),
  reminded_at: instant().nullable(),
  reminder_at: instant().nullable().describe("When the signers who can sign now are reminded"),
  expires_at: instant(),
  ended_at: instant().nullable(),
  end_reason: z.string().nullable().describe("Why the request was declined or voided"),
  not_followed: z.string().nullable().describe("Why the record could not be updated after the signatures"),
  filed_at: instant().nullable().describe("When the signed file and the certificate were stored"),
  signed_hash: z.string().nullable().describe("SHA-256 of the signed file"),
  certificate_hash: z.string().nullable().describe("SHA-256 of the certificate"),
  provider_certificate_hash: z
    .string()
    .nullable()
    .describe(
      "SHA-256 of the provider's certificate. Dropbox Sign: of the signed file, which ends with it. null: our own page, or no certificate",
    ),
};

const internalFields = {
  page_language: z
    .string()
    .nullable()
    .describe("Language that the sender chose; null: each signer reads in that of their browser"),
  work_at: instant().nullable().describe("When the next call to the provider is due"),
  leased_until: instant().nullable().describe("End of the lease of the worker that processes the request"),
  tried_at: instant().nullable().describe("Time from which the request may have been sent although the provider did not answer"),
  tries: z.number().int().describe("Failed tries of the present call to the provider"),
  document_key: z.string().describe("Object key of the file to be signed"),
  signed_key: z.string().nullable(),
  certificate_key: z.string().nullable(),
  provider_certificate_key: z.string().nullable(),
  evidence: z.array(EvidenceEntrySchema).describe("Events of the request, as listed in the certificate"),
  access: z.record(z.string(), Access).describe("By signer id"),
};

export const Stored = z.object({ ...publicFields, ...internalFields });
export const PublicSignatureRequest = z.object(publicFields);

export type SignatureRecord = z.output<typeof Stored> & BaseRecord;

/** Returns whether this version marks a signer in the field, so that its event must send a message. */
const isMarkedIn =
  (field: "invited_in" | "reminded_in" | "code_in") =>
  (after: SignatureRecord): boolean =>
    Object.values(after.access).some((access) => access[field] === after.version);

export const SignatureRequests = new Collection<SignatureRecord>({
  kind: SIGNATURE_REQUEST,
  schema: Stored,
  row: ["subject_type", "subject_id", "name", "status", "provider", "sent_at", "expires_at", "ended_at"],
  indexes: { by_time: indexBy(), by_status: indexBy("status"), by_related: indexBy("subject_id") },
  visibleWith: "subject_id",
  filters: {
    subject: { index: "by_related", field: "subject_id", hasOwnCounters: true },
    status: { index: "by_status", field: "status" },
  },
  missingValues: { page_language: null },
  internal: Object.keys(internalFields) as (keyof typeof internalFields)[],
  secret: ["access"],
  clocks: {
    work: ({ work_at }) => work_at,
    reminder: ({ status, reminder_at }) => (isEnd(status) ? null : reminder_at),
    expiry: ({ status, expires_at }) => (isEnd(status) ? null : expires_at),
  },
  events: {
    invited: isMarkedIn("invited_in"),
    reminded: isMarkedIn("reminded_in"),
    code_asked: isMarkedIn("code_in"),
    signed: (after, before) =>
      after.signers.some(
        ({ id: signer, state }) =>
          state === "signed" && before?.signers.find((previousSigner) => previousSigner.id === signer)?.state !== state,
      ),
    completed: changedTo("status", "completed"),
    declined: changedTo("status", "declined"),
    voided: changedTo("status", "voided"),
    expired: changedTo("status", "expired"),
    failed: changedTo("status", "failed"),
    filed: (after, before) => after.filed_at !== null && (before?.filed_at ?? null) === null,
  },
  sensitivity: "confidential",
});
