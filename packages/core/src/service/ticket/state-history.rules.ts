import { instantToDay } from "../../kernel/time-zone.ts";
import type { TicketStatus } from "./status.rules.ts";

/**
 * How a ticket stood at each instant of its past, and who answered and resolved it: kept in the ticket itself, so that a day that is over can
 * be counted again, and comes to the same (docs/service/tickets.md, Snapshots). Pure.
 */

/** From an instant on, until the next. */
export interface StateEntry {
  at: string;
  /** null: it was deleted. */
  status: TicketStatus | null;
  assigned_to_id: string | null;
}

/** Done by an agent on a day, in the tenant's time zone; how long it took by the clock on the wall. */
export interface Handling {
  agent_id: string | null;
  day: string;
  minutes: number;
}

/** The newest that are kept: days before are not told any more. */
export const MAX_STATE_ENTRIES = 200;

interface TrackedTicket {
  created_at: string;
  deleted_at: string | null;
  status: TicketStatus;
  assigned_to_id: string | null;
  first_response_at: string | null;
  resolved_at: string | null;
  standings: readonly StateEntry[];
  answered: Handling | null;
  resolved: Handling | null;
}

/** What a change adds, from before and after it. */
export function buildHistory(before: TrackedTicket | null, after: TrackedTicket, now: string, zone: string) {
  return {
    standings: appendState(before, after, now),
    answered: before?.answered ?? buildHandling(after, after.first_response_at, zone),
    // Once reopened, it is resolved by nobody; what it was given to afterwards is no matter.
    resolved:
      after.resolved_at === null ? null : before?.resolved_at ? before.resolved : buildHandling(after, after.resolved_at, zone),
  };
}

function appendState(before: TrackedTicket | null, after: TrackedTicket, now: string): StateEntry[] {
  const kept = before?.standings ?? [];
  const { status, assigned_to_id } = { ...after, status: after.deleted_at === null ? after.status : null };
  const last = kept.at(-1);
  if (last && last.status === status && last.assigned_to_id === assigned_to_id) return [...kept];
  return [...kept, { at: before === null ? after.created_at : now, status, assigned_to_id }].slice(-MAX_STATE_ENTRIES);
}

const buildHandling = ({ assigned_to_id, created_at }: TrackedTicket, at: string | null, zone: string): Handling | null =>
  at === null
    ? null
    : {
        agent_id: assigned_to_id,
        day: instantToDay(zone, at),
        minutes: Math.max(0, Math.floor((Date.parse(at) - Date.parse(created_at)) / 60_000)),
      };

/** How it stood just before an instant; undefined where there was none, or it was deleted. */
export function findStateBefore(
  standings: readonly StateEntry[],
  instant: string,
): (StateEntry & { status: TicketStatus }) | undefined {
  const standing = standings.findLast(({ at }) => at < instant);
  return standing && standing.status !== null ? { ...standing, status: standing.status } : undefined;
}

/** The changes from an instant on, up to and without another, each with what was before. */
export const listChangesBetween = (
  standings: readonly StateEntry[],
  from: string,
  to: string,
): { before: StateEntry | undefined; after: StateEntry }[] =>
  standings.flatMap((after, nth) => (after.at >= from && after.at < to ? [{ before: standings[nth - 1], after }] : []));
