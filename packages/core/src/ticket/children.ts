import { useTenant } from "../kernel/context.ts";
import { invalid } from "../kernel/error.ts";
import type { Page } from "../kernel/page.ts";
import { listHere, list as listRecords } from "../storage/read/list.ts";
import type { ListQuery, Partition } from "../storage/read/query.ts";
import { merged } from "../storage/read/scan.ts";
import { Visible } from "../storage/read/visibility.ts";
import { partitionOfPlaces } from "../storage/table/place.ts";
import { Records } from "../storage/write/records.ts";
import { below, type TicketRecord, Tickets } from "./ticket.entity.ts";

/** Tickets below another (seed 001, parent_ticket_id): each stands in a place under its parent. */

/** Rows that one request looks at. */
const MOST = 1000;

/** The first rows of a partition that the caller sees, newest first, of at most so many. */
export async function seenIn(partition: Partition, most: number): Promise<{ rows: TicketRecord[]; bound: boolean }> {
  const all: TicketRecord[] = [];
  for await (const row of merged(Tickets, [partition], { order: "desc", after: undefined, chunk: Math.min(most + 1, MOST) })) {
    if (all.length === most) return { rows: await Visible.among(Tickets, all), bound: true };
    all.push(Tickets.fromRow(row));
  }
  return { rows: await Visible.among(Tickets, all), bound: false };
}

export const childrenOf = (parent: string): Partition => ({
  index: "entry",
  facets: { pk: partitionOfPlaces(useTenant(), Tickets.name, below(parent)) },
});

/** A list of the tickets below one; those that are deleted have no place, and are looked for among all. */
export async function listBelow(parent: string, query: ListQuery): Promise<Page<TicketRecord>> {
  if (query.deleted) return listRecords(Tickets, query);
  const { rows, bound } = await seenIn(childrenOf(parent), MOST);
  return listHere(Tickets, query, rows, bound);
}

/** Levels of tickets below each other. */
const LEVELS = 10;

/** A parent is seen, and does not itself stand below the ticket. */
export async function requireParent(wanted: string, own: string | undefined): Promise<void> {
  if (!(await Records.find(Tickets, wanted))) throw invalid("parent_ticket_id", "No such ticket");
  let above: string | null = wanted;
  for (let level = 1; above !== null; level++) {
    if (above === own) throw invalid("parent_ticket_id", "It stands below this ticket, or is it");
    if (level > LEVELS) throw invalid("parent_ticket_id", `At most ${LEVELS} levels`);
    above = (await Records.load(Tickets, above))?.parent_ticket_id ?? null;
  }
}
