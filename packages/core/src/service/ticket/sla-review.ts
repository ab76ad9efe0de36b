import { isDeepStrictEqual } from "node:util";
import { Clock } from "../../kernel/clock.ts";
import { limitConcurrency } from "../../kernel/concurrency.ts";
import { concernsFields } from "../../kernel/event.ts";
import { derivedId } from "../../kernel/id.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import type { Partition } from "../../storage/read/list-query.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { Clocks, createClockListener, SLICE_SECONDS } from "../../storage/scheduler/clocks.ts";
import { dynamodbLimits } from "../../storage/table/table.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { clearPolicyCache } from "../sla/policy-store.ts";
import { type ReviewRecord, Reviews } from "./sla-review.entity.ts";
import { isEnded, ticketStatuses } from "./status.rules.ts";
import { customerPartitions, type TicketRecord, Tickets } from "./ticket.entity.ts";
import { TICKET_REVIEW } from "./ticket.kind.ts";
import { WriteEffects } from "./write-effects.ts";

/**
 * Reviews the clocks of open tickets after changes elsewhere: in a policy, a calendar's hours, or a customer's VIP status or tier. A walk brings
 * the tickets that may be affected up to date. Tickets that do not change are not written.
 */

/** Delay of the second pass. Other processes learn of a policy up to a minute late, and tickets are opened in the meantime. */
const REPEAT_SECONDS = 90;

const hoursFields = ["timezone", "hours", "holidays", "extra_days", "public_holidays"];
const customerFields = ["vip_status", "tier"];

export async function onReviewEvent(event: DomainEvent): Promise<void> {
  if (event.due_at !== undefined) return onWorkDue(event);
  const { type, record_id } = event;
  // A merge of customers changes `customer_id` of their tickets and nothing else that matters here.
  if (type === "ticket.customer_changed") return reviewTickets([record_id]);
  if (type === "customer.updated") return concernsFields(event, customerFields) ? requestReview(record_id) : undefined;
  if (type !== "support_calendar.updated" || concernsFields(event, hoursFields)) await requestReview(null);
}

/** Starts or restarts the walk. Events may repeat or be late. */
const requestReview = (customer_id: string | null): Promise<void> =>
  retryOnConflict(async () => {
    const id = derivedId(TICKET_REVIEW, 0, customer_id ?? "all");
    const again_at = customer_id === null ? Clock.addSeconds(REPEAT_SECONDS) : null;
    const reviewFields = { customer_id, after: null, work_at: Clock.now(), again_at };
    const current = await Records.load(Reviews, id);
    const tx = transaction();
    if (current) tx.replace(Reviews, current, Records.nextVersion(current, { ...current, ...reviewFields }));
    else
      tx.create(
        Reviews,
        Records.init(Reviews, reviewFields, { id }),
        () => new WriteConflict("Another change has already started the review"),
      );
    await tx.commit(undefined);
  });

/** Runs a slice of some seconds. If the walk was restarted in the meantime, the new one continues. */
const onWorkDue = createClockListener(async (id, due_at) => {
  const review = await Clocks.loadDue(Reviews, id, "work", due_at);
  if (!review) return;
  clearPolicyCache();
  const { after, isDone } = await Tenant.runWithSettings(() => reviewSlice(review, performance.now() + SLICE_SECONDS * 1000));
  await Clocks.runDue(Reviews, id, "work", due_at, (current) =>
    isDone ? { ...current, after: null, work_at: current.again_at, again_at: null } : { ...current, after, work_at: Clock.now() },
  );
});

/** Number of tickets reviewed in parallel. */
const MAX_CONCURRENT_REVIEWS = 10;

async function reviewSlice(review: ReviewRecord, until: number): Promise<{ after: string | null; isDone: boolean }> {
  let { after } = review;
  do {
    const limit = dynamodbLimits.batchGet;
    const ids = await listKeysAfter(Tickets, listPartitions(review), { order: "asc", after: after ?? undefined, limit });
    await reviewTickets(ids);
    after = ids.at(-1) ?? after;
    if (ids.length < limit) return { after, isDone: true };
  } while (performance.now() < until);
  return { after, isDone: false };
}

const listPartitions = ({ customer_id }: ReviewRecord): Partition[] =>
  customer_id === null
    ? ticketStatuses
        .filter((status) => !isEnded(status))
        .map((status) => ({ index: "by_status", facets: { life: "live", status } }))
    : customerPartitions(customer_id, { isEnded: false });

/** Reads the tickets in one batch, because most need no write. */
async function reviewTickets(ids: readonly string[]): Promise<void> {
  const lane = limitConcurrency(MAX_CONCURRENT_REVIEWS);
  const tickets = await Records.loadMany(Tickets, ids, { live: true });
  await Promise.all(tickets.map((ticket) => ticket && lane(() => reviewTicket(ticket))));
}

async function reviewTicket(listedTicket: TicketRecord): Promise<void> {
  let cachedTicket: TicketRecord | undefined = listedTicket;
  await retryOnConflict(async () => {
    const ticket = cachedTicket ?? (await Records.load(Tickets, listedTicket.id, { live: true }));
    cachedTicket = undefined;
    if (!ticket || isEnded(ticket.status)) return;
    const tx = transaction();
    const after: TicketRecord = await WriteEffects.reviewClocks(tx, ticket);
    if (tx.size === 0 && isDeepStrictEqual(after, ticket)) return;
    await tx.replace(Tickets, ticket, Tickets.applyComputed(Records.nextVersion(ticket, after))).commit(undefined);
  });
}
