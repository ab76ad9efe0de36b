import { isEnded, type TicketStatus } from "./status.rules.ts";

/** What happened to the work on a ticket: who gave it to whom and why, and when it was snoozed. The thread of the ticket shows it. Pure. */

export const workEventTypes = ["ASSIGNED", "UNASSIGNED", "SNOOZED", "SNOOZE_ENDED"] as const;

/** Why a ticket has another assignee, if no user chose it by hand. */
export const assignmentCauses = ["MACRO", "ROUTING", "STAND_IN", "ABSENCE"] as const;

export interface AssignmentCause {
  cause: (typeof assignmentCauses)[number];
  /** The absent user whose work another user takes over, or who gives it back. */
  absent_user_id?: string | null;
  /** Null for a macro that only its owner sees. */
  macro_name?: string | null;
}

interface WorkEvent {
  at: string;
  type: (typeof workEventTypes)[number];
  by: string;
  agent_id: string | null;
  cause: AssignmentCause["cause"] | null;
  absent_user_id: string | null;
  macro_name: string | null;
  until: string | null;
}

/** Maximum number of entries that a ticket keeps. */
export const MAX_WORK_EVENTS = 30;

interface WorkedTicket {
  status: TicketStatus;
  deleted_at: string | null;
  assigned_to_id: string | null;
  snoozed_until: string | null;
  work_history: readonly WorkEvent[];
}

/** Returns the history after a change. A new ticket has none: its thread begins with its first message. */
export function appendWork(
  before: WorkedTicket | null,
  after: WorkedTicket,
  { at, by, assignment }: { at: string; by: string; assignment?: AssignmentCause | undefined },
): WorkEvent[] {
  if (before === null) return [];
  const empty = { at, by, agent_id: null, cause: null, absent_user_id: null, macro_name: null, until: null };
  const added: WorkEvent[] = [];
  if (before.assigned_to_id !== after.assigned_to_id) {
    const agent_id = after.assigned_to_id;
    added.push({ ...empty, ...assignment, type: agent_id === null ? "UNASSIGNED" : "ASSIGNED", agent_id });
  }
  if (before.snoozed_until !== after.snoozed_until) {
    if (after.snoozed_until !== null) added.push({ ...empty, type: "SNOOZED", until: after.snoozed_until });
    // The end of the ticket ends its snooze too, and has a line of its own.
    else if (!isEnded(after.status) && after.deleted_at === null) added.push({ ...empty, type: "SNOOZE_ENDED" });
  }
  return added.length === 0 ? [...before.work_history] : [...before.work_history, ...added].slice(-MAX_WORK_EVENTS);
}
