import { Contact } from "../../accounts/contact/contact.ts";
import { withFullVisibility } from "../../kernel/context.ts";
import { InteractionCounts } from "../../people/interaction/daily-counts.ts";
import { isLimited } from "../../people/person/disclosure.ts";
import * as Identity from "../../people/person/identity.ts";
import { defineSegmentType } from "../segment/segment-type.ts";
import { createSetOperations } from "../segment/sets.ts";
import { ContactListBuilds, ContactLists } from "./contact-list.entity.ts";

/** Lists of contacts (seed 001, `contact_lists`): sets as segments are, by what their persons did. */

export const contactSets = defineSegmentType({
  members: Contact.listDefinition.collection,
  sets: ContactLists,
  builds: ContactListBuilds,
  isScored: false,
  // A member is one by all that happened, whoever asks; not by a person whom the contact does not show.
  readInteractionDays: async ({ personal_key_id, ...shown }, from, types) => {
    if (isLimited(shown)) return [];
    const persons = await Identity.resolveIds(personal_key_id);
    return (await withFullVisibility(() => InteractionCounts.countByPerson(persons, from, types))).days;
  },
});

export { Info, Membership, Results, Row, SetMembership } from "../segment/sets.ts";
export const {
  list,
  get,
  create,
  update,
  remove,
  listMembers,
  changeMembers,
  join,
  leave,
  listOf: listByMember,
} = createSetOperations(contactSets);

export * as ContactList from "./contact-list.ts";
