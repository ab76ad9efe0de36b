import type { DomainEvent } from "../../kernel/ports.ts";
import { onSubjectChanged } from "../approval/subject.listener.ts";
import { rounds } from "./workflow.ts";

/** At what becomes of an amendment while somebody is asked: the next round is opened, and what it waits for no more is taken back. */
export const onApprovalChange = (event: DomainEvent): Promise<void> =>
  event.type === "contract_amendment.approval_wanted" ? rounds.open(event.record_id) : onSubjectChanged(event);
