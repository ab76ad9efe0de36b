import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { collectionOwner, derivedId, idTime } from "../../kernel/id.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Availability } from "../../platform/user/availability.ts";
import { Clocks } from "../../storage/scheduler/clocks.ts";
import { WriteConflict } from "../../storage/table/conflict.ts";
import { recordKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { Assigner, buildNamedChoice, type Choice } from "../assignment/assigner.ts";
import { type WaitRecord, Waits } from "./assignment.entity.ts";
import { assignableLeads } from "./assignment.rule-kind.ts";
import { History, manualCause } from "./history.ts";
import { Leads } from "./lead.entity.ts";
import { LEAD_WAIT } from "./lead.kind.ts";

/**
 * Leads that wait for a free user. The wait is a record beside the lead and is deleted when the lead is assigned. So a retry changes no
 * lead and writes no audit entry.
 */

/** The id of a lead's wait. It derives from the lead, so a lead has at most one. */
const waitId = (lead: string): string => derivedId(LEAD_WAIT, idTime(lead), lead, collectionOwner(lead));

interface WaitingLead {
  id: string;
  owner_id: string | null;
}

/** Creates, updates or deletes the wait of a lead: it waits if no user was free, and not if a user was found or no rule fits. */
export function updateWait(tx: Transaction, lead: WaitingLead, { next_at }: Pick<Choice, "next_at">, before?: WaitRecord): void {
  if (next_at === null) {
    if (before) remove(tx, before);
  } else if (before) tx.replace(Waits, before, Records.nextVersion(before, { ...before, owner_id: lead.owner_id, next_at }));
  else {
    const wait = { lead_id: lead.id, owner_id: lead.owner_id, since: Clock.now(), next_at };
    tx.create(Waits, Records.init(Waits, wait, { id: waitId(lead.id) }), () => new WriteConflict("The lead is already waiting"));
  }
}

const remove = (tx: Transaction, { id, version }: WaitRecord): Transaction =>
  tx.delete(recordKey(useTenant(), id), {
    condition: "version = :read",
    values: { ":read": version },
    rejection: () => new WriteConflict("The wait was changed concurrently"),
  });

/** Tries again to assign a waiting lead, at `lead_wait.retry_due`, which may arrive twice or late. */
export async function retryAssignment(id: string, due_at: string): Promise<void> {
  const wait = await Clocks.loadDue(Waits, id, "retry", due_at);
  if (wait) await assignByRule(wait.lead_id, wait.owner_id);
}

/**
 * Assigns a lead by the rule, if it still has the owner `from`: no owner, or a user who is away. If this runs twice, the second run finds
 * another owner and stops.
 */
export const assignByRule = (id: string, from: string | null): Promise<void> =>
  Tenant.runWithSettings(() =>
    retryOnConflict(async () => {
      const [lead, wait] = await Promise.all([Records.load(Leads, id, { live: true }), Records.load(Waits, waitId(id))]);
      const isOpen = lead && !lead.is_converted && lead.owner_id === from;
      const isAsked = isOpen && (from === null || (await Availability.isAway(from)));
      const tx = transaction();
      if (!isAsked) {
        if (wait) remove(tx, wait);
        return tx.commit(undefined);
      }
      const standIn = from === null ? null : ((await Availability.findHandover(from))?.stand_in_id ?? null);
      const choice = standIn === null ? await Assigner.choose(assignableLeads, lead) : buildNamedChoice(standIn);
      const { owner_id } = choice;
      const assignmentDecision = standIn === null ? choice.decision : manualCause;
      if (owner_id !== null && assignmentDecision) {
        tx.replace(Leads, lead, Records.nextVersion(lead, { ...lead, owner_id }));
        History.record(tx, lead, owner_id, {
          ...assignmentDecision,
          reason: from === null ? "A user became free to take it" : "The owner is absent",
        });
      }
      updateWait(tx, lead, choice, wait);
      return tx.commit(undefined);
    }),
  );

export * as WaitingLead from "./waiting-lead.ts";
