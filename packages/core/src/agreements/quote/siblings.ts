import type { DomainEvent } from "../../kernel/ports.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { Records } from "../../storage/write/records.ts";
import { applyRejection } from "../versioned-offer/offer-state.ts";
import { isEnd } from "../versioned-offer/status.rules.ts";
import { Quotes } from "./quote.entity.ts";

/** Maximum quotes of an opportunity that are read. */
const MAX_SIBLINGS = 1000;

/**
 * Listener for `quote.accepted`. Rejects the other open quotes of the opportunity. A repeated or late call is safe: quotes that have ended, or were
 * made since, do not change.
 */
export const onAccepted = ({ record_id }: DomainEvent): Promise<void> => Tenant.runWithSettings(() => rejectSiblings(record_id));

async function rejectSiblings(record_id: string): Promise<void> {
  const accepted = await Records.load(Quotes, record_id);
  if (accepted?.status !== "ACCEPTED" || accepted.opportunity_id === null) return;
  const among = { index: "by_class" as const, facets: { opportunity_id: accepted.opportunity_id } };
  let count = 0;
  for await (const row of queryPartitions(Quotes, [among], { order: "desc", after: undefined, chunk: 50 })) {
    const sibling = Quotes.fromRow(row);
    if (++count > MAX_SIBLINGS) break;
    if (sibling.id === accepted.id || isEnd(sibling.status) || sibling.created_at > accepted.updated_at) continue;
    await Records.ignoreMissing(
      Records.change(Quotes, sibling.id, (current) =>
        isEnd(current.status) ? current : applyRejection(current, `${accepted.quote_number} was accepted`),
      ),
    );
  }
}
