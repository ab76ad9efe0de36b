import type { DomainEvent } from "../../kernel/event.ts";
import type { Opportunity } from "../../sales/opportunity/opportunity.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import type { Plan } from "./claim.ts";
import type { StageActionRecord } from "./stage-action.entity.ts";
import type { Action } from "./stage-automation.rule-kind.ts";

export type OpportunityRecord = Awaited<ReturnType<typeof Opportunity.read>>;

type OutcomeField = "result" | "reason" | "recipient_ids" | "template_id" | "template_revision" | "activity_id";

/** The outcome of an action, where it differs from DONE without details. */
export type Outcome = Partial<Pick<StageActionRecord, OutcomeField>> & {
  /** Adds writes to the transaction that records the outcome. */
  addToTransaction?: (tx: Transaction) => void;
};

/** An action while it runs. */
export interface ActionContext<A extends Action = Action> {
  /** The id of both the log entry and the mail. */
  id: string;
  event: DomainEvent;
  opportunity: OpportunityRecord;
  plan: Plan;
  action: A;
}
