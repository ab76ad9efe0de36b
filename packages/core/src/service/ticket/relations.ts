import * as z from "zod";
import { ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, id, outputInstant } from "../../kernel/schema.ts";
import * as Identity from "../../people/person/identity.ts";
import type { Partition } from "../../storage/read/list-query.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { childrenPartition, listVisible } from "./children.ts";
import { Stored, type TicketRecord, Tickets } from "./ticket.entity.ts";
import { TICKET } from "./ticket.kind.ts";
import { requireOtherTicket } from "./ticket-lookup.ts";
import { WriteEffects } from "./write-effects.ts";

/** The relations of a ticket to other tickets (docs/service/tickets.md, Related). */

const MAX_RELATED = 50;

const PairInput = IdInput.extend({ ticket_id: id(TICKET) });

/** Links two tickets with each other. A repeated request changes nothing. */
export const relate = fn(PairInput, ({ id: recordId, ticket_id }) =>
  Records.change(Tickets, recordId, async (current, tx) => {
    const relatedTicket = await requireOtherTicket(current, ticket_id);
    if (current.related_ids.includes(relatedTicket.id)) return current;
    for (const { related_ids } of [current, relatedTicket])
      if (related_ids.length >= MAX_RELATED)
        throw ruleViolation(`A ticket can be linked with at most ${MAX_RELATED} tickets`, [
          { field: "ticket_id", message: "Exceeds the maximum" },
        ]);
    await writeRelation(tx, relatedTicket, [...relatedTicket.related_ids, current.id]);
    return WriteEffects.apply(tx, current, { ...current, related_ids: [...current.related_ids, relatedTicket.id] });
  }),
);

/** Removes a link, even if the other ticket was deleted. A merged ticket keeps its side, because it cannot change. */
export const unrelate = fn(PairInput, ({ id: recordId, ticket_id }) =>
  Records.change(Tickets, recordId, async (current, tx) => {
    if (!current.related_ids.includes(ticket_id)) return current;
    const relatedTicket = await Records.load(Tickets, ticket_id);
    const without = (ids: readonly string[], removedId: string): string[] => ids.filter((relatedId) => relatedId !== removedId);
    if (relatedTicket && relatedTicket.merged_into_id === null)
      await writeRelation(tx, relatedTicket, without(relatedTicket.related_ids, current.id));
    return WriteEffects.apply(tx, current, { ...current, related_ids: without(current.related_ids, ticket_id) });
  }),
);

async function writeRelation(tx: Transaction, ticket: TicketRecord, related_ids: string[]): Promise<void> {
  tx.replace(Tickets, ticket, Records.nextVersion(ticket, await WriteEffects.apply(tx, ticket, { ...ticket, related_ids })));
}

const { ticket_number, subject, status, priority_id, assigned_to_id } = Stored.shape;
const RelatedTicket = z.object({
  id: id(TICKET),
  ticket_number,
  subject,
  status,
  priority_id,
  assigned_to_id,
  created_at: outputInstant(),
});
const relatedTickets = z.array(RelatedTicket);

export const TicketRelations = z.object({
  parent: RelatedTicket.nullable(),
  children: relatedTickets.describe("The newest children, at most 50"),
  merged_into: RelatedTicket.nullable(),
  merged: relatedTickets,
  split_from: RelatedTicket.nullable(),
  linked: relatedTickets,
  same_requester: relatedTickets.describe("The newest other open tickets of the requester, at most 20"),
  same_customer: relatedTickets.describe("The newest other open tickets of the customer, at most 20"),
});

/** Lists related tickets. Tickets that the caller cannot see are left out. */
export const list = fn(IdInput, async ({ id: ticketId }): Promise<z.output<typeof TicketRelations>> => {
  const ticket = await Records.read(Tickets, ticketId);
  const { parent_ticket_id, merged_into_id, split_from_id, merged_ids, related_ids } = ticket;
  const single = [parent_ticket_id, merged_into_id, split_from_id].filter((relatedId) => relatedId !== null);
  const references = [...single, ...merged_ids, ...related_ids].map((relatedId) => ({ kind: TICKET, id: relatedId }));
  const [visibleTickets, children, requester, customer] = await Promise.all([
    Records.findVisibleByIds(references),
    listVisible(childrenPartition(ticket.id), MAX_CHILDREN),
    Identity.resolveIds(ticket.personal_key_id).then((ids) =>
      listOpen(
        ticket,
        ids.map((person) => ({ index: "by_rank", facets: { personal_key_id: person } })),
      ),
    ),
    listOpen(
      ticket,
      ticket.customer_id ? [{ index: "by_related", facets: { customer_id: ticket.customer_id, is_resolved: "false" } }] : [],
    ),
  ]);
  const selectVisible = (relatedId: string | null): TicketRecord[] =>
    relatedId && visibleTickets.has(relatedId) ? [visibleTickets.get(relatedId) as TicketRecord] : [];
  const presentTickets = (ids: readonly (string | null)[]) => ids.flatMap(selectVisible).map(toRelatedTicket);
  return {
    parent: presentTickets([parent_ticket_id])[0] ?? null,
    children: children.rows.map(toRelatedTicket),
    merged_into: presentTickets([merged_into_id])[0] ?? null,
    merged: presentTickets(merged_ids),
    split_from: presentTickets([split_from_id])[0] ?? null,
    linked: presentTickets(related_ids),
    same_requester: requester.map(toRelatedTicket),
    same_customer: customer.map(toRelatedTicket),
  };
});

const MAX_CHILDREN = 50;
/** Maximum numbers of open tickets that are scanned and that are shown. */
const MAX_SCANNED = 50;
const MAX_SHOWN = 20;

async function listOpen(ticket: TicketRecord, partitions: readonly Partition[]): Promise<TicketRecord[]> {
  const pages = await Promise.all(partitions.map((partition) => listVisible(partition, MAX_SCANNED)));
  const rows = pages.flatMap(({ rows }) => rows).filter((row) => row.id !== ticket.id && !row.is_resolved);
  return rows.toSorted((a, b) => (a.id < b.id ? 1 : -1)).slice(0, MAX_SHOWN);
}

const toRelatedTicket = (ticket: TicketRecord): z.output<typeof RelatedTicket> => {
  const { id: ticketId, ticket_number, subject, status, priority_id, assigned_to_id, created_at } = ticket;
  return { id: ticketId, ticket_number, subject, status, priority_id, assigned_to_id, created_at };
};

export * as RelatedTickets from "./relations.ts";
