import { Contact } from "../contact/contact.ts";
import { Tally } from "../interaction/tally.ts";
import { seeingAll } from "../kernel/context.ts";
import * as Identity from "../person/identity.ts";
import { isLimited } from "../person/person-sight.ts";
import { rosterOf } from "../segment/roster.ts";
import { setsOf } from "../segment/sets.ts";
import { ContactListBuilds, ContactLists } from "./contact-list.entity.ts";

/** Lists of contacts (seed 001, `contact_lists`): sets as segments are, by what their persons did. */

export const contactSets = rosterOf({
  members: Contact.listed.collection,
  sets: ContactLists,
  builds: ContactListBuilds,
  isScored: false,
  // A member is one by all that happened, whoever asks; not by a person whom the contact does not show.
  happened: async ({ personal_key_id, ...shown }, from, types) => {
    if (isLimited(shown)) return [];
    const persons = await Identity.idsNamed(personal_key_id);
    return (await seeingAll(() => Tally.touched(persons, from, types))).days;
  },
});

export { Info, InSet, Membership, Results, Row } from "../segment/sets.ts";
export const { list, get, create, update, remove, listMembers, changeMembers, join, leave, listOf } = setsOf(contactSets);

export * as ContactList from "./contact-list.ts";
