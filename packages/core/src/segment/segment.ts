import { Customer } from "../customer/customer.ts";
import { Tally } from "../interaction/tally.ts";
import { seeingAll } from "../kernel/context.ts";
import * as Identity from "../person/identity.ts";
import { isLimited } from "../person/person-sight.ts";
import { rosterOf } from "./roster.ts";
import { SegmentBuilds, Segments } from "./segment.entity.ts";
import { setsOf } from "./sets.ts";

/** Segments: sets of customers (seeds 001 and 002, `customer_segments`). */

export const customerSets = rosterOf({
  members: Customer.listed.collection,
  sets: Segments,
  builds: SegmentBuilds,
  isScored: true,
  // A member is one by all that happened, whoever asks; of a person whom the customer does not show, by what names the customer.
  happened: async ({ id: customer, personal_key_id, ...shown }, from, types) => {
    const persons = isLimited(shown) ? [] : await Identity.idsNamed(personal_key_id);
    return (await seeingAll(() => Tally.touchedWith({ customer, persons }, from, types))).days;
  },
});

export { Info, InSet, Membership, Results, Row } from "./sets.ts";
export const { list, get, create, update, remove, listMembers, changeMembers, listOf, namesOf } = setsOf(customerSets);

export * as Segment from "./segment.ts";
