import type { DomainEvent } from "../../kernel/ports.ts";
import { onSubjectChanged } from "../approval/subject.listener.ts";
import { ContractApprovals } from "./approval.ts";

/** At what becomes of a contract while somebody is asked: the next round is opened, and what it waits for no more is taken back. */
export async function onApprovalChange(event: DomainEvent): Promise<void> {
  if (event.type === "contract.approval_wanted") await ContractApprovals.openRound(event.record_id);
  else await onSubjectChanged(event);
}
