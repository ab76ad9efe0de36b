import { Clock } from "../kernel/clock.ts";
import { concerns, type DomainEvent } from "../kernel/event.ts";
import { Clocks } from "../storage/jobs/clocks.ts";
import { Records } from "../storage/write/records.ts";
import { retryOnConflict, transaction } from "../storage/write/transaction.ts";
import { Tenant } from "../tenant/tenant.ts";
import { Availability } from "../user/availability.ts";
import { Directory } from "../user/directory.ts";
import { Course } from "./course.ts";
import { Duty } from "./duty.ts";
import { type Place, Queue } from "./queue.ts";
import { Router } from "./router.ts";
import { type Agent, givenBy, isFree, MOST_HELD } from "./routing.rules.ts";
import { isWaiting } from "./status.rules.ts";
import { Tickets } from "./ticket.entity.ts";

/**
 * Tickets that wait are offered again: when one begins to wait, when an agent holds fewer, when who is an agent or there changes, and every few
 * minutes as long as one waits. A turn may be killed, come twice or beside another: each ticket is given in a write under its version, and each
 * agent's bound is a condition of that.
 */

/** What of users and of their times decides who can be given a ticket. */
const deciding = ["status", "role", "extra_roles", "department", "absences", "working_hours", "timezone"];

export async function offer({ type, changed, record_id, due_at }: DomainEvent): Promise<void> {
  if (!concerns({ type, changed }, deciding)) return;
  if (type.startsWith("user.")) Directory.forget();
  if (type.startsWith("availability.")) Availability.forget(await Availability.userOf(record_id));
  if (due_at !== undefined && !(await Duty.standing(record_id, "queue", due_at))) return;
  await Tenant.asConfigured(async () => {
    const isThrough = await turn(Clock.ms() + Clocks.SECONDS_PER_TURN * 1000);
    await Duty.change(null, async (duty) => ({
      due_at: await dueAt(isThrough, duty?.due_at ?? null),
      purpose: null,
      is_last: false,
    }));
  });
}

/** When what waits is offered again; what is to come stays where it is, so that a busy minute writes it once. */
async function dueAt(isThrough: boolean, before: string | null): Promise<string | null> {
  const [waits] = await Queue.first(Queue.everything, 1);
  if (!waits) return null;
  if (!isThrough) return Clock.now();
  return before !== null && before > Clock.now() ? before : nextLook();
}

/** Seconds after which who is there is looked at again, whatever nobody told of. */
const AGAIN = 5 * 60;

/** When the next who is away comes back, a few minutes from now at the latest. */
async function nextLook(): Promise<string> {
  const back = await Router.nextBack((await Router.agents()).map(({ id }) => id));
  const latest = Clock.after(AGAIN);
  return back !== null && back < latest ? back : latest;
}

/** Tickets of a queue that are read together. */
const TOGETHER = 25;

/** Offers what waits, in its order, to whoever is free; whether it came to the end of that by an instant. */
async function turn(until: number): Promise<boolean> {
  const [waits] = await Queue.first(Queue.everything, 1);
  if (!waits) return true;
  const behind = new Map<Queue.Name, string>();
  for (;;) {
    const free = (await Router.agents()).filter(isFree);
    const names = await namesFor(free);
    const pages = await Promise.all(names.map((name) => Queue.first(name, TOGETHER, behind.get(name))));
    const places = new Map(pages.flat().map((place) => [place.at, place]));
    if (places.size === 0) return true;
    for (const place of [...places.values()].sort((one, other) => (one.at < other.at ? -1 : 1))) {
      if (Clock.ms() >= until) return false;
      await give(place);
    }
    for (const [nth, name] of names.entries()) behind.set(name, pages[nth]?.at(-1)?.at ?? behind.get(name) ?? "");
  }
}

/** The queues of those who are free: who is in no department takes every ticket, others those of their categories. */
async function namesFor(free: readonly Agent[]): Promise<Queue.Name[]> {
  if (free.some(({ department }) => department === null)) return [Queue.everything];
  const departments = new Set(free.map(({ department }) => department));
  return Router.categoriesOf(departments);
}

/** Gives a ticket that waits to whoever is free and did not give it back; who gave it back keeps it away from themselves alone. */
const give = ({ id, given_back_by }: Place): Promise<void> =>
  retryOnConflict(async () => {
    const ticket = await Records.load(Tickets, id, { live: true });
    if (!ticket || !isWaiting(ticket)) return;
    const all = (await Router.consider(ticket.category_id)).filter(({ agent_id }) => agent_id !== given_back_by);
    await Router.offered(all, async (agent, asked) => {
      if (agent === null) return;
      const tx = transaction();
      const followed = await Course.follow(tx, ticket, givenBy(ticket, agent, asked, Clock.now()), { most: MOST_HELD });
      await tx.replace(Tickets, ticket, Tickets.computed(Records.nextVersion(ticket, followed))).commit(undefined);
    });
  });
