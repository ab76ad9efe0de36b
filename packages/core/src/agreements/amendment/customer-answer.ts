import type * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActorId } from "../../kernel/context.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { ContractRecord } from "../contract/contract.entity.ts";
import type { AmendmentRecord, CustomerAnswer } from "./amendment.entity.ts";
import { applyAct } from "./amendment.ts";
import { requireAmendable, requireFresh } from "./drafting.ts";
import { bindAmendment } from "./effect.ts";

/** Applies the customer's answer to an amendment. The answer comes from staff, from the offer page or from a signature request. */

type Answer = z.output<typeof CustomerAnswer>;
export type CustomerStatement = Pick<Answer, "name" | "date" | "comment" | "via"> & Partial<Pick<Answer, "attachment_id">>;

const buildAnswer = (decision: Answer["decision"], statement: CustomerStatement): Answer => ({
  ...{ attachment_id: null, ...statement },
  ...{ decision, recorded_by: useActorId(), recorded_at: Clock.now() },
});

/**
 * Accepts an amendment for the customer. It then waits for signatures, or binds both sides if no signature is needed. Adds the contract to the
 * transaction.
 */
export async function acceptAmendment(
  tx: Transaction,
  current: AmendmentRecord,
  contract: ContractRecord,
  statement: CustomerStatement,
): Promise<AmendmentRecord> {
  const next = applyAct(current, "accept");
  requireAmendable(contract);
  await requireFresh(contract, current);
  const answeredAmendment = { ...next, customer_answer: buildAnswer("APPROVED", statement) };
  if (next.status === "SIGNED") return bindAmendment(tx, answeredAmendment, contract);
  tx.requireUnchanged(contract);
  return answeredAmendment;
}

export const declineAmendment = (current: AmendmentRecord, statement: CustomerStatement): AmendmentRecord => ({
  ...applyAct(current, "decline"),
  customer_answer: buildAnswer("REJECTED", statement),
  ended_because: statement.comment ?? "The customer does not agree",
});
