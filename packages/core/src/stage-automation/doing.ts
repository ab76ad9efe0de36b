import type { DomainEvent } from "../kernel/event.ts";
import type { Opportunity } from "../opportunity/opportunity.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import type { Plan } from "./decided.ts";
import type { StageActionRecord } from "./stage-action.entity.ts";
import type { Action } from "./stage-automation.kind.ts";

export type OpportunityRecord = Awaited<ReturnType<typeof Opportunity.read>>;

type Told = "result" | "reason" | "recipient_ids" | "template_id" | "template_revision" | "activity_id";

/** What became of an action, as far as it is not simply done. */
export type Outcome = Partial<Pick<StageActionRecord, Told>> & {
  /** What is written with the entry that says so. */
  beside?: (tx: Transaction) => void;
};

/** An action on its way. */
export interface Doing<A extends Action = Action> {
  /** Of the entry, and of the mail. */
  id: string;
  event: DomainEvent;
  opportunity: OpportunityRecord;
  plan: Plan;
  action: A;
}
