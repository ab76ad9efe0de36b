import { createHash } from "node:crypto";
import { Clock } from "../../kernel/clock.ts";
import { useActorId, usePorts, useSettings } from "../../kernel/context.ts";
import { conflict, type ErrorDetail, invalid, invalidAll, ruleViolation } from "../../kernel/error.ts";
import { type Kind, newId } from "../../kernel/id.ts";
import { matchLanguage } from "../../kernel/language.ts";
import { readItem } from "../../storage/table/database.ts";
import { objectKey } from "../../storage/table/object-key.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import type { SignatureRequestInput, SignerInput } from "./request-input.ts";
import { loadSender, resolveAccount } from "./sender.ts";
import { loadSignable } from "./signable.ts";
import { type SignatureRecord, SignatureRequests } from "./signature.entity.ts";
import { SIGNATURE_REQUEST, SIGNER } from "./signature.kind.ts";
import { hasSharedNumber, loadOutward, REFUSES_MAIL_TEXT, resolveContact, SHARED_NUMBER_TEXT } from "./signer-contact.ts";
import { SignerToken } from "./token.ts";
import { BUILTIN, listActiveSigners } from "./transition.rules.ts";
import { openRequestKey, requireAccess, Transition, withEvidence } from "./transition.ts";

/** Starts and voids signature requests, for the domains whose records are signed. */

export { SignatureRequestInput, type SignerInput } from "./request-input.ts";
export type { SignatureRecord };

/** Seconds after which a request is sent by its clock, if the event was not processed. */
const EVENT_GRACE_SECONDS = 60;

/** The record to be signed. */
export interface Subject {
  kind: Kind;
  id: string;
  /** Name of the record, such as `Q-2030-000017`. */
  name: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const addDays = (from: string, days: number): string => new Date(Date.parse(from) + days * DAY_MS).toISOString();

/**
 * Starts a request in the transaction of the record. The file is stored now, and exactly those bytes are signed. A record has at most one open
 * request; of two concurrent starts one succeeds.
 */
export async function start(
  tx: Transaction,
  subject: Subject,
  ask: SignatureRequestInput & { signers: SignerInput[] },
): Promise<SignatureRecord> {
  requireDistinctAddresses(ask.signers);
  const signerContacts = await resolveContacts(ask);
  await requireReachable(ask.signers);
  const account_id = ask.provider === BUILTIN ? null : await resolveAccount(ask.provider, ask.account_id);
  const open = await findOpenRequestId(subject.id);
  if (open !== undefined) throw openRequestRejection(open);
  const now = Clock.now();
  const { signature_expiry_days, signature_reminder_days, letterhead } = useSettings();
  const documentLanguage = [ask.language, letterhead.language].find((tag) => tag && matchLanguage(tag)) ?? "en";
  const request_id = newId(SIGNATURE_REQUEST);
  const file = await (await loadSignable(subject.kind.name)).renderDocument(subject.id, documentLanguage);
  if (!file) throw conflict("The record has no document to sign");
  const document_hash = createHash("sha256").update(file.bytes).digest("hex");
  const document_key = objectKey("documents", request_id, `${document_hash}.pdf`);
  // Stored before the request exists. If the transaction fails, the object stays unused.
  await usePorts().objects.write(document_key, file.bytes);
  const signers = signerContacts.map(({ signer, ...reach }, index) => ({
    id: newId(SIGNER),
    // Providers identify signers by their place.
    ref: ask.provider === BUILTIN ? null : String(index + 1),
    name: signer.name,
    email: signer.email as string,
    ...reach,
    role: signer.role,
    order: signer.order ?? index + 1,
    state: "waiting" as const,
    ...{ sent_at: null, delivered_at: null, signed_at: null, declined_at: null, decline_reason: null, signed_name: null },
    drawing_hash: null,
  }));
  const isOwn = ask.provider === BUILTIN;
  const turn = isOwn ? listActiveSigners(signers, ask.in_order) : [];
  const createdRequest = Records.init(
    SignatureRequests,
    {
      ...{ subject_type: subject.kind.name, subject_id: subject.id, name: subject.name },
      ...{ status: isOwn ? "sent" : "preparing", provider: ask.provider, account_id, envelope_id: null },
      in_order: ask.in_order,
      signers: signers.map((signer) => (turn.includes(signer.id) ? { ...signer, state: "sent" as const, sent_at: now } : signer)),
      ...{
        message: ask.message ?? null,
        language: documentLanguage,
        page_language: ask.language ?? null,
        document_name: file.file_name,
        document_hash,
        document_key,
      },
      ...{ sent_at: isOwn ? now : null, delivered_at: null, reminded_at: null },
      reminder_at: signature_reminder_days === 0 ? null : addDays(now, signature_reminder_days),
      expires_at: addDays(now, ask.expires_in_days ?? signature_expiry_days),
      ...{ ended_at: null, end_reason: null, not_followed: null, filed_at: null, signed_hash: null, certificate_hash: null },
      ...{
        provider_certificate_hash: null,
        signed_key: null,
        certificate_key: null,
        provider_certificate_key: null,
        evidence: [],
      },
      ...{ work_at: isOwn ? null : Clock.addSeconds(EVENT_GRACE_SECONDS), leased_until: null, tried_at: null, tries: 0 },
      access: Object.fromEntries(
        signers.map(({ id: signerId }) => [signerId, { ...initialAccess, invited_in: turn.includes(signerId) ? 1 : null }]),
      ),
    } satisfies Omit<
      SignatureRecord,
      "id" | "version" | "created_at" | "created_by" | "updated_at" | "updated_by" | "deleted_at"
    >,
    { id: request_id },
  );
  const request = withEvidence(
    createdRequest,
    { at: now, what: "requested", signer: null, facts: { by: useActorId(), document: document_hash, provider: ask.provider } },
    ...turn.map((signer) => ({ at: now, what: "signer_sent", signer, facts: { source: "user" } })),
  );
  tx.create(SignatureRequests, request);
  tx.put(
    { ...openRequestKey(subject.id), request_id },
    {
      condition: "attribute_not_exists(pk)",
      rejection: () => new WriteConflict(`${subject.id} already has an open signature request`),
    },
  );
  return request;
}

export const initialAccess = {
  ...{ link_number: 1, code_number: 0, code_at: null, tries: 0, codes_at: [], session: null, session_until: null },
  ...{ invited_in: null, reminded_in: null, code_in: null },
};

const openRequestRejection = (request: string): Error =>
  conflict("The record already has an open signature request: void that first", [
    { field: "signature_request_id", message: request },
  ]);

/** Throws if two signers share an email address: one mailbox cannot prove two signatures. */
function requireDistinctAddresses(signers: readonly SignerInput[]): void {
  const seen = new Set<string>();
  const details: ErrorDetail[] = [];
  for (const [index, { email }] of signers.entries()) {
    const key = String(email).toLowerCase();
    if (seen.has(key))
      details.push({
        field: `signers[${index}].email`,
        message: "Another signer has this address: each signer needs a separate one",
      });
    seen.add(key);
  }
  if (details.length > 0) throw invalidAll(details);
}

/** Throws if a signer's address refuses mails, with any provider. */
async function requireReachable(signers: readonly SignerInput[]): Promise<void> {
  const { TransactionalMail: Outward } = await loadOutward();
  const refusals = await Promise.all(signers.map(({ email }) => Outward.isAddressRefused(String(email))));
  const details = signers.flatMap((_, index): ErrorDetail[] =>
    refusals[index] ? [{ field: `signers[${index}].email`, message: REFUSES_MAIL_TEXT }] : [],
  );
  if (details.length > 0) throw ruleViolation("A signer cannot receive emails", details);
}

/** Returns the signers with how codes reach them. */
async function resolveContacts({ signers, provider }: SignatureRequestInput & { signers: SignerInput[] }) {
  const contacts = await Promise.all(
    signers.map(async (signer, index) => ({ signer, ...(await resolveContact(signer, provider, `signers[${index}].`)) })),
  );
  const shared = contacts.findIndex((contact, index) =>
    contacts.slice(0, index).some((earlierContact) => hasSharedNumber(contact, earlierContact)),
  );
  if (shared > 0) throw invalid(`signers[${shared}].phone`, SHARED_NUMBER_TEXT);
  return contacts;
}

/** Returns the id of the open request of a record. */
export async function findOpenRequestId(subject: string): Promise<string | undefined> {
  const item = await readItem(openRequestKey(subject));
  return item?.request_id as string | undefined;
}

/** Returns whether a record has an open request. */
export const hasOpenRequest = async (subject: string): Promise<boolean> => (await findOpenRequestId(subject)) !== undefined;

/**
 * Returns the path of the signing page for the customer who can sign now, or null. The link alone cannot sign, because signing needs a code.
 */
export async function findSigningPage(subject: string): Promise<string | null> {
  const open = await findOpenRequestId(subject);
  const request = open && (await Records.load(SignatureRequests, open, { live: true }));
  if (!request || request.provider !== BUILTIN) return null;
  const turn = listActiveSigners(request.signers, request.in_order);
  const signer = request.signers.find(({ id, role }) => role === "customer" && turn.includes(id));
  return signer ? `/s/${await SignerToken.build(request, signer.id, requireAccess(request, signer.id))}` : null;
}

/** Voids the open request in the transaction after which the record must not be signed. Does nothing if there is none. */
export async function withdraw(tx: Transaction, subject: string, reason: string): Promise<void> {
  const open = await findOpenRequestId(subject);
  const current = open && (await Records.load(SignatureRequests, open, { live: true }));
  if (!current) return;
  const facts = { state: "voided" as const, time: Clock.now(), source: "record", reason };
  const next = await Transition.applyFactsIn(tx, current, facts, { updatesSubject: false });
  if (next !== current) tx.replace(SignatureRequests, current, Records.nextVersion(current, next));
}

/** Voids the open request of a record in a transaction of its own. */
export async function voidOpenRequest(subject: string, reason: string): Promise<void> {
  const open = await findOpenRequestId(subject);
  if (open !== undefined) await voidRequest(open, reason, "record");
}

async function voidRequest(id: string, reason: string, source: string): Promise<SignatureRecord | undefined> {
  const request = await Records.load(SignatureRequests, id, { live: true });
  // For a user, the provider is called first, so that its answer reaches the user. Otherwise the provider is told later.
  if (source === "user" && request && request.provider !== BUILTIN && request.envelope_id)
    await (await loadSender(request)).void(request, reason);
  return Transition.applyFacts(id, { state: "voided", time: Clock.now(), source, reason });
}

export { voidRequest as void };

/** The error for a record whose contact has no address. */
export const noSignerRejection = (): Error =>
  ruleViolation("The request has no signer", [
    { field: "signers", message: "Required: the contact of the record has no address" },
  ]);

export * as Signing from "./signing.ts";
