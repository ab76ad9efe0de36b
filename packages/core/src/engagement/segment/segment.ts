import { Customer } from "../../accounts/customer/customer.ts";
import { withFullVisibility } from "../../kernel/context.ts";
import { InteractionCounts } from "../../people/interaction/daily-counts.ts";
import { isLimited } from "../../people/person/disclosure.ts";
import * as Identity from "../../people/person/identity.ts";
import { SegmentBuilds, Segments } from "./segment.entity.ts";
import { defineSegmentType } from "./segment-type.ts";
import { createSetOperations } from "./sets.ts";

/** Segments: sets of customers (seeds 001 and 002, `customer_segments`). */

export const customerSets = defineSegmentType({
  members: Customer.listDefinition.collection,
  sets: Segments,
  builds: SegmentBuilds,
  isScored: true,
  // A member is one by all that happened, whoever asks; of a person whom the customer does not show, by what names the customer.
  readInteractionDays: async ({ id: customer, personal_key_id, ...shown }, from, types) => {
    const persons = isLimited(shown) ? [] : await Identity.resolveIds(personal_key_id);
    return (await withFullVisibility(() => InteractionCounts.countByCustomer({ customer, persons }, from, types))).days;
  },
});

export { Info, Membership, Results, Row, SetMembership } from "./sets.ts";
export const {
  list,
  get,
  create,
  update,
  remove,
  listMembers,
  changeMembers,
  listOf: listByMember,
  listNames,
} = createSetOperations(customerSets);

export * as Segment from "./segment.ts";
