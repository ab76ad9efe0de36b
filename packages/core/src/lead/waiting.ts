import { Assigner, type Choice } from "../assignment/assigner.ts";
import { Clock } from "../kernel/clock.ts";
import { useTenant } from "../kernel/context.ts";
import { derivedId, ownerOf, timeOf } from "../kernel/id.ts";
import { Clocks } from "../storage/jobs/clocks.ts";
import { recordKey } from "../storage/table/key.ts";
import { Moved } from "../storage/table/moved.ts";
import { Records } from "../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { Tenant } from "../tenant/tenant.ts";
import { Availability } from "../user/availability.ts";
import { type WaitRecord, Waits } from "./assignment.entity.ts";
import { leads } from "./assignment.kind.ts";
import { History } from "./history.ts";
import { LEAD_WAIT } from "./lead.domain.ts";
import { Leads } from "./lead.entity.ts";

/**
 * Leads that wait until somebody is free. That a lead waits stands beside it, and goes with its being given: asking again changes
 * no lead, and makes no audit entry.
 */

/** The only one that a lead can have. */
const idOf = (lead: string): string => derivedId(LEAD_WAIT, timeOf(lead), lead, ownerOf(lead));

interface Waiting {
  id: string;
  owner_id: string | null;
}

/** Lets a lead wait where nobody was free to take it, and no longer where somebody was, or no rule fits. */
export function keep(tx: Transaction, lead: Waiting, { next_at }: Pick<Choice, "next_at">, before?: WaitRecord): void {
  if (next_at === null) {
    if (before) remove(tx, before);
  } else if (before) tx.replace(Waits, before, Records.nextVersion(before, { ...before, owner_id: lead.owner_id, next_at }));
  else {
    const wait = { lead_id: lead.id, owner_id: lead.owner_id, since: Clock.now(), next_at };
    tx.create(Waits, Records.born(Waits, wait, { id: idOf(lead.id) }), () => new Moved("The lead waits already"));
  }
}

const remove = (tx: Transaction, { id, version }: WaitRecord): Transaction =>
  tx.delete(recordKey(useTenant(), id), {
    condition: "version = :read",
    values: { ":read": version },
    refused: () => new Moved("The wait has another version"),
  });

/** Asks again for a lead that waits; at `lead_wait.retry_due`, twice and late too. */
export async function askAgain(id: string, due_at: string): Promise<void> {
  const wait = await Clocks.standing(Waits, id, "retry", due_at);
  if (wait) await ask(wait.lead_id, wait.owner_id);
}

/**
 * Lets the rule give a lead to somebody, as long as nobody has it, or `from` who is away. Asked twice, the second finds that
 * the lead has another owner.
 */
export const ask = (id: string, from: string | null): Promise<void> =>
  Tenant.asConfigured(() =>
    retryOnConflict(async () => {
      const [lead, wait] = await Promise.all([Records.load(Leads, id, { live: true }), Records.load(Waits, idOf(id))]);
      const isOpen = lead && !lead.is_converted && lead.owner_id === from;
      const isAsked = isOpen && (from === null || (await Availability.isAway(from)));
      const tx = transaction();
      if (!isAsked) {
        if (wait) remove(tx, wait);
        return tx.commit(undefined);
      }
      const choice = await Assigner.choose(leads, lead);
      const { owner_id, by } = choice;
      if (owner_id !== null && by) {
        tx.replace(Leads, lead, Records.nextVersion(lead, { ...lead, owner_id }));
        History.record(tx, lead, owner_id, {
          ...by,
          reason: from === null ? "Somebody was free to take it" : "Its owner is away",
        });
      }
      keep(tx, lead, choice, wait);
      return tx.commit(undefined);
    }),
  );

export * as Waiting from "./waiting.ts";
