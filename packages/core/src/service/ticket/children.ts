import { useTenant } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import type { Page } from "../../kernel/page.ts";
import { listInMemory, list as listRecords } from "../../storage/read/list.ts";
import type { ListQuery, Partition } from "../../storage/read/list-query.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { extraIndexPartition } from "../../storage/table/extra-index.ts";
import { Records } from "../../storage/write/records.ts";
import { childIndexKey, type TicketRecord, Tickets } from "./ticket.entity.ts";

/** Tickets below another (seed 001, parent_ticket_id): each stands in a place under its parent. */

/** Rows that one request looks at. */
const MAX_SCANNED = 1000;

/** The first rows of a partition that the caller sees, newest first, of at most so many. */
export async function listVisible(partition: Partition, most: number): Promise<{ rows: TicketRecord[]; bound: boolean }> {
  const all: TicketRecord[] = [];
  for await (const row of queryPartitions(Tickets, [partition], {
    order: "desc",
    after: undefined,
    chunk: Math.min(most + 1, MAX_SCANNED),
  })) {
    if (all.length === most) return { rows: await Visibility.filterVisible(Tickets, all), bound: true };
    all.push(Tickets.fromRow(row));
  }
  return { rows: await Visibility.filterVisible(Tickets, all), bound: false };
}

export const childrenPartition = (parent: string): Partition => ({
  index: "entry",
  facets: { pk: extraIndexPartition(useTenant(), Tickets.name, childIndexKey(parent)) },
});

/** A list of the tickets below one; those that are deleted have no place, and are looked for among all. */
export async function listChildren(parent: string, query: ListQuery): Promise<Page<TicketRecord>> {
  if (query.deleted) return listRecords(Tickets, query);
  const { rows, bound } = await listVisible(childrenPartition(parent), MAX_SCANNED);
  return listInMemory(Tickets, query, rows, bound);
}

/** Levels of tickets below each other. */
const MAX_LEVELS = 10;

/** A parent is seen, and does not itself stand below the ticket. */
export async function requireParent(wanted: string, own: string | undefined): Promise<void> {
  if (!(await Records.find(Tickets, wanted))) throw invalid("parent_ticket_id", "No such ticket");
  let above: string | null = wanted;
  for (let level = 1; above !== null; level++) {
    if (above === own) throw invalid("parent_ticket_id", "It stands below this ticket, or is it");
    if (level > MAX_LEVELS) throw invalid("parent_ticket_id", `At most ${MAX_LEVELS} levels`);
    above = (await Records.load(Tickets, above))?.parent_ticket_id ?? null;
  }
}
