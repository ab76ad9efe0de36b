import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { Failure, isFailure } from "../../kernel/error.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { appendEntries, computeRootHash, type NewEntry } from "./evidence.rules.ts";
import { loadSignable, type Signable } from "./signable.ts";
import { type SignatureRecord, SignatureRequests } from "./signature.entity.ts";
import { advanceEnvelope, BUILTIN, type Facts, isEnd, isOpen } from "./transition.rules.ts";

/**
 * The only code that changes the status of a signature request: for the page, users, the clock and providers. What follows for the signed record is
 * written in the same transaction, once.
 */

/** Key of the lock item: a record has at most one open request. */
export const openRequestKey = (subject: string): Key => ({ pk: tenantKey(useTenant(), "SIGNOF", subject), sk: "open" });

/** Applies facts to a request. Known facts change nothing. Returns undefined if the request does not exist. */
export const applyFacts = (id: string, facts: Facts): Promise<SignatureRecord | undefined> =>
  retryOnConflict(async () => {
    const current = await Records.load(SignatureRequests, id, { live: true });
    if (!current) return undefined;
    try {
      return await writeFacts(current, facts, true);
    } catch (error) {
      if (!(error instanceof Failure) || isFailure(error, "INTERNAL")) throw error;
      const now = await Records.load(SignatureRequests, id, { live: true });
      // The request ended or the record changed at the same moment, so the facts are applied again.
      if (now?.version !== current.version) return applyFacts(id, facts);
      // The signature exists even if the record cannot follow. The reason is stored in `not_followed`, and a user decides.
      return writeFacts(current, facts, false, error);
    }
  });

async function writeFacts(current: SignatureRecord, facts: Facts, follows: boolean, why?: Failure): Promise<SignatureRecord> {
  const tx = transaction();
  const next = await applyFactsIn(tx, current, facts, { updatesSubject: follows });
  if (next === current) return current;
  const not_followed = why ? [why.message, ...why.details.map(({ message }) => message)].join(": ").slice(0, 500) : null;
  const record = Records.nextVersion(current, { ...next, ...(not_followed ? { not_followed } : {}) });
  return tx.replace(SignatureRequests, current, record).commit(record);
}

interface TransitionOptions {
  /** Whether the signed record is updated too. */
  updatesSubject?: boolean;
  /** Entries that are added before those that follow from the facts. */
  evidence?: readonly NewEntry[];
}

/** Returns the request after the facts and adds everything that follows to the transaction. Returns the same object if nothing is new. */
export async function applyFactsIn(
  tx: Transaction,
  current: SignatureRecord,
  facts: Facts,
  { updatesSubject = true, evidence = [] }: TransitionOptions = {},
): Promise<SignatureRecord> {
  const after: SignatureRecord = advanceEnvelope(current, facts);
  if (JSON.stringify(after) === JSON.stringify(current)) return current;
  const next = withEvidence(withInvitations(current, after), ...evidence, ...buildEntries(current, after, facts));
  if (!isEnd(next.status) || isEnd(current.status)) return next;
  tx.delete(openRequestKey(current.subject_id));
  // The provider must be told about the end, unless the provider reported it.
  const isToBeFiled = next.provider !== BUILTIN && next.status === "completed";
  const isOurs = next.provider !== BUILTIN && !next.provider.startsWith(facts.source.split(":")[0] ?? "");
  const endedRequest = { ...next, reminder_at: null, work_at: isOurs || isToBeFiled ? Clock.now() : null };
  if (updatesSubject) await notifySubject(tx, await loadSignable(current.subject_type), endedRequest);
  return endedRequest;
}

async function notifySubject(tx: Transaction, signable: Signable, request: SignatureRecord): Promise<void> {
  if (request.status === "completed") await signable.onCompleted(tx, request);
  else if (request.status === "declined") await signable.onDeclined?.(tx, request);
  else if (request.status === "voided") await signable.onVoided?.(tx, request);
  else await signable.onExpired?.(tx, request);
}

/** Marks the newly asked signers, so that the event of this version invites them by mail. */
function withInvitations(current: SignatureRecord, after: SignatureRecord): SignatureRecord {
  if (after.provider !== "builtin" || !isOpen(after.status)) return after;
  const before = new Map(current.signers.map(({ id, state }) => [id, state]));
  const invitedSigners = after.signers.filter(({ id, state }) => state === "sent" && before.get(id) === "waiting");
  if (invitedSigners.length === 0) return after;
  const invited_in = current.version + 1;
  const entries = invitedSigners.map(({ id }) => [id, { ...requireAccess(after, id), invited_in }]);
  return { ...after, access: { ...after.access, ...Object.fromEntries(entries) } };
}

export function requireAccess({ access, id }: SignatureRecord, signer: string): SignatureRecord["access"][string] {
  const signerAccess = access[signer];
  if (!signerAccess) throw new Error(`${id} has no signer ${signer}`);
  return signerAccess;
}

export const withEvidence = (request: SignatureRecord, ...entries: readonly NewEntry[]): SignatureRecord => ({
  ...request,
  evidence: appendEntries(computeRootHash(request.id, request.document_hash), request.evidence, ...entries),
});

/** Returns the evidence entries for what the facts changed, in order. */
function buildEntries(before: SignatureRecord, after: SignatureRecord, { source, reason }: Facts): NewEntry[] {
  const now = Clock.now();
  const previousStates = new Map(before.signers.map((signer) => [signer.id, signer.state]));
  // For facts from our own page, the page writes more detailed entries itself.
  const isOwn = source === "page";
  const signers = after.signers
    .filter(({ id, state }) => state !== previousStates.get(id) && (!isOwn || state === "sent"))
    .map(({ id, state, ...signer }): NewEntry => {
      const time = state === "waiting" ? now : (signer[`${state}_at`] ?? now);
      return { at: time, what: `signer_${state}`, signer: id, facts: { source } };
    });
  if (after.status === before.status || !(isEnd(after.status) || after.status === "failed")) return signers;
  const facts = { source, ...(reason ? { reason } : {}) };
  return [...signers, { at: after.ended_at ?? now, what: `request_${after.status}`, signer: null, facts }];
}

export * as Transition from "./transition.ts";
