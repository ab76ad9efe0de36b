import * as z from "zod";
import { aboutPerson, matchContactPoint, personalData, reachAny } from "../../kernel/personal-data.ts";
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
  id: personalData("signer:identifier", id(SIGNER)),
  ref: personalData("signer:identifier", z.string().nullable().describe("Id of the signer at the provider")),
  name: personalData("signer:identity", name(100)),
  email: personalData("signer:contact", email()),
  phone: personalData("signer:contact", phone().nullable().describe("In E.164 format if codes are sent to it")),
  code_by: personalData("signer:relationship", oneOf(codeChannels).describe("How the signer gets codes on our own page")),
  role: personalData("signer:relationship", oneOf(roles)),
  order: personalData(
    "signer:relationship",
    z.number().int().describe("Position in the signing order, from 1; signers with the same number sign at the same time"),
  ),
  state: personalData("signer:relationship", oneOf(signerStates)),
  sent_at: personalData(
    "signer:relationship",
    instant().nullable().describe("When the signer was asked; null: earlier signers have not signed yet"),
  ),
  delivered_at: personalData(
    "signer:relationship",
    instant().nullable().describe("When the signer opened the document with a code"),
  ),
  signed_at: personalData("signer:behavior", instant().nullable()),
  declined_at: personalData("signer:behavior", instant().nullable()),
  decline_reason: personalData("signer:free_text", z.string().nullable()),
  signed_name: personalData("signer:identity", z.string().nullable().describe("Name as typed by the signer")),
  drawing_hash: personalData(
    "signer:identifier",
    z.string().nullable().describe("SHA-256 of the drawn signature; null: no drawing"),
  ),
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
  subject_type: personalData("none", registryName("signables").describe("Kind of the signed record")),
  subject_id: personalData("reference", anyId()),
  name: z.string().describe("Display name of the record, such as its number"),
  status: personalData("relationship", oneOf(requestStates)),
  provider: oneOf(providers),
  account_id: personalData("none", z.string().nullable().describe("Account with the provider; null: our own page")),
  envelope_id: personalData("identifier", z.string().nullable().describe("Id of the request at the provider")),
  in_order: z.boolean().describe("Whether the signers sign one after another, by `order`, and not all at the same time"),
  signers: z.array(Signer),
  message: personalData("communication", text(5000).nullable()),
  language: personalData("preference", z.string().describe("Language of emails and of the document")),
  document_name: z.string(),
  document_hash: personalData("none", z.string().describe("SHA-256 of the file to be signed, in hexadecimal digits")),
  sent_at: instant().nullable(),
  delivered_at: instant().nullable(),
  reminded_at: personalData("none", instant().nullable()),
  reminder_at: personalData("none", instant().nullable().describe("When the signers who can sign now are reminded")),
  expires_at: personalData("none", instant()),
  ended_at: instant().nullable(),
  end_reason: z.string().nullable().describe("Why the request was declined or voided"),
  not_followed: personalData("none", z.string().nullable().describe("Why the record could not be updated after the signatures")),
  filed_at: personalData("none", instant().nullable().describe("When the signed file and the certificate were stored")),
  signed_hash: personalData("none", z.string().nullable().describe("SHA-256 of the signed file")),
  certificate_hash: personalData("none", z.string().nullable().describe("SHA-256 of the certificate")),
  provider_certificate_hash: personalData(
    "none",
    z
      .string()
      .nullable()
      .describe(
        "SHA-256 of the provider's certificate. Dropbox Sign: of the signed file, which ends with it. null: our own page, or no certificate",
      ),
  ),
};

const internalFields = {
  page_language: personalData(
    "preference",
    z.string().nullable().describe("Language that the sender chose; null: each signer reads in that of their browser"),
  ),
  work_at: personalData("none", instant().nullable().describe("When the next call to the provider is due")),
  leased_until: personalData("none", instant().nullable().describe("End of the lease of the worker that processes the request")),
  tried_at: personalData(
    "none",
    instant().nullable().describe("Time from which the request may have been sent although the provider did not answer"),
  ),
  tries: z.number().int().describe("Failed tries of the present call to the provider"),
  document_key: personalData("reference", z.string().describe("Object key of the file to be signed")),
  signed_key: personalData("reference", z.string().nullable()),
  certificate_key: personalData("reference", z.string().nullable()),
  provider_certificate_key: personalData("reference", z.string().nullable()),
  evidence: personalData(
    "signer:technical",
    z.array(EvidenceEntrySchema).describe("Events of the request, as listed in the certificate"),
  ),
  access: personalData("signer:credential", z.record(z.string(), Access).describe("By signer id")),
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
  personalData: {
    purpose: "Have documents signed, and prove who signed what.",
    subject: aboutPerson(reachAny("subject_id")),
    others: {
      signer: aboutPerson(matchContactPoint("signers[].email"), matchContactPoint("signers[].phone")),
    },
    recipients: ["link", "mail", "sms", "signature"],
  },
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
