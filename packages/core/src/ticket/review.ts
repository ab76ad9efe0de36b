import { isDeepStrictEqual } from "node:util";
import { Clock } from "../kernel/clock.ts";
import { concerns } from "../kernel/event.ts";
import { derivedId } from "../kernel/id.ts";
import { atMost } from "../kernel/pool.ts";
import type { DomainEvent } from "../kernel/ports.ts";
import { forget } from "../sla/policies.ts";
import { Clocks, onClock, SECONDS_PER_TURN } from "../storage/jobs/clocks.ts";
import type { Partition } from "../storage/read/query.ts";
import { keysBehind } from "../storage/read/scan.ts";
import { limits } from "../storage/table/table.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, retryOnConflict, transaction } from "../storage/write/transaction.ts";
import { Course } from "./course.ts";
import { type ReviewRecord, Reviews } from "./review.entity.ts";
import { isEnded, ticketStatuses } from "./status.rules.ts";
import { TICKET_REVIEW } from "./ticket.domain.ts";
import { partitionsOfCustomer, type TicketRecord, Tickets } from "./ticket.entity.ts";

/**
 * What changes elsewhere moves the clocks of open tickets: a policy, a calendar's hours, a customer who becomes a VIP or another tier. A walk
 * over the tickets that it may concern brings each to what holds now; one that it does not concern is not written.
 */

/** Seconds after which all are looked at again: other processes know of a policy a minute late, and tickets are opened meanwhile. */
const AGAIN = 90;

const hours = ["timezone", "hours", "holidays", "extra_days", "public_holidays"];
const standing = ["vip_status", "tier"];

export async function hear(event: DomainEvent): Promise<void> {
  if (event.due_at !== undefined) return onWork(event);
  const { type, record_id } = event;
  // Customers that are joined move their tickets, and nothing else of these.
  if (type === "ticket.customer_changed") return reviewAll([record_id]);
  if (type === "customer.updated") return concerns(event, standing) ? ask(record_id) : undefined;
  if (type !== "support_calendar.updated" || concerns(event, hours)) await ask(null);
}

/** Begins the walk, or begins it anew; twice and late too. */
const ask = (customer_id: string | null): Promise<void> =>
  retryOnConflict(async () => {
    const id = derivedId(TICKET_REVIEW, 0, customer_id ?? "all");
    const again_at = customer_id === null ? Clock.after(AGAIN) : null;
    const asked = { customer_id, after: null, work_at: Clock.now(), again_at };
    const current = await Records.load(Reviews, id);
    const tx = transaction();
    if (current) tx.replace(Reviews, current, Records.nextVersion(current, { ...current, ...asked }));
    else tx.create(Reviews, Records.born(Reviews, asked, { id }), () => new Moved("Another change has begun it"));
    await tx.commit(undefined);
  });

/** A turn of some seconds; where it began anew meanwhile, that one goes on. */
const onWork = onClock(async (id, due_at) => {
  const review = await Clocks.standing(Reviews, id, "work", due_at);
  if (!review) return;
  forget();
  const { after, isDone } = await walked(review, performance.now() + SECONDS_PER_TURN * 1000);
  await Clocks.attend(Reviews, id, "work", due_at, (current) =>
    isDone ? { ...current, after: null, work_at: current.again_at, again_at: null } : { ...current, after, work_at: Clock.now() },
  );
});

/** Reviewed at the same time. */
const TOGETHER = 10;

async function walked(review: ReviewRecord, until: number): Promise<{ after: string | null; isDone: boolean }> {
  let { after } = review;
  do {
    const most = limits.batchGet;
    const ids = await keysBehind(Tickets, partitionsOf(review), { order: "asc", after: after ?? undefined, most });
    await reviewAll(ids);
    after = ids.at(-1) ?? after;
    if (ids.length < most) return { after, isDone: true };
  } while (performance.now() < until);
  return { after, isDone: false };
}

const partitionsOf = ({ customer_id }: ReviewRecord): Partition[] =>
  customer_id === null
    ? ticketStatuses
        .filter((status) => !isEnded(status))
        .map((status) => ({ index: "by_status", facets: { life: "live", status } }))
    : partitionsOfCustomer(customer_id, { isEnded: false });

/** Reads all in one batch: most are not written. */
async function reviewAll(ids: readonly string[]): Promise<void> {
  const lane = atMost(TOGETHER);
  const tickets = await Records.loadMany(Tickets, ids, { live: true });
  await Promise.all(tickets.map((ticket) => ticket && lane(() => reviewed(ticket))));
}

async function reviewed(found: TicketRecord): Promise<void> {
  let known: TicketRecord | undefined = found;
  await retryOnConflict(async () => {
    const ticket = known ?? (await Records.load(Tickets, found.id, { live: true }));
    known = undefined;
    if (!ticket || isEnded(ticket.status)) return;
    const tx = transaction();
    const after: TicketRecord = await Course.review(tx, ticket);
    if (tx.size === 0 && isDeepStrictEqual(after, ticket)) return;
    await tx.replace(Tickets, ticket, Tickets.computed(Records.nextVersion(ticket, after))).commit(undefined);
  });
}
