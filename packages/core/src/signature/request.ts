import * as z from "zod";
import { collected } from "../kernel/bytes.ts";
import { Clock } from "../kernel/clock.ts";
import { may, usePorts, useSettings } from "../kernel/context.ts";
import { conflict, forbidden, invalid, notFound, ruleViolation } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { anyId, email, name, oneOf, text } from "../kernel/schema.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import { retryOnConflict, transaction } from "../storage/write/transaction.ts";
import { BUILTIN, isOpen, requestStates, turnOf } from "./advance.rules.ts";
import { Advance, accessOf, withEvidence } from "./advance.ts";
import { Reached } from "./asking.ts";
import { sha256 } from "./evidence.rules.ts";
import { providerOf } from "./providers.ts";
import { outward, REFUSES, reachOf, SHARED, sharesNumber } from "./reach.ts";
import { signableOf } from "./signable.ts";
import { Shown, type SignatureRecord, SignatureRequests } from "./signature.entity.ts";
import { Signing, unused } from "./signing.ts";

/** Requests for signatures, as users deal with them. */

export const Info = Shown;
export const Row = rowOf(Shown, SignatureRequests.definition.row);

export const list = fn(
  listSchema(SignatureRequests, {
    status: oneOf(requestStates).optional(),
    subject: anyId().optional().describe("Of what: the id of a quote, say"),
  }),
  (input) => listRecords(SignatureRequests, queryOf(SignatureRequests, input)),
);

const One = z.strictObject({ id: text(64) });

export const get = fn(One, ({ id }) => Records.read(SignatureRequests, id));

/** The request, and that the caller may write what it is about. */
async function written(id: string): Promise<SignatureRecord> {
  const request = await Records.read(SignatureRequests, id);
  Records.requireVersion(request);
  if (!may((await signableOf(request.subject_type)).write)) throw forbidden("Needs the right to write what is signed");
  return request;
}

function requireOpen({ status, ended_at }: SignatureRecord): void {
  if (!isOpen(status)) throw conflict(`It is ${status} since ${ended_at}`, [{ field: "status", message: status }]);
}

/** So long after a mail to the same, in milliseconds. */
const PAUSE = 60 * 60 * 1000;

/** Whoever is asked and has not answered is asked once more. */
export const remind = fn(One, async ({ id }) => {
  const found = await written(id);
  requireOpen(found);
  if (found.provider !== BUILTIN) await (await providerOf(found)).remind(found);
  return Records.change(SignatureRequests, id, (current) => {
    requireOpen(current);
    const last = current.reminded_at ?? current.sent_at;
    if (current.reminded_at !== null && last !== null && Clock.ms() - Date.parse(last) < PAUSE)
      throw conflict("They were reminded less than an hour ago", [{ field: "reminded_at", message: current.reminded_at }]);
    return reminded(current, "user");
  });
});

/** Those are told whose turn it is; the next reminder comes so many days from now. */
export function reminded(current: SignatureRecord, source: string): SignatureRecord {
  const { signature_reminder_days: days } = useSettings();
  const now = Clock.now();
  const turn = turnOf(current.signers, current.in_order);
  const next = new Date(Date.parse(now) + days * 24 * 60 * 60 * 1000).toISOString();
  const access = Object.fromEntries(turn.map((each) => [each, { ...accessOf(current, each), reminded_in: current.version + 1 }]));
  const entries = turn.map((signer) => ({ at: now, what: "signer_reminded", signer, facts: { source } }));
  const after = { ...current, reminded_at: now, reminder_at: days === 0 ? null : next, access: { ...current.access, ...access } };
  return withEvidence(after, ...entries);
}

const voidIt = fn(One.extend({ reason: text(2000).trim().min(1) }), async ({ id, reason }) => {
  requireOpen(await written(id));
  const after = await Signing.void(id, reason, "user");
  if (!after) throw notFound();
  // It was completed, or declined, at the same moment.
  if (after.status !== "voided") requireOpen(after);
  return after;
});

export { voidIt as void };

const Reassign = z.strictObject({ id: text(64), signer_id: text(64), name: name(100), email: email(), ...Reached });

/** Somebody else signs in the place of one who has not answered: links that were sent to that one lead nowhere. */
export const reassign = fn(Reassign, async ({ id, signer_id, ...to }) => {
  const found = await written(id);
  requireOpen(found);
  const named = { name: to.name, email: to.email as string, ...(await reachOf(to, found.provider)) };
  if (await (await outward()).Outward.refuses(named.email))
    throw ruleViolation("Who is named is not written to", [{ field: "email", message: REFUSES }]);
  if (found.provider !== BUILTIN) await (await providerOf(found)).reassign(found, signer_id, named);
  return Records.change(SignatureRequests, id, (current) => {
    requireOpen(current);
    const signer = current.signers.find((each) => each.id === signer_id);
    if (!signer) throw notFound();
    if (signer.state === "signed" || signer.state === "declined")
      throw conflict(`They have ${signer.state} already`, [{ field: "state", message: signer.state }]);
    if (current.signers.some((each) => each.id !== signer_id && each.email.toLowerCase() === named.email.toLowerCase()))
      throw invalid("email", "Signs already: each signer has an address of their own");
    if (current.signers.some((each) => each.id !== signer_id && sharesNumber(each, named))) throw invalid("phone", SHARED);
    const now = Clock.now();
    const isAsked = signer.state !== "waiting";
    const fresh = { ...signer, ...named, ref: signer.ref, delivered_at: null };
    const moved = isAsked ? { ...fresh, state: "sent" as const, sent_at: now } : fresh;
    // Links and codes are made of this number too: none of before is good any more.
    const link_number = accessOf(current, signer_id).link_number + 1;
    const access = { ...unused, link_number, invited_in: isAsked ? current.version + 1 : null };
    const after = {
      ...current,
      signers: current.signers.map((each) => (each.id === signer_id ? moved : each)),
      access: { ...current.access, [signer_id]: access },
    };
    const facts = { from: `${signer.name} <${signer.email}>`, to: `${named.name} <${named.email}>` };
    return withEvidence(after, { at: now, what: "signer_reassigned", signer: signer_id, facts });
  });
});

interface Kept {
  key: string;
  bytes: Uint8Array;
  sha256: string;
  file_name: string;
  content_type: string;
}

/** What is signed, or was: the very bytes. */
export const document = fn(One, async ({ id }) => documentOf(await Records.read(SignatureRequests, id)));

export const documentOf = (request: SignatureRecord): Promise<Kept> =>
  request.signed_key && request.signed_hash
    ? kept(request.signed_key, request.signed_hash, request.document_name)
    : kept(request.document_key, request.document_hash, request.document_name);

const CertificateOf = One.extend({
  format: oneOf(["pdf", "json", "provider"])
    .optional()
    .describe("`pdf` unless told otherwise; `provider` is the one of the provider itself, as PDF"),
});

/** Of one that is complete: what happened, with hashes. */
export const certificate = fn(CertificateOf, async ({ id, format = "pdf" }) => {
  const request = await Records.read(SignatureRequests, id);
  return format === "provider" ? providersOwn(request) : certificateOf(request, format);
});

/** As the provider has made it. Dropbox Sign writes it at the end of the signed file. */
async function providersOwn(request: SignatureRecord): Promise<Kept> {
  const { provider, provider_certificate_key: key, provider_certificate_hash: hash, name: called } = request;
  if (provider === BUILTIN)
    throw ruleViolation("It was signed on our own page, of which `pdf` is the certificate", [
      { field: "format", message: "Has no provider" },
    ]);
  requireFiled(request);
  if (!key || !hash)
    throw conflict("The provider has given no certificate", [{ field: "provider_certificate_hash", message: "None" }]);
  return kept(key, hash, `${called} - certificate of ${provider}.pdf`);
}

function requireFiled({ filed_at, status }: SignatureRecord): void {
  if (filed_at === null)
    throw conflict("There is a certificate once everybody has signed", [{ field: "status", message: status }]);
}

export async function certificateOf(request: SignatureRecord, format: "pdf" | "json" = "pdf"): Promise<Kept> {
  const { certificate_key: key, certificate_hash: hash, name: called } = request;
  requireFiled(request);
  if (!key || !hash) throw notFound();
  const file = await kept(key, hash, `${called} - certificate.pdf`);
  if (format === "pdf") return file;
  const { statementIn } = await import("./statement.rules.ts");
  const bytes = Buffer.from(`${JSON.stringify(statementIn(file.bytes), null, 2)}\n`);
  return { ...file, bytes, sha256: sha256(bytes), file_name: `${called} - certificate.json`, content_type: "application/json" };
}

/** Bytes that are not what was kept are given to nobody. */
export async function kept(key: string, hash: string, file_name: string): Promise<Kept> {
  const object = await usePorts().objects.open(key);
  if (!object) throw notFound();
  const bytes = await collected(object.read());
  if (sha256(bytes) !== hash) throw new Error(`${key} is not what was kept`);
  return { key, bytes, sha256: hash, file_name, content_type: "application/pdf" };
}

/** Told by whoever looks after a provider. */
export const told = Advance.told;

/** Writes what comes after a request, in a transaction that `edit` may add to; tried again where another came between. */
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
