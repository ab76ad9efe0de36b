import { KnownCustomer } from "../customer/known.ts";
import { Clock } from "../kernel/clock.ts";
import type { DomainEvent } from "../kernel/event.ts";
import { Clocks } from "../storage/jobs/clocks.ts";
import { eachOf, pass } from "../storage/jobs/pass.ts";
import { Job, unlessFenced } from "../storage/write/job.ts";
import { Records } from "../storage/write/records.ts";
import { retryOnConflict, transaction } from "../storage/write/transaction.ts";
import { Tenant } from "../tenant/tenant.ts";
import { Course } from "./course.ts";
import { dutyOf } from "./duty.entity.ts";
import { Duty } from "./duty.ts";
import { partitionsOfCustomer, Tickets } from "./ticket.entity.ts";

/**
 * Whoever owns a customer sees its tickets: so these follow the customer's owner, in turns. What an index did not show yet is looked for once more.
 * A ticket that comes back, or to another customer, as when two were merged, follows by itself.
 */
export async function follow({ id, type, record_id, due_at }: DomainEvent): Promise<void> {
  await Tenant.asConfigured(async () => {
    if (type.startsWith("ticket.")) return bringUp(record_id);
    if (due_at === undefined) return proceed(record_id, id, false);
    const duty = await Duty.standing(record_id, "owners", due_at);
    if (duty?.customer_id && duty.purpose !== null) await proceed(duty.customer_id, duty.purpose, duty.is_last);
  });
}

/** Goes on with all tickets of a customer for some seconds, and says when it does again. */
const proceed = (customer_id: string, purpose: string, is_last: boolean): Promise<void> =>
  unlessFenced(async () => {
    const isThrough = await pass(dutyOf(customer_id), Clocks.SECONDS_PER_TURN, {
      collection: Tickets,
      partitions: partitionsOfCustomer(customer_id),
      purpose: `${purpose} ${is_last}`,
      together: 100,
      work: eachOf(bringUp),
    });
    await Duty.change(customer_id, async () => {
      if (!isThrough) return { due_at: Clock.now(), purpose, is_last };
      return is_last ? { due_at: null, purpose: null, is_last } : { due_at: Clock.after(Job.LAGGED), purpose, is_last: true };
    });
  });

/**
 * The ticket is read before its customer: so who read an owner of before meets, at the write, whoever came after the customer's change.
 */
const bringUp = (id: string): Promise<void> =>
  retryOnConflict(async () => {
    const ticket = await Records.load(Tickets, id);
    if (!ticket) return;
    const customer_owner_id = await ownerOf(ticket.customer_id ?? null);
    if (ticket.customer_owner_id === customer_owner_id) return;
    const tx = transaction();
    const followed = await Course.follow(tx, ticket, { ...ticket, customer_owner_id });
    await tx.replace(Tickets, ticket, Tickets.computed(Records.nextVersion(ticket, followed))).commit(undefined);
  });

/** Nobody owns a customer that is gone; one that was joined to another is that. */
async function ownerOf(customer_id: string | null): Promise<string | null> {
  const customer = customer_id === null ? undefined : await KnownCustomer.leadingTo(customer_id);
  return customer && customer.deleted_at === null ? (customer.owner_id ?? null) : null;
}
