import { Clock } from "../../kernel/clock.ts";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { type Context, runIn } from "../../kernel/context.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { buildActorContext } from "../../platform/sign-in/actor-context.ts";
import { Directory } from "../../platform/user/directory.ts";
import { Feed, type FeedEvent, type FeedPosition, matchesPatterns, parseEventId } from "../../storage/read/event-feed.ts";
import { writeAll } from "../../storage/table/database.ts";
import { LeaseLost } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { type Attempt, saveAttempts, sendEvent } from "./attempt.ts";
import { type EndpointRecord, Endpoints } from "./endpoint.entity.ts";
import { WebhookEndpoint } from "./endpoint.ts";
import { computeNextTry } from "./retry-schedule.rules.ts";
import { LEASE_SECONDS, type Progress, SendingState } from "./sending-state.ts";
import { buildPayloads } from "./webhook-payload.ts";

/**
 * Sends new events to an endpoint in order (docs/messaging/outbound-webhooks.md). Writers of the feed and the clock `work` call it,
 * any number of times: only the worker with the endpoint's lease sends.
 */

/** Milliseconds of a slice. */
const MAX_SLICE_MS = 4 * 60_000;
/** Maximum number of events in a step. */
const EVENTS_PER_STEP = 50;
/** Maximum number of concurrent requests to an endpoint. */
const MAX_CONCURRENCY = 8;

/** Handles the clock of an endpoint, and changes of an endpoint that make work due at once: a replay, or being switched on again. */
export async function onWorkDue(event: DomainEvent): Promise<void> {
  const { record_id } = event;
  const due_at = event.due_at ?? (await findImmediateWork(event));
  if (due_at === undefined) return;
  await deliverEvents(record_id);
  // Clears the clock that caused this slice, unless the slice has set it anew.
  await updateActive(record_id, (current) => (current.work_at === due_at ? { work_at: null } : {}));
}

/** Returns the time of an endpoint's work that was already due when the endpoint was changed. Any other time is left to the clock. */
async function findImmediateWork({ record_id, at: changedAt }: DomainEvent): Promise<string | undefined> {
  const work_at = (await loadActive(record_id))?.work_at ?? null;
  return work_at !== null && work_at <= changedAt ? work_at : undefined;
}

async function deliverEvents(id: string, until = performance.now() + MAX_SLICE_MS): Promise<void> {
  for (;;) {
    const endpoint = await loadActive(id);
    if (!endpoint || (endpoint.failing_since !== null && endpoint.work_at !== null && endpoint.work_at > Clock.now())) return;
    const lease = await SendingState.Lease.acquire(id);
    if (!lease) return scheduleRecheck(id);
    try {
      if (!(await runSlice(id, lease, until))) return;
    } catch (error) {
      if (error instanceof LeaseLost) return;
      throw error;
    }
    // Work that was added during the lease did not start a worker, so look for new events and for a replay.
    const [{ events }, replay] = await Promise.all([Feed.readEventsAfter(lease.progress.after, 1), SendingState.loadReplay(id)]);
    if (events.length === 0 && !replay) return;
  }
}

/** Loads an active endpoint. */
async function loadActive(id: string): Promise<EndpointRecord | undefined> {
  const endpoint = await Records.load(Endpoints, id, { live: true });
  return endpoint?.status === "ACTIVE" ? endpoint : undefined;
}

/** Sends until nothing is left. Returns whether that is so. */
async function runSlice(id: string, lease: SendingState.Lease, until: number): Promise<boolean> {
  const isOver = (): boolean => performance.now() > until;
  try {
    for (;;) {
      // Reads the endpoint and the rights of its owner again for each step.
      const endpoint = await loadActive(id);
      if (!endpoint) return false;
      const context = await buildActorContext(endpoint.owner_id, {
        authority: "webhook_endpoint",
        request: `webhook-deliveries-${id}`,
        isReadOnly: true,
      });
      if (!context) {
        await switchOff(id, "The owner can no longer sign in");
        return false;
      }
      const sender = new Sender(endpoint, await WebhookEndpoint.openSecrets(endpoint), context, lease, isOver);
      const news = await sender.step(lease.progress, "event");
      if (news.progress) await lease.saveProgress(news.progress);
      if (news.refused) return await recordFailure(id, news.refused);
      const replay = await SendingState.loadReplay(id);
      const again = replay && (await runReplayStep(sender, id, replay));
      if (again?.refused) return await recordFailure(id, again.refused);
      if (endpoint.failing_since !== null && (news.hasDelivered || again?.hasDelivered))
        await updateActive(id, () => ({ failing_since: null, tries: 0, work_at: null }));
      if (!news.progress && !again) return true;
      if (isOver()) {
        await updateActive(id, () => ({ work_at: Clock.now() }));
        return false;
      }
    }
  } finally {
    await lease.release();
  }
}

interface StepResult {
  /** The progress after the step; undefined if there were no events. */
  progress?: Progress;
  hasDelivered: boolean;
  /** The attempt that was not accepted: nothing more is sent. */
  refused?: Attempt;
}

class Sender {
  readonly #endpoint: EndpointRecord;
  readonly #secrets: readonly string[];
  readonly #context: Context;
  readonly #lease: SendingState.Lease;
  readonly #isOver: () => boolean;

  constructor(
    endpoint: EndpointRecord,
    secrets: readonly string[],
    context: Context,
    lease: SendingState.Lease,
    isOver: () => boolean,
  ) {
    this.#endpoint = endpoint;
    this.#secrets = secrets;
    this.#context = context;
    this.#lease = lease;
    this.#isOver = isOver;
  }

  /** Sends some of the events after a position. Events of the same record are sent one after the other. */
  async step(
    { after, done }: Progress,
    reason: "event" | "replay",
    isMeant: (event: FeedEvent) => boolean = () => true,
  ): Promise<StepResult> {
    const { events, last } = await Feed.readEventsAfter(after, EVENTS_PER_STEP);
    if (last.page === after.page && last.place === after.place) return { hasDelivered: false };
    const { events: patterns, include_record } = this.#endpoint;
    const open = events.filter((event) => matchesPatterns(patterns, event.type) && !done.includes(event.id) && isMeant(event));
    const payloads = await runIn(this.#context, () => buildPayloads(open, { withRecord: include_record }));
    const attempts: Attempt[] = [];
    const deliveredIds = new Set(done);
    let failedAttempt: Attempt | undefined;
    const lane = limitConcurrency(MAX_CONCURRENCY);
    const lanes = Map.groupBy(payloads, ({ data }) => data.id);
    await Promise.all(
      [...lanes.values()].map(async (ofRecord) => {
        for (const event of ofRecord) {
          const attempt = await lane(async () => {
            if (failedAttempt || this.#isOver()) return undefined;
            await this.#lease.renew();
            return sendEvent(this.#endpoint, this.#secrets, event, reason);
          });
          if (!attempt) return;
          attempts.push(attempt);
          if (attempt.outcome === "taken") deliveredIds.add(event.id);
          else failedAttempt ??= attempt;
          if (attempt.outcome !== "taken") return;
        }
      }),
    );
    await saveAttempts(attempts);
    const first = payloads.find(({ id }) => !deliveredIds.has(id));
    const position = first && parseEventId(first.id);
    const progress = position
      ? { after: { page: position.page, place: position.place - 1 }, done: [...deliveredIds] }
      : { after: last, done: [] };
    return {
      progress,
      hasDelivered: attempts.some(({ outcome }) => outcome === "taken"),
      ...(failedAttempt ? { refused: failedAttempt } : {}),
    };
  }
}

/** Runs a step of a replay; undefined once it is finished. */
async function runReplayStep(sender: Sender, id: string, replay: SendingState.Replay): Promise<StepResult | undefined> {
  const { from, to, until } = replay;
  const isWithin = (event: FeedEvent): boolean =>
    !isAfter(parseEventId(event.id), until) && (from === null || event.at >= from) && (to === null || event.at <= to);
  const stepped = await sender.step(replay, "replay", isWithin);
  const { progress } = stepped;
  const isDone = !progress || (!stepped.refused && !isAfter(until, progress.after));
  if (isDone) await writeAll([SendingState.replayDeletion(id)]);
  else
    await transaction()
      .put(SendingState.replayItem(id, { ...replay, ...progress }))
      .commit(undefined);
  return progress ? stepped : undefined;
}

const isAfter = (a: FeedPosition | undefined, b: FeedPosition): boolean =>
  a !== undefined && (a.page > b.page || (a.page === b.page && a.place > b.place));

/** Schedules the next try, or switches the endpoint off. Returns false, since the slice is over. */
async function recordFailure(id: string, { status, answer }: Attempt): Promise<false> {
  const reason = status === null ? (answer ?? "no answer") : `the endpoint answered ${status}`;
  if (status === 410) {
    await switchOff(id, "The endpoint answered 410: it no longer exists");
    return false;
  }
  const current = await loadActive(id);
  const now = Clock.ms();
  const failing_since = current?.failing_since ?? new Date(now).toISOString();
  const tries = (current?.tries ?? 0) + 1;
  const next = computeNextTry(Date.parse(failing_since), tries, now, Math.random());
  if (next === undefined) await switchOff(id, `No attempt succeeded for three days: ${reason}`);
  else await updateActive(id, () => ({ failing_since, tries, work_at: new Date(next).toISOString() }));
  return false;
}

/** Another worker has the lease. Should it stop, the clock starts a worker after the end of the lease. */
const scheduleRecheck = (id: string): Promise<void> =>
  updateActive(id, ({ work_at }) =>
    work_at !== null && work_at > Clock.now() ? {} : { work_at: Clock.addSeconds(LEASE_SECONDS + 1) },
  );

/** Switches an endpoint off, and notifies its owner, or an administrator if the owner is not active. */
async function switchOff(id: string, off_reason: string): Promise<void> {
  const endpoint = await loadActive(id);
  if (!endpoint) return;
  const [owner] = await Directory.loadActive([endpoint.owner_id]);
  const told_id = owner?.id ?? (await Directory.listByRole("ADMIN"))[0] ?? null;
  await updateActive(
    id,
    () => ({ status: "OFF", off_reason: off_reason.slice(0, 500), told_id, work_at: null }),
    (tx, next) => tx.put(WebhookEndpoint.buildSubscription(next)),
  );
}

/** Changes an active endpoint. */
const updateActive = (
  id: string,
  edit: (current: EndpointRecord) => Partial<EndpointRecord>,
  addToTransaction: (tx: Transaction, next: EndpointRecord) => unknown = () => undefined,
): Promise<void> =>
  retryOnConflict(async () => {
    const current = await loadActive(id);
    if (!current) return;
    const edits = edit(current);
    if (Object.entries(edits).every(([field, value]) => current[field as keyof EndpointRecord] === value)) return;
    const next = Records.nextVersion(current, { ...current, ...edits });
    const tx = transaction().replace(Endpoints, current, next);
    addToTransaction(tx, next);
    await tx.commit(undefined);
  });
