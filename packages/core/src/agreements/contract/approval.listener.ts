import type { DomainEvent } from "../../kernel/ports.ts";
import { onSubjectChanged } from "../approval/subject.listener.ts";
import { ContractApprovals } from "./approval.ts";

/** Listener for changes during the approval: asks the approvers of the next round, and cancels approvals that the contract no longer waits for. */
export async function onApprovalChange(event: DomainEvent): Promise<void> {
  if (event.type === "contract.approval_wanted") await ContractApprovals.openRound(event.record_id);
  else await onSubjectChanged(event);
}
