import { randomUUID } from "node:crypto";
import { Clock } from "../../kernel/clock.ts";
import { useActorId, usePorts, useRequest, useTenant } from "../../kernel/context.ts";
import { isFailure } from "../../kernel/error.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { isFault, type ProviderFault, SETTLE_SECONDS } from "../../lib/provider-http/fault.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { SLICE_SECONDS } from "../../storage/scheduler/clocks.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, StaleWrite, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { type MessageRecord, Messages, type WaitReason } from "../message/message.entity.ts";
import { authorizeSending } from "../message/send-policy.ts";
import { stampDays } from "../message/stamp-days.ts";
import { type QueueRecord, Queues, queueId } from "./queue.entity.ts";
import { type Route, resolveRoute, type Unavailable } from "./route.ts";
import { type ProviderName, StatusUpdate } from "./status-update.ts";

/**
 * Sends the messages of a number or mail account in order, at its rate. A worker needs the lease of the queue; the queue's clock
 * finds what a stopped process leaves. A message is marked as sending by one write before the request to its provider. It is sent
 * again only if the provider has said that it did not accept it.
 */

/** Seconds of a lease: longer than a slice and its last request. */
const LEASE_SECONDS = SLICE_SECONDS + 40;
/** Seconds until a message that is being sent is checked: longer than a lease, and than the delay of providers' lists. */
const CONFIRM_AFTER_SECONDS = SETTLE_SECONDS + LEASE_SECONDS;
/** Seconds after which the queue is read again for messages that the index did not show yet. */
const INDEX_LAG_SECONDS = 120;
/** Maximum number of concurrent requests to the provider, so that a slow answer does not delay the queue. */
const MAX_IN_FLIGHT = 20;
const PAGE_SIZE = 50;

/** Handles `message.created`, `message.advanced` and `message_queue.turn_due`. Events may arrive twice or late. */
export const onQueueEvent = ({ type, record_id }: DomainEvent): Promise<void> =>
  Tenant.runWithSettings(async () => {
    if (type === "message_queue.turn_due") return runSlice(record_id);
    const message = await Records.load(Messages, record_id);
    if (message?.status === "queued" && message.queue !== null && message.send_at !== null)
      await scheduleQueue(message.queue, message.send_at);
  });

/** Schedules the queue for `at`. If that is now and there is no lease, the caller runs it. */
async function scheduleQueue(outlet_id: string, dueAt: string): Promise<void> {
  const id = queueId(outlet_id);
  const isFree = await retryOnConflict(async () => {
    const current = await Records.load(Queues, id);
    if (current === undefined) {
      const queue = Records.init(Queues, { outlet_id, worker: null, leased_until: null, next_at: 0, due_at: dueAt }, { id });
      const buildConflict = () => new WriteConflict("The queue was created concurrently");
      return transaction().create(Queues, queue, buildConflict).commit(true);
    }
    if (current.due_at !== null && current.due_at <= dueAt) return !isLeased(current);
    const next = Records.nextVersion(current, { ...current, due_at: dueAt });
    return transaction().replace(Queues, current, next).commit(!isLeased(current));
  });
  if (isFree && dueAt <= Clock.now()) await runSlice(id);
}

const isLeased = ({ leased_until }: QueueRecord): boolean => leased_until !== null && leased_until > Clock.now();

/** The worker of a queue, the end of its lease, and the time at which the next message may be sent. */
interface QueueLease {
  id: string;
  outlet_id: string;
  worker: string;
  leased_until: string;
  next_at: number;
}

/**
 * Sends as many messages of a queue as the time allows; the next slice sends the others. Does nothing while another worker has the
 * lease.
 */
export async function runSlice(id: string, seconds = SLICE_SECONDS): Promise<void> {
  const lease = await acquireLease(id);
  if (!lease) return;
  const until = Clock.machineTimeWithPauses() + seconds * 1000;
  const route = await resolveRoute(lease.outlet_id);
  const inHand = new Set<Promise<void>>();
  const faults: unknown[] = [];
  let next_at = lease.next_at;
  let count = 0;
  const isTime = (): boolean => Clock.machineTimeWithPauses() < until && faults.length === 0;
  for await (const message of readDueMessages(lease.outlet_id)) {
    if (inHand.size >= MAX_IN_FLIGHT) await Promise.race(inHand);
    if (!isTime()) break;
    if (!(await waitForInterval(next_at, until))) break;
    next_at = Math.max(next_at, Clock.machineTimeWithPauses()) + route.pause;
    count++;
    const task = sendMessage(message, route)
      .catch((error) => void faults.push(error))
      .finally(() => inHand.delete(task));
    inHand.add(task);
  }
  await Promise.all(inHand);
  await releaseLease(lease, { next_at, hasWorked: count > 0 });
  if (faults.length > 0) throw faults[0];
}

/** Acquires the lease of a queue; undefined if another worker has it or nothing is due. */
const acquireLease = (id: string): Promise<QueueLease | undefined> =>
  retryOnConflict(async () => {
    const current = await Records.load(Queues, id);
    if (!current || isLeased(current) || current.due_at === null || current.due_at > Clock.now()) return undefined;
    const lease = { worker: randomUUID(), leased_until: Clock.addSeconds(LEASE_SECONDS) };
    const next = Records.nextVersion(current, { ...current, ...lease, due_at: lease.leased_until });
    const { outlet_id, next_at } = current;
    return transaction()
      .replace(Queues, current, next)
      .commit({ id, outlet_id, next_at, ...lease });
  });

/** Releases the lease, and sets the clock to when the next message is due. */
async function releaseLease(lease: QueueLease, { next_at, hasWorked }: { next_at: number; hasWorked: boolean }): Promise<void> {
  const queue = await retryOnConflict(async () => {
    const current = await Records.load(Queues, lease.id);
    // The lease has expired, and another worker has it.
    if (!current || current.worker !== lease.worker) return undefined;
    const [first] = await listWaiting(lease.outlet_id, 1);
    // An event that arrived during the lease has set the clock before the end of the lease.
    const isCalled = current.due_at !== null && current.due_at < lease.leased_until;
    const dues = [
      first?.send_at,
      isCalled ? current.due_at : null,
      hasWorked || isCalled ? Clock.addSeconds(INDEX_LAG_SECONDS) : null,
    ];
    const due_at = dues.filter((each) => each != null).sort()[0] ?? null;
    const next = Records.nextVersion(current, { ...current, worker: null, leased_until: null, next_at, due_at });
    return transaction().replace(Queues, current, next).commit(next);
  });
  if (queue?.due_at && queue.due_at <= Clock.now()) await requestNextSlice(queue, queue.due_at);
}

/** Requests the next slice by an event, so that it starts at once but after those of other tenants. */
async function requestNextSlice({ id, version }: QueueRecord, due_at: string): Promise<void> {
  await usePorts().bus.publish([
    {
      ...{ id: `${id}.${version}`, type: "message_queue.turn_due", tenant_id: useTenant(), record_id: id, version, due_at },
      ...{ actor_id: useActorId(), request_id: useRequest().id, at: Clock.now(), changed: [] },
    },
  ]);
}

/** Lists the messages that wait in a queue, the longest waiting first. */
async function listWaiting(outlet_id: string, limit: number): Promise<{ id: string; send_at: string }[]> {
  const partition = { index: "by_date" as const, facets: { queue: outlet_id } };
  const waitingMessages: { id: string; send_at: string }[] = [];
  for await (const page of queryPartitions(Messages, [partition], { order: "asc", after: undefined, chunk: limit })) {
    const { id, send_at } = Messages.fromRow(page) as MessageRecord;
    waitingMessages.push({ id, send_at: String(send_at) });
    if (waitingMessages.length === limit) break;
  }
  return waitingMessages;
}

/** Iterates over the due messages of a queue, each read in its present state. */
async function* readDueMessages(outlet_id: string): AsyncGenerator<MessageRecord> {
  const seen = new Set<string>();
  for (;;) {
    const dueMessages = (await listWaiting(outlet_id, PAGE_SIZE)).filter(
      ({ id, send_at }) => send_at <= Clock.now() && !seen.has(id),
    );
    if (dueMessages.length === 0) return;
    for (const { id } of dueMessages) {
      seen.add(id);
      const message = await Records.load(Messages, id, { live: true });
      if (message && isDue(message)) yield message;
    }
  }
}

const isDue = ({ status, send_at }: MessageRecord): boolean => status === "queued" && send_at !== null && send_at <= Clock.now();

/** Waits until the next message may be sent. Returns false if that is after the end of the slice. */
async function waitForInterval(sendTime: number, until: number): Promise<boolean> {
  const pause = sendTime - Clock.machineTimeWithPauses();
  if (sendTime > until) return false;
  if (pause > 0) await Clock.pause(pause);
  return true;
}

/** Seconds until the next try while the sender, account or number is switched off. */
const INACTIVE_RETRY_SECONDS = 15 * 60;

/** Processes one message: holds it, refuses it, or sends it. */
async function sendMessage(message: MessageRecord, route: Route | Unavailable): Promise<void> {
  if ("wrong" in route) return holdMessage(message, route.wrong, Clock.addSeconds(INACTIVE_RETRY_SECONDS));
  const decision = await authorizeSending(message, route.limit).catch((error) => {
    if (!isFailure(error, "VALIDATION_ERROR")) throw error;
    return undefined;
  });
  // The address is not a valid number. The message fails, so that it does not block those after it.
  if (decision === undefined) return failUnaddressed(message);
  if (!decision.may)
    return decision.until === null
      ? rejectMessage(message, decision.reason)
      : holdMessage(message, decision.reason, decision.until);
  const claimedMessage = await markSending(message, route.tracks(message));
  if (!claimedMessage) return;
  try {
    await StatusUpdate.applyReceipt(claimedMessage.id, route.provider, await route.send(claimedMessage));
  } catch (error) {
    if (!isFault(error)) throw error;
    await applyFault(claimedMessage, route.provider, error);
  }
}

/** Marks a message as sending by one write, so that no other worker sends it. Undefined if it is no longer to be sent. */
async function markSending(message: MessageRecord, is_tracked: boolean): Promise<MessageRecord | undefined> {
  const next = Records.nextVersion(message, {
    ...message,
    ...{ status: "sending", queue: null, held_reason: null, tries: message.tries + 1, tried_at: Clock.now() },
    ...{ is_tracked, settle_at: Clock.addSeconds(CONFIRM_AFTER_SECONDS) },
  });
  return saveMessage(message, next);
}

const holdMessage = async (message: MessageRecord, held_reason: WaitReason, send_at: string): Promise<void> => {
  await saveMessage(message, Records.nextVersion(message, { ...message, held_reason, send_at }));
};

const rejectMessage = async (message: MessageRecord, held_reason: WaitReason): Promise<void> => {
  const failed = { ...message, status: "failed" as const, queue: null, failed_at: Clock.now(), held_reason };
  await saveMessage(message, Records.nextVersion(message, { ...failed, error_code: held_reason }));
};

const failUnaddressed = async (message: MessageRecord): Promise<void> => {
  const failed = { ...message, status: "failed" as const, queue: null, failed_at: Clock.now(), held_reason: null };
  await saveMessage(message, Records.nextVersion(message, { ...failed, error_code: "invalid_address" }));
};

/** Writes a message; undefined if it was changed meanwhile. */
async function saveMessage(before: MessageRecord, next: MessageRecord): Promise<MessageRecord | undefined> {
  const after = stampDays(next);
  try {
    return await transaction().replace(Messages, before, after).commit(after);
  } catch (error) {
    if (error instanceof WriteConflict || error instanceof StaleWrite || isFailure(error, "CONFLICT")) return undefined;
    throw error;
  }
}

/** Maximum number of tries while the provider does not accept a message. */
const MAX_TRIES = 12;

/** Handles a fault of the provider. Only for `unreachable` is it unknown whether the provider accepted the message. */
async function applyFault(message: MessageRecord, provider: ProviderName, fault: ProviderFault): Promise<void> {
  const failedAt = Clock.now();
  const { kind, code, message: words } = fault;
  if (kind === "unreachable") return markUnknown(message.id);
  if ((kind === "rate_limited" || kind === "unauthorized") && message.tries < MAX_TRIES) {
    const pause = Math.max(kind === "rate_limited" ? 2 ** message.tries : INACTIVE_RETRY_SECONDS, fault.retryAfter ?? 0);
    return requeueMessage(message.id, kind === "rate_limited" ? "provider_busy" : "account_refused", Clock.addSeconds(pause));
  }
  await StatusUpdate.applyReport(message.id, provider, {
    provider_id: null,
    report: { status: "failed", reportedAt: failedAt, error_code: code, error_message: words },
  });
}

/** Puts a message back into the queue: the provider did nothing with it. */
const requeueMessage = (id: string, held_reason: WaitReason, send_at: string): Promise<void> =>
  retryOnConflict(async () => {
    const current = await Records.load(Messages, id, { live: true });
    if (current?.status !== "sending") return;
    const queue = current.sender_phone_number_id ?? current.mail_account_id;
    const next = { ...current, status: "queued" as const, queue, held_reason, send_at, settle_at: null };
    await transaction()
      .replace(Messages, current, Records.nextVersion(current, stampDays(next)))
      .commit(undefined);
  });

/** Marks a message as `unknown`. Its status is asked for as soon as lists of providers can show it. */
export const markUnknown = (id: string): Promise<void> =>
  retryOnConflict(async () => {
    const current = await Records.load(Messages, id, { live: true });
    if (current?.status !== "sending") return;
    const next = { ...current, status: "unknown" as const, settle_at: Clock.addSeconds(SETTLE_SECONDS) };
    await transaction().replace(Messages, current, Records.nextVersion(current, next)).commit(undefined);
  });

export * as QueueWorker from "./queue-worker.ts";
