import { isDeepStrictEqual } from "node:util";
import { Clock } from "../../kernel/clock.ts";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { concernsFields } from "../../kernel/event.ts";
import { derivedId } from "../../kernel/id.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import type { Partition } from "../../storage/read/list-query.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { Clocks, createClockListener, SLICE_SECONDS } from "../../storage/scheduler/clocks.ts";
import { dynamodbLimits } from "../../storage/table/table.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { clearPolicyCache } from "../sla/policy-store.ts";
import { type ReviewRecord, Reviews } from "./sla-review.entity.ts";
import { isEnded, ticketStatuses } from "./status.rules.ts";
import { TICKET_REVIEW } from "./ticket.domain.ts";
import { customerPartitions, type TicketRecord, Tickets } from "./ticket.entity.ts";
import { WriteEffects } from "./write-effects.ts";

/**
 * What changes elsewhere moves the clocks of open tickets: a policy, a calendar's hours, a customer who becomes a VIP or another tier. A walk
 * over the tickets that it may concern brings each to what holds now; one that it does not concern is not written.
 */

/** Seconds after which all are looked at again: other processes know of a policy a minute late, and tickets are opened meanwhile. */
const REPEAT_SECONDS = 90;

const hoursFields = ["timezone", "hours", "holidays", "extra_days", "public_holidays"];
const customerFields = ["vip_status", "tier"];

export async function onReviewEvent(event: DomainEvent): Promise<void> {
  if (event.due_at !== undefined) return onWorkDue(event);
  const { type, record_id } = event;
  // Customers that are joined move their tickets, and nothing else of these.
  if (type === "ticket.customer_changed") return reviewTickets([record_id]);
  if (type === "customer.updated") return concernsFields(event, customerFields) ? requestReview(record_id) : undefined;
  if (type !== "support_calendar.updated" || concernsFields(event, hoursFields)) await requestReview(null);
}

/** Begins the walk, or begins it anew; twice and late too. */
const requestReview = (customer_id: string | null): Promise<void> =>
  retryOnConflict(async () => {
    const id = derivedId(TICKET_REVIEW, 0, customer_id ?? "all");
    const again_at = customer_id === null ? Clock.addSeconds(REPEAT_SECONDS) : null;
    const asked = { customer_id, after: null, work_at: Clock.now(), again_at };
    const current = await Records.load(Reviews, id);
    const tx = transaction();
    if (current) tx.replace(Reviews, current, Records.nextVersion(current, { ...current, ...asked }));
    else tx.create(Reviews, Records.init(Reviews, asked, { id }), () => new WriteConflict("Another change has begun it"));
    await tx.commit(undefined);
  });

/** A turn of some seconds; where it began anew meanwhile, that one goes on. */
const onWorkDue = createClockListener(async (id, due_at) => {
  const review = await Clocks.loadDue(Reviews, id, "work", due_at);
  if (!review) return;
  clearPolicyCache();
  const { after, isDone } = await reviewSlice(review, performance.now() + SLICE_SECONDS * 1000);
  await Clocks.runDue(Reviews, id, "work", due_at, (current) =>
    isDone ? { ...current, after: null, work_at: current.again_at, again_at: null } : { ...current, after, work_at: Clock.now() },
  );
});

/** Reviewed at the same time. */
const MAX_CONCURRENT_REVIEWS = 10;

async function reviewSlice(review: ReviewRecord, until: number): Promise<{ after: string | null; isDone: boolean }> {
  let { after } = review;
  do {
    const most = dynamodbLimits.batchGet;
    const ids = await listKeysAfter(Tickets, listPartitions(review), { order: "asc", after: after ?? undefined, most });
    await reviewTickets(ids);
    after = ids.at(-1) ?? after;
    if (ids.length < most) return { after, isDone: true };
  } while (performance.now() < until);
  return { after, isDone: false };
}

const listPartitions = ({ customer_id }: ReviewRecord): Partition[] =>
  customer_id === null
    ? ticketStatuses
        .filter((status) => !isEnded(status))
        .map((status) => ({ index: "by_status", facets: { life: "live", status } }))
    : customerPartitions(customer_id, { isEnded: false });

/** Reads all in one batch: most are not written. */
async function reviewTickets(ids: readonly string[]): Promise<void> {
  const lane = limitConcurrency(MAX_CONCURRENT_REVIEWS);
  const tickets = await Records.loadMany(Tickets, ids, { live: true });
  await Promise.all(tickets.map((ticket) => ticket && lane(() => reviewTicket(ticket))));
}

async function reviewTicket(found: TicketRecord): Promise<void> {
  let known: TicketRecord | undefined = found;
  await retryOnConflict(async () => {
    const ticket = known ?? (await Records.load(Tickets, found.id, { live: true }));
    known = undefined;
    if (!ticket || isEnded(ticket.status)) return;
    const tx = transaction();
    const after: TicketRecord = await WriteEffects.reviewClocks(tx, ticket);
    if (tx.size === 0 && isDeepStrictEqual(after, ticket)) return;
    await tx.replace(Tickets, ticket, Tickets.applyComputed(Records.nextVersion(ticket, after))).commit(undefined);
  });
}
