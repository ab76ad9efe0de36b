import type { DomainEvent } from "../../kernel/ports.ts";
import { onSubjectChanged } from "../approval/subject.listener.ts";
import { rounds } from "./workflow.ts";

/** Listener for changes during the internal approval: opens the next round, and cancels approvals that the amendment no longer waits for. */
export const onApprovalChange = (event: DomainEvent): Promise<void> =>
  event.type === "contract_amendment.approval_wanted" ? rounds.open(event.record_id) : onSubjectChanged(event);
