import { CONTACT } from "../contact/contact.domain.ts";
import { isOfPerson, ownerOf } from "../kernel/id.ts";
import { MOST_PLACES } from "../person/customers.ts";
import * as Identity from "../person/identity.ts";
import { building, evaluating } from "../segment/hear.ts";
import { rowsOf } from "../storage/read/among.ts";
import { partitionsWithin } from "../storage/read/plan.ts";
import { contactSets } from "./contact-list.ts";

/** Keeps lists of contacts right: of what happened, those of the contacts that the person is. */

export const evaluate = evaluating(contactSets, CONTACT, async (interaction) => {
  const persons = await Identity.idsNamed(isOfPerson(interaction) ? ownerOf(interaction) : null);
  const { records } = await rowsOf(contactSets.members, partitionsWithin(persons), MOST_PLACES);
  return records.map(({ id }) => id);
});

export const build = building(contactSets);
