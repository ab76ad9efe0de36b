import type { RecordData } from "../../../api/kind.ts";
import { type Mention, readMentions } from "../../../records/comments/mention-text.ts";
import { readDay } from "../../../ui/i18n/time.ts";
import { listWorkEvents, type WorkEvent } from "./work-events.ts";

/** What a thread shows, and in which order: the oldest first, as people read a correspondence. */

/** A text of a person, or of the system in the name of the tenant. */
export interface ThreadMessage {
  readonly type: "message";
  readonly id: string;
  readonly at: string;
  /** `in`: from the requester; `out`: to the requester; `note`: only users read it. */
  readonly direction: "in" | "out" | "note";
  readonly author: string | null;
  readonly userId: string | null;
  readonly subject: string | null;
  readonly body: string;
  readonly isAutomatic: boolean;
  /** What became of it: `queued`, `delivered`, `failed`. */
  readonly status: string | null;
  readonly attachmentIds: readonly string[];
  /** Users and teams that a note mentions. Their ids are in the body. */
  readonly mentions: readonly Mention[];
}

/** Events with another ticket, as comments of the system record them. */
export type TicketEventType = "MERGED" | "UNMERGED" | "SPLIT_TO" | "SPLIT_FROM" | "UNSPLIT";

/** The other ticket of an event. */
export interface OtherTicket {
  readonly type: TicketEventType;
  readonly ticket_id: string;
  readonly ticket_number: string;
  readonly subject: string;
}

export type EventName = "resolved" | "reopened" | "escalated" | "assigned" | "snoozed" | "system";

/** Something that happened with the ticket. */
export interface ThreadEvent {
  readonly type: "event";
  readonly id: string;
  readonly at: string;
  readonly name: EventName;
  /** More about it: a reason, or the text of the system. */
  readonly text: string | null;
  /** What happened with another ticket. */
  readonly other?: OtherTicket;
  /** An assignment or a snooze. */
  readonly work?: WorkEvent;
  /** The clock that escalated the ticket, in the fields of the ticket. */
  readonly clock?: RecordData;
}

export type ThreadEntry = ThreadMessage | ThreadEvent;

/** Entries that are shown together: a message, or events that follow each other. */
type ThreadItem = ThreadMessage | { readonly type: "events"; readonly id: string; readonly events: readonly ThreadEvent[] };

const readText = (value: unknown): string | null => (typeof value === "string" && value.trim() !== "" ? value : null);

interface Named {
  readonly expanded?: Readonly<Record<string, { readonly name?: string } | readonly unknown[] | null>> | undefined;
}

const readName = (row: RecordData & Named, field: string): string | null => {
  const named = row.expanded?.[field];
  return named && !Array.isArray(named) ? ((named as { name?: string }).name ?? null) : null;
};

/** Turns a comment of a ticket into an entry. Comments of the system that the requester does not see are events. */
export function toCommentEntry(row: RecordData & Named, requester: string | null): ThreadEntry {
  const body = typeof row.body === "string" ? row.body.trim() : (readText(row.excerpt) ?? "");
  const shared = { id: row.id, at: String(row.created_at) };
  if (row.from === "SYSTEM" && row.is_public !== true) {
    const other = row.event as OtherTicket | null | undefined;
    return { type: "event", ...shared, name: "system", text: body, ...(other ? { other } : {}) };
  }
  const isIn = row.from === "REQUESTER";
  return {
    type: "message",
    ...shared,
    direction: isIn ? "in" : row.is_public === true ? "out" : "note",
    // After a merge, another person may have written a message.
    author: isIn ? (readName(row, "person_id") ?? requester) : readName(row, "created_by"),
    userId: isIn ? null : readText(row.created_by),
    subject: null,
    body,
    isAutomatic: row.is_automatic === true,
    status: null,
    attachmentIds: Array.isArray(row.attachment_ids) ? row.attachment_ids.map(String) : [],
    mentions: readMentions(row),
  };
}

/** Turns a message of a conversation into an entry. */
export function toMessageEntry(row: RecordData & Named, correspondent: string | null): ThreadMessage {
  const isIn = row.direction === "in";
  return {
    type: "message",
    id: row.id,
    at: String((isIn ? row.received_at : null) ?? row.created_at),
    direction: isIn ? "in" : "out",
    author: isIn ? correspondent : readName(row, "created_by"),
    userId: isIn ? null : readText(row.created_by),
    subject: readText(row.subject),
    body: readText(row.body) ?? "",
    isAutomatic: row.purpose === "answer",
    status: isIn ? null : readText(row.status),
    attachmentIds: [],
    mentions: [],
  };
}

interface ResolutionFields {
  readonly resolution: string | null;
  readonly resolved_at: string;
  readonly reopened_at: string | null;
  readonly reopened_because: string | null;
}

/** Returns to whom a ticket was assigned last, and by which case if the routing rule did it. */
function describeAssignment(ticket: RecordData & Named): string | null {
  const assignee = [ticket.expanded?.assigned_to_id].flat()[0] as { readonly name?: string } | null | undefined;
  const routing = ticket.routing as { readonly routed_at?: string; readonly reason?: string } | null | undefined;
  const reason = routing?.routed_at === ticket.assigned_at ? routing?.reason : undefined;
  return assignee?.name === undefined ? null : [assignee.name, reason].filter(Boolean).join(" · ");
}

/** Lists what happened with a ticket, as far as the ticket itself says it. */
export function listTicketEvents(ticket: RecordData): ThreadEvent[] {
  const { id } = ticket;
  const resolutions = (ticket.resolutions ?? []) as readonly ResolutionFields[];
  const instant = (field: string): string | null => readText(ticket[field]);
  const events: ThreadEvent[] = [];
  const add = (name: EventName, at: string | null, text: string | null, more: Pick<ThreadEvent, "work" | "clock"> = {}): void => {
    if (at !== null) events.push({ type: "event", id: `${id} ${name} ${at}`, at, name, text, ...more });
  };
  const history = listWorkEvents(ticket);
  const hasAssignment = history.some(({ type }) => type === "ASSIGNED");
  // Assignments from before the history began.
  if (!hasAssignment && instant("assigned_at") !== instant("created_at"))
    add("assigned", instant("assigned_at"), describeAssignment(ticket));
  for (const work of history) add(work.type.endsWith("ASSIGNED") ? "assigned" : "snoozed", work.at, null, { work });
  const clock = typeof ticket.escalation_percent === "number" ? { clock: ticket } : {};
  add("escalated", instant("escalated_at"), readText(ticket.escalation_reason), clock);
  for (const { resolution, resolved_at, reopened_at, reopened_because } of resolutions) {
    add("resolved", resolved_at, readText(resolution));
    add("reopened", reopened_at, readText(reopened_because));
  }
  return events;
}

const compareEntries = (first: ThreadEntry, second: ThreadEntry): number =>
  first.at.localeCompare(second.at) || first.id.localeCompare(second.id);

/**
 * Merges what happened with a ticket with its loaded comments. While older comments are not loaded, nothing from before the oldest loaded one is shown, so
 * that the thread has no gaps that look whole.
 */
export function mergeThread(own: readonly ThreadEntry[], loaded: readonly ThreadEntry[], hasMore: boolean): ThreadEntry[] {
  const [oldest] = loaded.toSorted(compareEntries);
  const shown = own.filter((entry) => !hasMore || entry.at >= (oldest?.at ?? ""));
  return [...shown, ...loaded].toSorted(compareEntries);
}

/** Returns whether the user can take an event back: the other ticket is still merged into this one, or still split off from it. */
export const canUndoEvent = ({ type, ticket_id }: OtherTicket, mergedIds: readonly string[]): boolean =>
  type === "MERGED" ? mergedIds.includes(ticket_id) : type === "SPLIT_TO" && !mergedIds.includes(ticket_id);

/** Lists the messages that a split may take along. */
export const listSplittable = (entries: readonly ThreadEntry[]): ThreadMessage[] =>
  entries.filter((entry): entry is ThreadMessage => entry.type === "message" && !entry.isAutomatic);

/** Returns the subject of a ticket that is split off: the beginning of its first message. */
export function suggestSplitSubject(messages: readonly ThreadMessage[]): string {
  const [line = ""] = messages[0]?.body.trim().split("\n") ?? [];
  return line.length <= MAX_SUBJECT_LENGTH ? line : `${line.slice(0, MAX_SUBJECT_LENGTH - 1).toWellFormed()}…`;
}

const MAX_SUBJECT_LENGTH = 80;

/** Folds events that follow each other on one day into one item. */
export function foldEvents(entries: readonly ThreadEntry[], timeZone: string): ThreadItem[] {
  const items: ThreadItem[] = [];
  for (const entry of entries) {
    const last = items.at(-1);
    if (entry.type === "message") items.push(entry);
    else if (
      entry.other === undefined &&
      last?.type === "events" &&
      last.events[0]?.other === undefined &&
      readDay(last.events[0]?.at ?? "", timeZone) === readDay(entry.at, timeZone)
    )
      items[items.length - 1] = { ...last, events: [...last.events, entry] };
    else items.push({ type: "events", id: entry.id, events: [entry] });
  }
  return items;
}

/** Returns the instant at which an item stands in the thread. */
export const readItemInstant = (item: ThreadItem): string => (item.type === "events" ? (item.events[0]?.at ?? "") : item.at);

/** Finds the newest answer that a colleague sent after the user had begun to write. */
export const findLaterAnswer = (
  entries: readonly ThreadEntry[],
  begunAt: string | undefined,
  userId: string,
): ThreadMessage | undefined =>
  begunAt === undefined
    ? undefined
    : entries.findLast(
        (entry): entry is ThreadMessage =>
          entry.type === "message" &&
          entry.direction === "out" &&
          entry.userId !== userId &&
          !entry.isAutomatic &&
          entry.at > begunAt,
      );
