import { instantToDay } from "../../kernel/time-zone.ts";
import type { TicketStatus } from "./status.rules.ts";

/**
 * The past states of a ticket, and which agents answered and resolved it. The ticket record stores them, so a past day can be recounted with the
 * same result (docs/service/tickets.md, Snapshots). Pure.
 */

/** The state from an instant on, until the next entry. */
export interface StateEntry {
  at: string;
  /** Null while the ticket was deleted. */
  status: TicketStatus | null;
  assigned_to_id: string | null;
}

/** Work that an agent did on a day in the tenant's time zone. `minutes` is real time since the ticket was opened. */
export interface Handling {
  agent_id: string | null;
  day: string;
  minutes: number;
}

/** Maximum number of entries. Older states can no longer be recounted. */
export const MAX_STATE_ENTRIES = 200;

interface TrackedTicket {
  created_at: string;
  deleted_at: string | null;
  status: TicketStatus;
  assigned_to_id: string | null;
  first_response_at: string | null;
  resolved_at: string | null;
  merged_into_id: string | null;
  standings: readonly StateEntry[];
  answered: Handling | null;
  resolved: Handling | null;
}

/** Returns the history fields after a change. */
export function buildHistory(before: TrackedTicket | null, after: TrackedTicket, now: string, zone: string) {
  const answered = before?.answered ?? buildHandling(after, after.first_response_at, zone);
  const resolved = findResolution(before, after, zone);
  return { standings: appendState(before, after, now), answered, resolved, ...buildHandlingColumns({ answered, resolved }) };
}

/** A reopened ticket, and one that was merged while it was open, count as resolved by no agent. A later assignment changes nothing. */
function findResolution(before: TrackedTicket | null, after: TrackedTicket, zone: string): Handling | null {
  if (after.resolved_at === null) return null;
  if (before?.resolved_at) return before.resolved;
  return after.merged_into_id === null ? buildHandling(after, after.resolved_at, zone) : null;
}

/** Returns the columns by which lists find the tickets that figures count. */
export const buildHandlingColumns = ({ answered, resolved }: Pick<TrackedTicket, "answered" | "resolved">) => ({
  answered_day: answered?.day ?? null,
  answered_by_id: answered?.agent_id ?? null,
  resolved_day: resolved?.day ?? null,
  resolved_by_id: resolved?.agent_id ?? null,
});

function appendState(before: TrackedTicket | null, after: TrackedTicket, now: string): StateEntry[] {
  const entries = before?.standings ?? [];
  const { status, assigned_to_id } = { ...after, status: after.deleted_at === null ? after.status : null };
  const last = entries.at(-1);
  if (last && last.status === status && last.assigned_to_id === assigned_to_id) return [...entries];
  return [...entries, { at: before === null ? after.created_at : now, status, assigned_to_id }].slice(-MAX_STATE_ENTRIES);
}

const buildHandling = ({ assigned_to_id, created_at }: TrackedTicket, handledAt: string | null, zone: string): Handling | null =>
  handledAt === null
    ? null
    : {
        agent_id: assigned_to_id,
        day: instantToDay(zone, handledAt),
        minutes: Math.max(0, Math.floor((Date.parse(handledAt) - Date.parse(created_at)) / 60_000)),
      };

/** Returns the state just before an instant; undefined if the ticket did not exist or was deleted. */
export function findStateBefore(
  standings: readonly StateEntry[],
  instant: string,
): (StateEntry & { status: TicketStatus }) | undefined {
  const standing = standings.findLast(({ at }) => at < instant);
  return standing && standing.status !== null ? { ...standing, status: standing.status } : undefined;
}

/** Returns the changes from an instant up to, but excluding, another, each with the state before it. */
export const listChangesBetween = (
  standings: readonly StateEntry[],
  from: string,
  to: string,
): { before: StateEntry | undefined; after: StateEntry }[] =>
  standings.flatMap((after, nth) => (after.at >= from && after.at < to ? [{ before: standings[nth - 1], after }] : []));
