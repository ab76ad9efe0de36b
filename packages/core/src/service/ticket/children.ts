import { invalid } from "../../kernel/error.ts";
import type { Page } from "../../kernel/page.ts";
import { buildExtraPartition } from "../../storage/read/extra-partition.ts";
import { listInMemory, list as listRecords } from "../../storage/read/list.ts";
import type { ListQuery, Partition } from "../../storage/read/list-query.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { Visibility } from "../../storage/read/visibility.ts";
import { Records } from "../../storage/write/records.ts";
import { childIndexKey, type TicketRecord, Tickets } from "./ticket.entity.ts";

/** Child tickets. Each has an extra index entry under its parent. */

/** Maximum number of rows that one request scans. */
const MAX_SCANNED = 1000;

/**
 * Scans the first `most` rows of a partition, newest first, and returns those that the caller can see. `bound` means that there are more rows.
 */
export async function listVisible(partition: Partition, maxRows: number): Promise<{ rows: TicketRecord[]; bound: boolean }> {
  const all: TicketRecord[] = [];
  for await (const row of queryPartitions(Tickets, [partition], {
    order: "desc",
    after: undefined,
    chunk: Math.min(maxRows + 1, MAX_SCANNED),
  })) {
    if (all.length === maxRows) return { rows: await Visibility.filterVisible(Tickets, all), bound: true };
    all.push(Tickets.fromRow(row));
  }
  return { rows: await Visibility.filterVisible(Tickets, all), bound: false };
}

export const childrenPartition = (parent: string): Partition => buildExtraPartition(Tickets, childIndexKey(parent));

/** Lists the child tickets of a ticket. Deleted tickets have no index entry, so the regular list finds them. */
export async function listChildren(parent: string, query: ListQuery): Promise<Page<TicketRecord>> {
  if (query.deleted) return listRecords(Tickets, query);
  const { rows, bound } = await listVisible(childrenPartition(parent), MAX_SCANNED);
  return listInMemory(Tickets, query, rows, bound);
}

/** Maximum number of levels of child tickets. */
const MAX_LEVELS = 10;

/** Requires a parent that the caller can see and that is not the ticket itself or one of its descendants. */
export async function requireParent(parentId: string, ticketId: string | undefined): Promise<void> {
  if (!(await Records.find(Tickets, parentId))) throw invalid("parent_ticket_id", "No such ticket");
  let above: string | null = parentId;
  for (let level = 1; above !== null; level++) {
    if (above === ticketId) throw invalid("parent_ticket_id", "Must not be this ticket or a ticket below it");
    if (level > MAX_LEVELS) throw invalid("parent_ticket_id", `Tickets can have at most ${MAX_LEVELS} levels`);
    above = (await Records.load(Tickets, above))?.parent_ticket_id ?? null;
  }
}
