import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { useActorId } from "../../kernel/context.ts";
import type { Values } from "../../messaging/template/merge-fields.rules.ts";
import { buildMergeValues, type FoundRecords } from "../../messaging/template/merge-values.ts";
import { OPPORTUNITY } from "../../sales/opportunity/opportunity.kind.ts";
import { Records } from "../../storage/write/records.ts";
import { QUOTE } from "../quote/quote.kind.ts";
import type { ProposalRecord } from "./proposal.entity.ts";

/** Values of merge fields for a proposal, from the records that it names, as far as the caller sees them. */

const kinds = { customer: CUSTOMER, contact: CONTACT, opportunity: OPPORTUNITY, quote: QUOTE } as const;
const types = Object.keys(kinds) as (keyof typeof kinds)[];

type RelatedIds = Pick<ProposalRecord, "customer_id" | "contact_id" | "opportunity_id" | "quote_id">;

/** Loads the values. With `proposal` they include its own fields and its owner; otherwise the caller is the owner. */
export async function loadMergeValues(
  relatedIds: { [K in keyof RelatedIds]: string | null },
  proposal?: Pick<ProposalRecord, "name" | "proposal_number" | "expiration_date" | "owner_id">,
): Promise<Values> {
  const references = types.flatMap((type) => {
    const id = relatedIds[`${type}_id`];
    return id === null ? [] : [{ type, kind: kinds[type], id }];
  });
  const visibleRecords = await Records.findVisibleByIds(references);
  const records: FoundRecords = { proposal };
  for (const { type, id } of references) records[type] = visibleRecords.get(id);
  return buildMergeValues(records, proposal ? proposal.owner_id : useActorId());
}
