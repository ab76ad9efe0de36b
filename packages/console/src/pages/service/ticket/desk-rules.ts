import type { ListQuery } from "../../../api/kind.ts";

/** The queues of the desk and the way through them. */

export const ticketQueues = ["mine", "unassigned", "soon", "all", "snoozed"] as const;
export const conversationQueues = ["all", "unread", "mine", "unassigned", "closed"] as const;
type TicketQueue = (typeof ticketQueues)[number];
type ConversationQueue = (typeof conversationQueues)[number];

/** A ticket is in the queue "breaching soon" this long before its due time, and from then on. */
const SOON = "now+4h";

/** Snoozed tickets are in their own queue, and in that of tickets that breach soon. */
const AWAKE: ListQuery = { is_resolved: "false", "snoozed_until[is_null]": "true" };
const ticketFilters: Readonly<Record<TicketQueue, ListQuery>> = {
  mine: { owner: "me", ...AWAKE },
  unassigned: { owner: "none", ...AWAKE },
  soon: { "next_due_at[lte]": SOON, is_resolved: "false" },
  all: AWAKE,
  snoozed: { "snoozed_until[is_null]": "false" },
};

const OPEN: ListQuery = { "closed_at[is_null]": "true" };
const conversationFilters: Readonly<Record<ConversationQueue, ListQuery>> = {
  mine: { owner: "me", ...OPEN },
  unassigned: { owner: "none", ...OPEN },
  unread: { "unread_count[gt]": "0" },
  all: OPEN,
  closed: { "closed_at[is_null]": "false" },
};

/** Reads the queue of an address. Without a known name it is the first one. */
export const parseQueue = <Q extends string>(queue: string | undefined, queues: readonly [Q, ...Q[]]): Q =>
  queues.find((known) => known === queue) ?? queues[0];

/** Builds the query of a queue of tickets: the next due first, unless the list has an order of its own. A filter of the list goes before the queue. */
export const buildTicketQuery = (queue: TicketQueue, list: ListQuery): ListQuery => ({
  ...ticketFilters[queue],
  ...("status" in list || "is_resolved" in list ? { is_resolved: undefined, "snoozed_until[is_null]": undefined } : {}),
  sort: "next_due_at",
  order: "asc",
  ...list,
});

/**
 * Builds the query of the tickets of a queue for which nothing is due, such as those that wait for the customer: the API leaves them out of the order by due
 * time. Undefined where the queue has none of them, or where the list has an order of its own, which has them all.
 */
export const buildUndatedQuery = (queue: TicketQueue, list: ListQuery): ListQuery | undefined =>
  queue === "soon" || "sort" in list
    ? undefined
    : { ...buildTicketQuery(queue, list), "next_due_at[is_null]": "true", sort: "created_at", order: "desc" };

/** What a card of a queue says beside what all records of the queue have in common. */
export const listCardParts = (
  queue: TicketQueue,
  status: unknown,
): { readonly hasStatus: boolean; readonly hasAgent: boolean } => ({
  hasStatus: status !== "OPEN",
  hasAgent: queue !== "mine" && queue !== "unassigned",
});

/** Builds the query of a queue of conversations, the last message first. */
export const buildConversationQuery = (queue: ConversationQueue, list: ListQuery): ListQuery => ({
  ...conversationFilters[queue],
  sort: "last_message_at",
  order: "desc",
  ...list,
});

/** Puts the tickets that came back from a snooze before the others. Both keep their order. */
export const putReturnedFirst = <R extends { readonly id: string }>(
  rows: readonly R[],
  returnedIds: ReadonlySet<string>,
): R[] => [...rows.filter(({ id }) => returnedIds.has(id)), ...rows.filter(({ id }) => !returnedIds.has(id))];

const MAX_MERGE_CHOICES = 20;

/** Builds the queries that find tickets to merge: those of the same customer and those without one. Others cannot be merged. */
export function buildMergeQueries(customerId: string | null, search: string): ListQuery[] {
  const query: ListQuery = { search, limit: String(MAX_MERGE_CHOICES) };
  if (customerId === null) return [query];
  return [
    { ...query, customer_id: customerId },
    { ...query, "customer_id[is_null]": "true" },
  ];
}

const MIN_THREE_PANES = 960;
const MIN_TWO_PANES = 640;

/** How many panes stand side by side in a width in pixels. With one, the queue comes first and then the thread; with two, the context has a tab. */
export const countPanes = (width: number): 1 | 2 | 3 => (width >= MIN_THREE_PANES ? 3 : width >= MIN_TWO_PANES ? 2 : 1);

/** Returns the record that the desk shows: that of the address, or else the first of the queue where there is room beside it. */
export const chooseShown = (named: string | undefined, ids: readonly string[], panes: number): string | undefined =>
  named ?? (panes > 1 ? ids[0] : undefined);

/** Returns the record that the way forward leads to: the one behind the shown one, or the first if none is shown or if it has left the queue. */
export const findNext = (ids: readonly string[], id: string | undefined): string | undefined =>
  ids[id === undefined ? 0 : ids.indexOf(id) + 1];

/** Returns the record that comes after the shown one when it leaves the queue: the one behind it, or before it at the end. */
export function findSuccessor(ids: readonly string[], id: string): string | undefined {
  const index = ids.indexOf(id);
  return index < 0 ? undefined : (ids[index + 1] ?? ids[index - 1]);
}

/** The predefined priorities that are no reason to hurry. */
const USUAL_PRIORITIES: ReadonlySet<string> = new Set(["low", "medium"]);

/** Whether a priority is above the usual one, so that rows mark it. */
export const isRaised = ({ code = "" }: { readonly code?: string }): boolean => !USUAL_PRIORITIES.has(code);
