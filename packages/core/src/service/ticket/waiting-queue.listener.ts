import { Clock } from "../../kernel/clock.ts";
import { concernsFields, type DomainEvent } from "../../kernel/event.ts";
import { mayProcess } from "../../kernel/processing.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Availability } from "../../platform/user/availability.ts";
import { Directory } from "../../platform/user/directory.ts";
import { Clocks } from "../../storage/scheduler/clocks.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { BackgroundJob } from "./background-job.ts";
import { Router } from "./router.ts";
import { assignAgent, isFree } from "./routing.rules.ts";
import { isWaiting } from "./status.rules.ts";
import { Tickets } from "./ticket.entity.ts";
import { type QueueEntry, WaitingQueue } from "./waiting-queue.ts";
import { WriteEffects } from "./write-effects.ts";

/**
 * Offers waiting tickets to agents: when a ticket starts to wait, when an agent's load drops, when agents or their availability change, and every
 * few minutes while a ticket waits. Slices may be killed, repeat or run in parallel: each assignment is conditional on the ticket's version and on
 * the agent's load limit.
 */

/** The fields of users and availabilities that decide which agents can get a ticket. */
const availabilityFields = ["status", "role", "extra_roles", "department", "absences", "working_hours", "timezone"];

export async function onQueueEvent({ type, changed, record_id, due_at }: DomainEvent): Promise<void> {
  if (!concernsFields({ type, changed }, availabilityFields)) return;
  if (type.startsWith("user.")) Directory.forget();
  if (type.startsWith("availability.")) Availability.forget(await Availability.findUserId(record_id));
  if (due_at !== undefined && !(await BackgroundJob.loadDue(record_id, "queue", due_at))) return;
  await Tenant.runWithSettings(async () => {
    const isThrough = await offerSlice(Clock.ms() + Clocks.SLICE_SECONDS * 1000);
    await BackgroundJob.reschedule(null, async (duty) => ({
      due_at: await computeDueTime(isThrough, duty?.due_at ?? null),
      purpose: null,
      is_last: false,
    }));
  });
}

/** Returns when waiting tickets are offered again. A scheduled time stays, so that a busy minute writes it once. */
async function computeDueTime(isThrough: boolean, before: string | null): Promise<string | null> {
  const [firstEntry] = await WaitingQueue.listFirst(1);
  if (!firstEntry) return null;
  if (!isThrough) return Clock.now();
  return before !== null && before > Clock.now() ? before : computeNextCheck();
}

/** Seconds after which availability is checked again, even without an event. */
const RECHECK_SECONDS = 5 * 60;

/** Returns when the next absent agent is back, at most a few minutes from now. */
async function computeNextCheck(): Promise<string> {
  const back = await Router.findNextReturn((await Router.listAgents()).map(({ id }) => id));
  const latest = Clock.addSeconds(RECHECK_SECONDS);
  return back !== null && back < latest ? back : latest;
}

/** Number of queue entries read together. */
const PAGE_SIZE = 25;

/** Offers waiting tickets in their order while an agent is free. Returns whether the end of the queue was reached in time. */
async function offerSlice(until: number): Promise<boolean> {
  let after = "";
  for (;;) {
    const entries = await WaitingQueue.listFirst(PAGE_SIZE, after);
    if (entries.length === 0 || !(await Router.listAgents()).some(isFree)) return true;
    for (const entry of entries) {
      if (Clock.ms() >= until) return false;
      await offerTicket(entry);
      after = entry.position;
    }
  }
}

/** Gives a waiting ticket to a free agent, but not to the agent who gave it back. */
const offerTicket = ({ id, given_back_by }: QueueEntry): Promise<void> =>
  retryOnConflict(async () => {
    const ticket = await Records.load(Tickets, id, { live: true });
    if (!ticket || !isWaiting(ticket) || !(await mayProcess(ticket.personal_key_id, "assign"))) return;
    const all = (await Router.considerAgents(ticket.category_id)).filter(({ agent_id }) => agent_id !== given_back_by);
    await Router.offerToAgents(all, async (agent, candidates) => {
      if (agent === null) return;
      const tx = transaction();
      const followed = await WriteEffects.apply(tx, ticket, assignAgent(ticket, agent.agent_id, candidates, Clock.now()), {
        maxLoad: agent.capacity,
        assignment: { cause: "ROUTING" },
      });
      await tx.replace(Tickets, ticket, Tickets.applyComputed(Records.nextVersion(ticket, followed))).commit(undefined);
    });
  });
