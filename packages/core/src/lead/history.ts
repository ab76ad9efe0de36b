import { Clock } from "../kernel/clock.ts";
import { useActorId, useRequest } from "../kernel/context.ts";
import { ownerOf } from "../kernel/id.ts";
import { list, listSchema, type Paging, queryOf } from "../storage/read/list.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import { type AssignmentRecord, Assignments, Stored } from "./assignment.entity.ts";

/** Who had a lead, from when on, and why. */

export const Info = Stored;
export const Row = rowOf(Stored, Assignments.definition.row);
export const Query = listSchema(Assignments, {});

/** What the history says of a change of owner beside who and whom. */
export type Why = Pick<AssignmentRecord, "method" | "rule" | "rule_name"> & { reason?: string | null };

export const byHand: Why = { method: "MANUAL", rule: null, rule_name: null };

interface Owned {
  id: string;
  personal_key_id: string;
  owner_id: string | null;
}

/** Tells of a change of a lead's owner; joins the transaction that makes it. */
export function record(
  tx: Transaction,
  { id: lead_id, personal_key_id, owner_id }: Owned,
  to_owner_id: string | null,
  why: Why,
): void {
  const { method, rule, rule_name, reason = useRequest().reason ?? null } = why;
  const said = {
    lead_id,
    personal_key_id,
    from_owner_id: owner_id,
    to_owner_id,
    method,
    rule,
    rule_name,
    reason: reason?.slice(0, 500).toWellFormed() ?? null,
    assigned_by: useActorId(),
    assigned_at: Clock.now(),
  };
  tx.create(Assignments, Records.born(Assignments, said, { owner: ownerOf(lead_id), at: Clock.ms() }));
}

/** Newest first. */
export const of = (lead: string, query: Paging) => list(Assignments, { ...queryOf(Assignments, query), parent: lead });

export * as History from "./history.ts";
