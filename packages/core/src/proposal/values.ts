import { CONTACT } from "../contact/contact.domain.ts";
import { CUSTOMER } from "../customer/customer.domain.ts";
import { useActorId } from "../kernel/context.ts";
import type { Values } from "../message-template/merge-fields.rules.ts";
import { type Found, valuesAmong } from "../message-template/values.ts";
import { OPPORTUNITY } from "../opportunity/opportunity.domain.ts";
import { QUOTE } from "../quote/quote.domain.ts";
import { Records } from "../storage/write/records.ts";
import type { ProposalRecord } from "./proposal.entity.ts";

/** What merge fields say around a proposal: of what it names, as far as the caller sees that. */

const kinds = { customer: CUSTOMER, contact: CONTACT, opportunity: OPPORTUNITY, quote: QUOTE } as const;
const types = Object.keys(kinds) as (keyof typeof kinds)[];

export type Around = Pick<ProposalRecord, "customer_id" | "contact_id" | "opportunity_id" | "quote_id">;

/** With `proposal` what that says of itself, and of its owner. */
export async function valuesAround(
  around: { [K in keyof Around]: string | null },
  proposal?: Pick<ProposalRecord, "name" | "proposal_number" | "expiration_date" | "owner_id">,
): Promise<Values> {
  const named = types.flatMap((type) => {
    const id = around[`${type}_id`];
    return id === null ? [] : [{ type, kind: kinds[type], id }];
  });
  const shown = await Records.shownOf(named);
  const found: Found = { proposal };
  for (const { type, id } of named) found[type] = shown.get(id);
  return valuesAmong(found, proposal ? proposal.owner_id : useActorId());
}
