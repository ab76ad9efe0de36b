import { Clock } from "../../kernel/clock.ts";
import { Conversations } from "../../messaging/message/conversation.entity.ts";
import { Activities } from "../../people/activity/activity.entity.ts";
import { isOpen } from "../../people/activity/activity.rules.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Availability } from "../../platform/user/availability.ts";
import { Directory } from "../../platform/user/directory.ts";
import { Absence } from "../../sales/lead/absence.ts";
import { runPartitionJob } from "../../storage/scheduler/partition-job.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { isEnded } from "./status.rules.ts";
import { Tickets } from "./ticket.entity.ts";
import { WriteEffects } from "./write-effects.ts";

/**
 * Hands over the open work of an absent user (docs/service/tickets.md, Absences): leads, tickets, conversations and activities when the absence begins,
 * and what comes for the user while it lasts. Each change is conditional on the owner, so a repeated or concurrent run changes nothing more.
 */

/** Gives an open ticket to the stand-in, or back to the queue. */
const handOverTicket = (id: string, user: string, stand_in_id: string | null): Promise<void> =>
  Records.ignoreMissing(
    Records.change(Tickets, id, async (current, tx) => {
      if (current.assigned_to_id !== user || isEnded(current.status)) return current;
      const status = current.status === "NEW" ? "OPEN" : current.status;
      const assigned_at = stand_in_id === null ? null : Clock.now();
      return WriteEffects.apply(tx, current, { ...current, assigned_to_id: stand_in_id, assigned_at, status });
    }),
  );

/** Gives a conversation to the stand-in, or to nobody. A closed one too: the next message opens it again. */
const handOverConversation = (id: string, user: string, stand_in_id: string | null): Promise<void> =>
  Records.ignoreMissing(
    Records.change(Conversations, id, (current) =>
      current.assigned_staff_id === user ? { ...current, assigned_staff_id: stand_in_id } : current,
    ),
  );

/** Gives an open activity to the stand-in, or else to the manager. Without either it has no assignee. */
async function handOverActivity(id: string, user: string, stand_in_id: string | null): Promise<void> {
  const to = stand_in_id ?? (await findManager(user));
  await Records.ignoreMissing(
    Records.change(Activities, id, (current) =>
      current.assigned_to_id === user && isOpen(current) ? { ...current, assigned_to_id: to, assigned_by_id: user } : current,
    ),
  );
}

/** The active manager of a user who is not away. */
async function findManager(user: string): Promise<string | null> {
  const manager = (await Directory.findActive(user))?.manager_id ?? null;
  const isThere =
    manager !== null && (await Directory.findActive(manager)) !== undefined && !(await Availability.isAway(manager));
  return isThere ? manager : null;
}

type HandOver = (id: string, user: string, stand_in_id: string | null) => Promise<void>;

interface PartRun {
  job: string;
  user: string;
  from: string;
  seconds: number;
}

const BATCH_SIZE = 25;

/** The handover of one kind of record. */
const buildPart = <R extends BaseRecord>(collection: Collection<R>, field: keyof R & string, handOver: HandOver) => ({
  kind: collection.name,
  handOver,
  /** Hands over all records of the user for some seconds. Returns whether it is through. */
  run: ({ job, user, from, seconds }: PartRun): Promise<boolean> =>
    runPartitionJob(`${job}.${collection.name}`, seconds, {
      collection,
      partitions: [{ index: "by_owner", facets: { [field]: user } }],
      purpose: from,
      batchSize: BATCH_SIZE,
      async work(ids) {
        const handover = await Availability.findHandover(user);
        if (handover) for (const id of ids) await handOver(id, user, handover.stand_in_id);
      },
    }),
  /** Returns the owner of a record; undefined if there is none, or if the owner has changed it themselves. */
  async findOwner(id: string): Promise<string | undefined> {
    const record = await Records.load(collection, id, { live: true });
    const owner = record?.[field];
    return typeof owner === "string" && record?.updated_by !== owner ? owner : undefined;
  },
});

const parts = [
  buildPart(Tickets, "assigned_to_id", handOverTicket),
  buildPart(Conversations, "assigned_staff_id", handOverConversation),
  buildPart(Activities, "assigned_to_id", handOverActivity),
];

/** Continues the handover of an absence that has begun, at `availability.absence_due`, for some seconds. */
export const proceed = (id: string, due_at: string, seconds: number): Promise<void> =>
  Tenant.runWithSettings(() =>
    Availability.proceed(id, due_at, async (user, from) => {
      if (!(await Absence.reassignSlice(id, user, from, seconds))) return false;
      for (const part of parts) if (!(await part.run({ job: id, user, from, seconds }))) return false;
      return true;
    }),
  );

/** Hands over a record that came to an absent user, or that was opened again. What users do themselves while they are away stays with them. */
export async function redirect(kind: string, id: string): Promise<void> {
  const part = parts.find((candidate) => candidate.kind === kind);
  const user = await part?.findOwner(id);
  const handover = user === undefined ? undefined : await Availability.findHandover(user);
  if (part && user !== undefined && handover) await part.handOver(id, user, handover.stand_in_id);
}

export * as WorkHandover from "./work-handover.ts";
