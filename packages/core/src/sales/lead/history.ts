import { Clock } from "../../kernel/clock.ts";
import { useActorId, useRequest } from "../../kernel/context.ts";
import { historyId } from "../../kernel/id.ts";
import { listWholeHistory } from "../../storage/read/history-list.ts";
import { listSchema, type Paging } from "../../storage/read/list.ts";
import { type BaseRecord, rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { type AssignmentRecord, Assignments, Stored } from "./assignment.entity.ts";

/** The history of a lead's owners, with times and reasons. */

export const Info = Stored;
export const Row = rowSchema(Stored, Assignments.definition.row);
export const Query = listSchema(Assignments, {}, { isWhole: true });

/** The reason of an assignment in the history. */
export type AssignmentCause = Pick<AssignmentRecord, "method" | "rule" | "rule_name"> & { reason?: string | null };

export const manualCause: AssignmentCause = { method: "MANUAL", rule: null, rule_name: null };

interface OwnedLead {
  id: string;
  personal_key_id: string;
  owner_id: string | null;
}

/** Adds the history entry of a changed owner to the transaction that changes it. */
export function record(
  tx: Transaction,
  { id: lead_id, personal_key_id, owner_id }: OwnedLead,
  to_owner_id: string | null,
  why: AssignmentCause,
): void {
  const { method, rule, rule_name, reason = useRequest().reason ?? null } = why;
  const assignmentFields = {
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
  tx.create(Assignments, Records.init(Assignments, assignmentFields, { owner: historyId(lead_id), at: Clock.ms() }));
}

/**
 * Lists the history, newest first. The last entry is the owner at creation, taken from the oldest entry, or from the lead if there is none.
 */
export const list = (lead: OwnedLead & Pick<BaseRecord, "created_at" | "created_by">, query: Paging) =>
  listWholeHistory(Assignments, lead, query, (oldest) => {
    const to_owner_id = oldest ? oldest.from_owner_id : lead.owner_id;
    if (to_owner_id === null) return undefined;
    const { id: lead_id, personal_key_id, created_at, created_by } = lead;
    const assignmentFields = { lead_id, personal_key_id, from_owner_id: null, to_owner_id, ...manualCause, reason: null };
    return { ...assignmentFields, assigned_by: created_by, assigned_at: created_at };
  });

export * as History from "./history.ts";
