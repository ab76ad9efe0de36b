import { collectBytes } from "../../kernel/bytes.ts";
import { Clock } from "../../kernel/clock.ts";
import { usePorts } from "../../kernel/context.ts";
import { Failure, isFailure } from "../../kernel/error.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { isFault } from "../../lib/provider-http/fault.ts";
import { InboundWebhooks } from "../../messaging/inbound-webhook/inbound-webhooks.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Clocks } from "../../storage/scheduler/clocks.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { Envelopes } from "./envelope-lookup.ts";
import { fileDocuments, storeFile } from "./filing.ts";
import { envelopeKey, fetchStatus } from "./provider/events.ts";
import type { ProviderName, SignatureProvider } from "./provider/provider.ts";
import { SignatureAccount } from "./provider/signature-account.ts";
import { computeBackoff, computePreparationBackoff, LEASE_SECONDS, MAX_TRIES, RECHECK_SECONDS } from "./provider-work.rules.ts";
import { type SignatureRecord, SignatureRequests } from "./signature.entity.ts";
import { isEnd } from "./transition.rules.ts";
import { Transition } from "./transition.ts";

/**
 * Calls to the provider of a request that run after the user's action: sending the envelope, reading its status, voiding it, and fetching the signed
 * files. A lease lets one process work on a request at a time, and the clock `work` resumes what a process has left unfinished.
 */

/** Listener for `signature_request.created`, `.completed`, `.voided`, `.expired` and `.work_due`. A repeated or late call is safe. */
export const onWork = ({ type, record_id, due_at }: DomainEvent): Promise<void> =>
  Tenant.runWithSettings(async () => {
    if (
      type === "signature_request.work_due" &&
      !(due_at && (await Clocks.loadDue(SignatureRequests, record_id, "work", due_at)))
    )
      return;
    await runWork(record_id);
  });

async function runWork(id: string): Promise<void> {
  const leasedRequest = await acquireLease(id);
  if (!leasedRequest) return;
  try {
    const provider = await SignatureAccount.loadProvider(leasedRequest.record.account_id ?? "");
    await runNextStep(provider, leasedRequest);
  } catch (error) {
    await scheduleRetry(id, leasedRequest, error);
  }
}

interface LeasedRequest {
  /** The record before the lease was taken. */
  record: SignatureRecord;
  /** When the first try with an unknown outcome began. */
  tried_at: string | null;
}

/** Takes a lease on a request that waits for its provider. Returns undefined if another process has the lease or nothing is to do. */
const acquireLease = (id: string): Promise<LeasedRequest | undefined> =>
  retryOnConflict(async () => {
    const current = await Records.load(SignatureRequests, id, { live: true });
    if (!current || current.provider === "builtin" || current.work_at === null) return undefined;
    const now = Clock.now();
    if (current.leased_until !== null && current.leased_until > now) return undefined;
    const leased_until = Clock.addSeconds(LEASE_SECONDS);
    const isSending = current.envelope_id === null;
    const next = Records.nextVersion(current, {
      ...current,
      ...{ leased_until, work_at: leased_until, tries: current.tries + 1 },
      tried_at: isSending ? (current.tried_at ?? now) : current.tried_at,
    });
    await transaction().replace(SignatureRequests, current, next).commit(undefined);
    return { record: current, tried_at: current.tried_at };
  });

/** Does the next step with the provider. */
async function runNextStep(provider: SignatureProvider, { record, tried_at }: LeasedRequest): Promise<void> {
  if (record.status === "completed") return fileFromProvider(provider, record);
  if (isEnd(record.status)) return endAtProvider(provider, record, tried_at);
  if (record.envelope_id === null) return sendToProvider(provider, record, tried_at);
  const facts = await fetchStatus(provider, record.envelope_id, Clock.now());
  await Transition.applyFacts(record.id, facts);
  await releaseLease(record.id, (current) => ({
    work_at: isEnd(current.status) ? null : Clock.addSeconds(RECHECK_SECONDS),
    tries: 0,
  }));
}

async function sendToProvider(provider: SignatureProvider, record: SignatureRecord, tried_at: string | null): Promise<void> {
  const object = await usePorts().objects.open(record.document_key);
  if (!object) throw new Error(`${record.document_key} no longer exists`);
  const envelope = {
    request_id: record.id,
    subject: record.name,
    ...(record.message ? { message: record.message } : {}),
    document: { name: record.document_name, bytes: await collectBytes(object.read()) },
    signers: record.signers.map(({ name, email, order }) => ({ name, email, order: record.in_order ? order : 1 })),
    expires_in_days: Math.max(1, Math.ceil((Date.parse(record.expires_at) - Clock.ms()) / (24 * 60 * 60 * 1000))),
    tried_at,
  };
  const faults = provider.findFaults(envelope);
  if (faults.length > 0) return failRequest(record.id, faults.join("; "));
  const { envelope_id } = await provider.send(envelope);
  await releaseLease(record.id, (current) => ({
    envelope_id,
    tried_at: null,
    tries: 0,
    work_at: isEnd(current.status) ? Clock.now() : Clock.addSeconds(RECHECK_SECONDS),
  }));
  await Transition.applyFacts(record.id, { state: "sent", time: Clock.now(), source: record.provider });
  // Webhooks that arrived before the envelope id was stored are processed now.
  await InboundWebhooks.resumeWaiting(envelopeKey(record.provider as ProviderName, envelope_id));
}

/** Stores the provider's signed file and certificate. They can become available some time after the last signature. */
async function fileFromProvider(provider: SignatureProvider, record: SignatureRecord): Promise<void> {
  const { id, envelope_id } = record;
  if (envelope_id !== null)
    await fileDocuments(record, async () => {
      const signed = await storeFile(id, await provider.downloadSignedFile(envelope_id));
      const certificate = await fetchCertificate(provider, envelope_id);
      if (certificate === undefined) return { signed, certificate: signed };
      return { signed, certificate: certificate && (await storeFile(id, certificate)) };
    });
  await releaseLease(id, () => ({ work_at: null, tries: 0 }));
}

/**
 * Returns undefined if the certificate is part of the signed file, and null if the provider does not return one. A missing certificate does not
 * prevent filing the signed file.
 */
async function fetchCertificate(provider: SignatureProvider, envelope_id: string): Promise<Uint8Array | undefined | null> {
  try {
    return await provider.downloadCertificate(envelope_id);
  } catch (error) {
    if (!isFault(error, "gone", "refused")) throw error;
    usePorts().log.write("warn", "Signature provider returned no certificate", { envelope: envelope_id, code: error.code });
    return null;
  }
}

/** Voids the envelope at the provider after the request was voided or has expired here. */
async function endAtProvider(provider: SignatureProvider, record: SignatureRecord, tried_at: string | null): Promise<void> {
  const envelope_id = record.envelope_id ?? (tried_at && (await provider.find(record.id, tried_at))?.envelope_id);
  if (envelope_id) {
    try {
      await provider.void(envelope_id, record.end_reason ?? record.status);
    } catch (error) {
      // The envelope has ended already, or does not exist.
      if (!isFault(error, "gone", "refused")) throw error;
    }
  }
  await releaseLease(record.id, () => ({ ...(envelope_id ? { envelope_id } : {}), work_at: null, tries: 0 }));
}

type ReleaseFields = Partial<Pick<SignatureRecord, "work_at" | "tries" | "envelope_id" | "tried_at" | "end_reason">>;

const releaseLease = (id: string, after: (current: SignatureRecord) => ReleaseFields): Promise<void> =>
  retryOnConflict(async () => {
    const current = await Records.load(SignatureRequests, id, { live: true });
    if (!current) return;
    const next = Records.nextVersion(current, { ...current, leased_until: null, ...after(current) });
    const tx = transaction().replace(SignatureRequests, current, next);
    if (next.envelope_id !== null && current.envelope_id === null)
      Envelopes.link(tx, next.provider as ProviderName, next.envelope_id, id);
    await tx.commit(undefined);
  });

/** Schedules the next try, or fails the request if another try cannot help. */
async function scheduleRetry(id: string, { record, tried_at }: LeasedRequest, error: unknown): Promise<void> {
  if (!isFault(error) && !isFailure(error, "RULE_VIOLATION")) throw error;
  const tries = record.tries + 1;
  const computePause = isFault(error, "not_ready") ? computePreparationBackoff : computeBackoff;
  const pause = isFault(error) ? computePause(tries, error.retryAfter) : computePause(tries);
  const isHopeless = !isFault(error, "unreachable", "rate_limited", "not_ready") || tries >= MAX_TRIES;
  if (isHopeless && record.envelope_id === null && !isEnd(record.status)) return failRequest(id, (error as Error).message);
  if (isHopeless && isEnd(record.status)) {
    usePorts().log.write("error", "Final call to the signature provider failed; no further tries", { request: id });
    return releaseLease(id, () => ({ work_at: null }));
  }
  // A rate-limited call had no effect, so this try does not count as one with an unknown outcome.
  const isUndone = isFault(error, "rate_limited");
  await releaseLease(id, () => ({ work_at: Clock.addSeconds(pause), ...(isUndone ? { tried_at } : {}) }));
}

async function failRequest(id: string, reason: string): Promise<void> {
  await Transition.applyFacts(id, { state: "failed", time: Clock.now(), source: "provider", reason });
  await releaseLease(id, () => ({ work_at: null, end_reason: reason.slice(0, 500) }));
}

/** Makes the signed files of a completed request due now, because its provider has reported a change: they may have become available. */
export const requestFiles = (id: string): Promise<void> =>
  retryOnConflict(async () => {
    const current = await Records.load(SignatureRequests, id, { live: true });
    const now = Clock.now();
    if (current?.status !== "completed" || current.filed_at !== null || current.work_at === null) return;
    // A process that holds the lease is fetching the files, or schedules the next try itself.
    if (current.work_at <= now || (current.leased_until !== null && current.leased_until > now)) return;
    const next = Records.nextVersion(current, { ...current, work_at: now });
    await transaction().replace(SignatureRequests, current, next).commit(undefined);
  });

/** Reads the status of a request from its provider, for a webhook that does not contain it. */
export async function refreshFromProvider(record: SignatureRecord): Promise<void> {
  if (record.envelope_id === null) return;
  const provider = await SignatureAccount.loadProvider(record.account_id ?? "");
  try {
    await Transition.applyFacts(record.id, await fetchStatus(provider, record.envelope_id, Clock.now()));
  } catch (error) {
    throw isFault(error) ? new Failure("CONFLICT", error.message) : error;
  }
}
