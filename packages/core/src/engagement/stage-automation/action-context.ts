import type { DomainEvent } from "../../kernel/event.ts";
import type { Opportunity } from "../../sales/opportunity/opportunity.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { Plan } from "./claim.ts";
import type { StageActionRecord } from "./stage-action.entity.ts";
import type { Action } from "./stage-automation.kind.ts";

export type OpportunityRecord = Awaited<ReturnType<typeof Opportunity.read>>;

type OutcomeField = "result" | "reason" | "recipient_ids" | "template_id" | "template_revision" | "activity_id";

/** What became of an action, as far as it is not simply done. */
export type Outcome = Partial<Pick<StageActionRecord, OutcomeField>> & {
  /** What is written with the entry that says so. */
  addToTransaction?: (tx: Transaction) => void;
};

/** An action on its way. */
export interface ActionContext<A extends Action = Action> {
  /** Of the entry, and of the mail. */
  id: string;
  event: DomainEvent;
  opportunity: OpportunityRecord;
  plan: Plan;
  action: A;
}
