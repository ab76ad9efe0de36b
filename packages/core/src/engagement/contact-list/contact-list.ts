import { Contact } from "../../accounts/contact/contact.ts";
import { withFullVisibility } from "../../kernel/context.ts";
import { InteractionCounts } from "../../people/interaction/daily-counts.ts";
import { isLimited } from "../../people/person/disclosure.ts";
import * as Identity from "../../people/person/identity.ts";
import { defineSegmentType } from "../segment/segment-type.ts";
import { createSetOperations } from "../segment/sets.ts";
import { ContactListBuilds, ContactLists } from "./contact-list.entity.ts";

/** Contact lists. They work like segments, and their filters read the interactions of each contact's person. */

export const contactSets = defineSegmentType({
  members: Contact.listDefinition.collection,
  sets: ContactLists,
  builds: ContactListBuilds,
  isScored: false,
  // All interactions count, also those that the caller cannot see. A contact with limited disclosure does not reveal its person, so none count.
  readInteractionDays: async ({ personal_key_id, ...contact }, from, types) => {
    if (isLimited(contact)) return [];
    const persons = await Identity.resolveIds(personal_key_id);
    return (await withFullVisibility(() => InteractionCounts.countByPerson(persons, from, types))).days;
  },
});

export { Info, Membership, Results, Row, SetMembership } from "../segment/sets.ts";
export const { list, get, create, update, remove, listMembers, changeMembers, join, leave, listByMember } =
  createSetOperations(contactSets);

export * as ContactList from "./contact-list.ts";
