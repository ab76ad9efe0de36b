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
  ref: z.string().nullable().describe("What the provider calls them"),
  name: name(100),
  email: email(),
  phone: phone().nullable().describe("In E.164 where codes go to it"),
  code_by: oneOf(codeChannels).describe("How their codes reach them on our own page"),
  role: oneOf(roles),
  order: z
    .number()
    .int()
    .describe("Whose turn it is where they sign one after another, from 1; those with one number sign side by side"),
  state: oneOf(signerStates),
  sent_at: instant().nullable().describe("When they were asked; null: it is not their turn"),
  delivered_at: instant().nullable().describe("When they came with the code of a mail"),
  signed_at: instant().nullable(),
  declined_at: instant().nullable(),
  decline_reason: z.string().nullable(),
  signed_name: z.string().nullable().describe("As they typed it"),
  drawing_hash: z.string().nullable().describe("SHA-256 of what they drew beside it; null: they drew nothing"),
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
  subject_type: registryName("kinds").describe("Of which kind what is signed is"),
  subject_id: anyId(),
  name: z.string().describe("What that is called, such as its number"),
  status: oneOf(requestStates),
  provider: oneOf(providers),
  account_id: z.string().nullable().describe("Of the provider; null: our own page"),
  envelope_id: z.string().nullable().describe("What the provider calls it"),
  in_order: z.boolean().describe("One after another, by `order`"),
  signers: z.array(Signer),
  message: text(5000).nullable(),
  language: z.string().describe("Of mails and pages"),
  document_name: z.string(),
  document_hash: z.string().describe("SHA-256 of the file that is signed, in hexadecimal digits"),
  sent_at: instant().nullable(),
  delivered_at: instant().nullable(),
  reminded_at: instant().nullable(),
  reminder_at: instant().nullable().describe("When those are reminded who are asked"),
  expires_at: instant(),
  ended_at: instant().nullable(),
  end_reason: z.string().nullable().describe("Why it was declined or void"),
  not_followed: z.string().nullable().describe("Why the record did not follow, where it could not"),
  filed_at: instant().nullable().describe("Since when there are the signed file and the certificate"),
  signed_hash: z.string().nullable().describe("SHA-256 of the signed file"),
  certificate_hash: z.string().nullable().describe("SHA-256 of the certificate"),
  provider_certificate_hash: z
    .string()
    .nullable()
    .describe(
      "SHA-256 of the provider's own: of Dropbox Sign the signed file, at whose end it stands; null: our own page, or none",
    ),
};

const internalFields = {
  work_at: instant().nullable().describe("When its provider is asked for the next thing"),
  leased_until: instant().nullable().describe("Until then somebody has it in hand"),
  tried_at: instant().nullable().describe("Since when it may have been sent without an answer"),
  tries: z.number().int().describe("How often its provider was asked for one thing in vain"),
  document_key: z.string().describe("Where the file lies that is signed"),
  signed_key: z.string().nullable(),
  certificate_key: z.string().nullable(),
  provider_certificate_key: z.string().nullable(),
  evidence: z.array(EvidenceEntrySchema).describe("What happened, as the certificate says it"),
  access: z.record(z.string(), Access).describe("By the id of who signs"),
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
        ({ id: signer, state }) => state === "signed" && before?.signers.find((each) => each.id === signer)?.state !== state,
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
