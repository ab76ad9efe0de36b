import { Customer } from "../../accounts/customer/customer.ts";
import { withFullVisibility } from "../../kernel/context.ts";
import { InteractionCounts } from "../../people/interaction/daily-counts.ts";
import { isLimited } from "../../people/person/disclosure.ts";
import * as Identity from "../../people/person/identity.ts";
import { SegmentBuilds, Segments } from "./segment.entity.ts";
import { defineSegmentType } from "./segment-type.ts";
import { createSetOperations } from "./sets.ts";

/** Segments: sets of customers. */

export const customerSets = defineSegmentType({
  members: Customer.listDefinition.collection,
  sets: Segments,
  builds: SegmentBuilds,
  isScored: true,
  // All interactions count, also those that the caller cannot see. With limited disclosure, only interactions that name the customer count.
  readInteractionDays: async ({ id: customer, personal_key_id, ...disclosure }, from, types) => {
    const persons = isLimited(disclosure) ? [] : await Identity.resolveIds(personal_key_id);
    return (await withFullVisibility(() => InteractionCounts.countByCustomer({ customer, persons }, from, types))).days;
  },
});

export { Info, Membership, Results, Row, SetMembership } from "./sets.ts";
export const { list, get, create, update, remove, listMembers, changeMembers, listByMember, listNames } =
  createSetOperations(customerSets);

export * as Segment from "./segment.ts";
