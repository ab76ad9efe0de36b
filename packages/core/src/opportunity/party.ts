import { invalid } from "../kernel/error.ts";
import type { Kind } from "../kernel/id.ts";
import type { BaseRecord } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, type Transaction } from "../storage/write/transaction.ts";
import { OPPORTUNITY } from "./opportunity.domain.ts";
import type { OpportunityRecord } from "./opportunity.entity.ts";
import { Opportunity } from "./opportunity.ts";

/** The customer and the opportunity of what is agreed or offered: of a deal, of a quote. */

export type { OpportunityRecord };

export interface Named {
  customer_id?: string | null | undefined;
  opportunity_id?: string | null | undefined;
}

const NEITHER = "Required, or an opportunity_id";

/** One that names neither is refused. `unread` are fields of which nothing can be told. */
export async function requireParty(given: Named, unread: ReadonlySet<string>): Promise<void> {
  const isNamed = given.customer_id || given.opportunity_id || unread.has("customer_id") || unread.has("opportunity_id");
  if (!isNamed) throw invalid("customer_id", NEITHER);
}

/** The one that is named, or that of the opportunity; they are the same where both are. */
export function customerIn({ customer_id, opportunity_id }: Named, opportunity: OpportunityRecord | undefined): string {
  const own = opportunity?.customer_id ?? undefined;
  if (customer_id && own !== undefined && own !== customer_id) throw invalid("opportunity_id", "Of another customer");
  const wanted = customer_id ?? own;
  if (wanted !== undefined) return wanted;
  throw invalid("customer_id", opportunity_id ? "Required: the opportunity has none yet" : NEITHER);
}

/** One that the caller sees, and that was not lost. */
export async function notLost(wanted: string): Promise<OpportunityRecord> {
  if (!(await Records.isShown(OPPORTUNITY, wanted))) throw invalid("opportunity_id", "No such opportunity");
  const opportunity = await Opportunity.read(wanted);
  if (opportunity.is_closed && !opportunity.is_won) throw invalid("opportunity_id", "It was lost");
  return opportunity;
}

/** A record that the caller sees, and that is there at the write too. */
export async function requireAlive(tx: Transaction, kind: Kind, wanted: string): Promise<BaseRecord> {
  const record = await Records.shown(kind, wanted);
  if (!record) throw invalid(`${kind}_id`, `No such ${kind}`);
  tx.alive(wanted, () => new Moved(`${wanted} is gone by now`));
  return record;
}
