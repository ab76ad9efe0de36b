import * as z from "zod";
import { collectBytes } from "../../kernel/bytes.ts";
import { Clock } from "../../kernel/clock.ts";
import { hasPermission, usePorts, useSettings } from "../../kernel/context.ts";
import { conflict, forbidden, invalid, notFound, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { anyId, email, IdInput, name, oneOf, text } from "../../kernel/schema.ts";
import { sha256 } from "../../kernel/sha256.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { providerLabels } from "./provider/provider.ts";
import { contactFields } from "./request-input.ts";
import { loadSender } from "./sender.ts";
import { loadSignable } from "./signable.ts";
import { PublicSignatureRequest, type SignatureRecord, SignatureRequests } from "./signature.entity.ts";
import { hasSharedNumber, loadOutward, REFUSES_MAIL_TEXT, resolveContact, SHARED_NUMBER_TEXT } from "./signer-contact.ts";
import { initialAccess, Signing } from "./signing.ts";
import { BUILTIN, isOpen, listActiveSigners, requestStates } from "./transition.rules.ts";
import { requireAccess, Transition, withEvidence } from "./transition.ts";

/** The API of signature requests for users. */

export const Info = PublicSignatureRequest;
export const Row = rowSchema(PublicSignatureRequest, SignatureRequests.definition.row);

export const list = fn(
  listSchema(SignatureRequests, {
    status: oneOf(requestStates).optional(),
    subject: anyId().optional().describe("Id of the signed record, such as a quote"),
  }),
  (input) => listRecords(SignatureRequests, buildListQuery(SignatureRequests, input)),
);

export const get = fn(IdInput, ({ id }) => Records.read(SignatureRequests, id));

/** Loads a request. Throws unless the caller may write the signed record. */
async function loadWritable(id: string): Promise<SignatureRecord> {
  const request = await Records.read(SignatureRequests, id);
  Records.requireVersion(request);
  if (!hasPermission((await loadSignable(request.subject_type)).writePermission))
    throw forbidden("Your role may not change the record to be signed");
  return request;
}

function requireOpen({ status, ended_at }: SignatureRecord): void {
  if (!isOpen(status)) throw conflict(`The request has been ${status} since ${ended_at}`, [{ field: "status", message: status }]);
}

/** Minimum time between two reminders. */
const REMINDER_PAUSE_MS = 60 * 60 * 1000;

/** Reminds the signers who can sign now. */
export const remind = fn(IdInput, async ({ id }) => {
  const request = await loadWritable(id);
  requireOpen(request);
  if (request.provider !== BUILTIN) await (await loadSender(request)).remind(request);
  return Records.change(SignatureRequests, id, (current) => {
    requireOpen(current);
    const last = current.reminded_at ?? current.sent_at;
    if (current.reminded_at !== null && last !== null && Clock.ms() - Date.parse(last) < REMINDER_PAUSE_MS)
      throw conflict("The signers were reminded less than an hour ago", [{ field: "reminded_at", message: current.reminded_at }]);
    return applyReminder(current, "user");
  });
});

/** Marks the active signers as reminded and sets the next reminder, `signature_reminder_days` from now. */
export function applyReminder(current: SignatureRecord, source: string): SignatureRecord {
  const { signature_reminder_days } = useSettings();
  const now = Clock.now();
  const turn = listActiveSigners(current.signers, current.in_order);
  const next = new Date(Date.parse(now) + signature_reminder_days * 24 * 60 * 60 * 1000).toISOString();
  const access = Object.fromEntries(
    turn.map((signerId) => [signerId, { ...requireAccess(current, signerId), reminded_in: current.version + 1 }]),
  );
  const entries = turn.map((signer) => ({ at: now, what: "signer_reminded", signer, facts: { source } }));
  const after = {
    ...current,
    reminded_at: now,
    reminder_at: signature_reminder_days === 0 ? null : next,
    access: { ...current.access, ...access },
  };
  return withEvidence(after, ...entries);
}

const voidRequest = fn(IdInput.extend({ reason: text(2000).trim().min(1) }), async ({ id, reason }) => {
  requireOpen(await loadWritable(id));
  const after = await Signing.void(id, reason, "user");
  if (!after) throw notFound();
  // The request was completed or declined at the same moment.
  if (after.status !== "voided") requireOpen(after);
  return after;
});

export { voidRequest as void };

const ReassignInput = z.strictObject({ id: text(64), signer_id: text(64), name: name(100), email: email(), ...contactFields });

/** Replaces a signer who has not answered. Links of the former signer stop working. */
export const reassign = fn(ReassignInput, async ({ id, signer_id, ...to }) => {
  const request = await loadWritable(id);
  requireOpen(request);
  const newSigner = { name: to.name, email: to.email as string, ...(await resolveContact(to, request.provider)) };
  if (await (await loadOutward()).TransactionalMail.isAddressRefused(newSigner.email))
    throw ruleViolation("The new signer cannot receive emails", [{ field: "email", message: REFUSES_MAIL_TEXT }]);
  if (request.provider !== BUILTIN) await (await loadSender(request)).reassign(request, signer_id, newSigner);
  return Records.change(SignatureRequests, id, (current) => {
    requireOpen(current);
    const signer = current.signers.find((each) => each.id === signer_id);
    if (!signer) throw notFound();
    if (signer.state === "signed" || signer.state === "declined")
      throw conflict(`The signer has already ${signer.state}`, [{ field: "state", message: signer.state }]);
    if (current.signers.some((each) => each.id !== signer_id && each.email.toLowerCase() === newSigner.email.toLowerCase()))
      throw invalid("email", "Another signer has this address: each signer needs a separate one");
    if (current.signers.some((each) => each.id !== signer_id && hasSharedNumber(each, newSigner)))
      throw invalid("phone", SHARED_NUMBER_TEXT);
    const now = Clock.now();
    const isAsked = signer.state !== "waiting";
    const fresh = { ...signer, ...newSigner, ref: signer.ref, delivered_at: null };
    const nextSigner = isAsked ? { ...fresh, state: "sent" as const, sent_at: now } : fresh;
    // Links and codes depend on this number, so the former ones become invalid.
    const link_number = requireAccess(current, signer_id).link_number + 1;
    const access = { ...initialAccess, link_number, invited_in: isAsked ? current.version + 1 : null };
    const after = {
      ...current,
      signers: current.signers.map((each) => (each.id === signer_id ? nextSigner : each)),
      access: { ...current.access, [signer_id]: access },
    };
    const facts = { from: `${signer.name} <${signer.email}>`, to: `${newSigner.name} <${newSigner.email}>` };
    return withEvidence(after, { at: now, what: "signer_reassigned", signer: signer_id, facts });
  });
});

interface StoredDocument {
  key: string;
  bytes: Uint8Array;
  sha256: string;
  file_name: string;
  content_type: string;
}

/** Returns the document: the signed file if it exists, otherwise the file to be signed. */
export const readDocument = fn(IdInput, async ({ id }) => loadDocument(await Records.read(SignatureRequests, id)));

export const loadDocument = (request: SignatureRecord): Promise<StoredDocument> =>
  request.signed_key && request.signed_hash
    ? readStored(request.signed_key, request.signed_hash, request.document_name)
    : readStored(request.document_key, request.document_hash, request.document_name);

const CertificateInput = IdInput.extend({
  format: oneOf(["pdf", "json", "provider"])
    .optional()
    .describe("Default: `pdf`. `provider` is the provider's own certificate, as PDF"),
});

/** Returns the certificate of a completed request. */
export const readCertificate = fn(CertificateInput, async ({ id, format = "pdf" }) => {
  const request = await Records.read(SignatureRequests, id);
  return format === "provider" ? loadProviderCertificate(request) : loadCertificate(request, format);
});

/** Returns the provider's certificate. For Dropbox Sign it is at the end of the signed file. */
async function loadProviderCertificate(request: SignatureRecord): Promise<StoredDocument> {
  const { provider, provider_certificate_key, provider_certificate_hash, name: requestName } = request;
  if (provider === BUILTIN)
    throw ruleViolation("The request was signed on our own page: use the format `pdf`", [
      { field: "format", message: "The request has no external provider" },
    ]);
  requireFiled(request);
  if (!provider_certificate_key || !provider_certificate_hash)
    throw conflict("The provider returned no certificate", [{ field: "provider_certificate_hash", message: "None" }]);
  return readStored(provider_certificate_key, provider_certificate_hash, `${requestName} - certificate of ${provider}.pdf`);
}

function requireFiled({ filed_at, status, provider, work_at }: SignatureRecord): void {
  if (filed_at !== null) return;
  if (status !== "completed")
    throw conflict("The certificate is available after all signers have signed", [{ field: "status", message: status }]);
  const details = [{ field: "filed_at", message: "Not stored yet" }];
  if (provider === BUILTIN) throw conflict("The certificate is being made: try again in a moment", details);
  const source = providerLabels[provider];
  throw work_at === null
    ? conflict(`The signed file could not be fetched from ${source}: download it there`, details)
    : conflict(`The signed file has not been fetched from ${source} yet: try again in a minute`, details);
}

export async function loadCertificate(request: SignatureRecord, format: "pdf" | "json" = "pdf"): Promise<StoredDocument> {
  const { certificate_key, certificate_hash, name: requestName } = request;
  requireFiled(request);
  if (!certificate_key || !certificate_hash) throw notFound();
  const file = await readStored(certificate_key, certificate_hash, `${requestName} - certificate.pdf`);
  if (format === "pdf") return file;
  const { parseStatement } = await import("./statement.rules.ts");
  const bytes = Buffer.from(`${JSON.stringify(parseStatement(file.bytes), null, 2)}\n`);
  return {
    ...file,
    bytes,
    sha256: sha256(bytes),
    file_name: `${requestName} - certificate.json`,
    content_type: "application/json",
  };
}

/** Reads a stored file. Throws if its bytes do not have the stored hash. */
export async function readStored(key: string, hash: string, file_name: string): Promise<StoredDocument> {
  const object = await usePorts().objects.open(key);
  if (!object) throw notFound();
  const bytes = await collectBytes(object.read());
  if (sha256(bytes) !== hash) throw new Error(`${key} does not match its hash`);
  return { key, bytes, sha256: hash, file_name, content_type: "application/pdf" };
}

/** Applies facts from a provider. */
export const applyFacts = Transition.applyFacts;

/** Changes a request in a transaction that `edit` can add to. Retries on conflicts. */
export const change = (
  id: string,
  edit: (current: SignatureRecord, tx: ReturnType<typeof transaction>) => Promise<SignatureRecord>,
): Promise<SignatureRecord> =>
  retryOnConflict(async () => {
    const current = await Records.load(SignatureRequests, id, { live: true });
    if (!current) throw notFound();
    const tx = transaction();
    const edited = await edit(current, tx);
    if (edited === current && tx.size === 0) return current;
    const next = Records.nextVersion(current, edited);
    return tx.replace(SignatureRequests, current, next).commit(next);
  });

export * as SignatureRequest from "./request.ts";
