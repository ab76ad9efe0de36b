import type * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActorId } from "../../kernel/context.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { ContractRecord } from "../contract.entity.ts";
import type { AmendmentRecord, CustomerAnswer } from "./amendment.entity.ts";
import { moved } from "./amendment.ts";
import { requireAmendable, requireFresh } from "./draw.ts";
import { bound } from "./effect.ts";

/** What the customer said of an amendment, and what becomes of it by that: whichever way it is known. */

type Answer = z.output<typeof CustomerAnswer>;
export type Said = Pick<Answer, "name" | "date" | "comment" | "via"> & Partial<Pick<Answer, "attachment_id">>;

const kept = (decision: Answer["decision"], said: Said): Answer => ({
  ...{ attachment_id: null, ...said },
  ...{ decision, recorded_by: useActorId(), recorded_at: Clock.now() },
});

/** Agreed to by the customer: to be signed, or else it binds both sides. Joins its contract to the transaction. */
export async function acceptedBy(
  tx: Transaction,
  current: AmendmentRecord,
  contract: ContractRecord,
  said: Said,
): Promise<AmendmentRecord> {
  const next = moved(current, "accept");
  requireAmendable(contract);
  await requireFresh(contract, current);
  const answered = { ...next, customer_answer: kept("APPROVED", said) };
  if (next.status === "SIGNED") return bound(tx, answered, contract);
  tx.unchanged(contract);
  return answered;
}

export const declinedBy = (current: AmendmentRecord, said: Said): AmendmentRecord => ({
  ...moved(current, "decline"),
  customer_answer: kept("REJECTED", said),
  ended_because: said.comment ?? "The customer does not agree",
});
