import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { collectionOwner, isInPersonCollection } from "../../kernel/id.ts";
import { MAX_CONTACTS } from "../../people/person/customers.ts";
import * as Identity from "../../people/person/identity.ts";
import { readMerged } from "../../storage/read/merged-list.ts";
import { personPartitions } from "../../storage/read/query-plan.ts";
import { createBuildListener, createMemberListener } from "../segment/listeners.ts";
import { contactSets } from "./contact-list.ts";

/** Keeps the members of contact lists current. An interaction affects every contact record of its person. */

export const onMemberEvent = createMemberListener(contactSets, CONTACT, async (interaction) => {
  const persons = await Identity.resolveIds(isInPersonCollection(interaction) ? collectionOwner(interaction) : null);
  const { records } = await readMerged(contactSets.members, personPartitions(persons), MAX_CONTACTS);
  return records.map(({ id }) => id);
});

export const onBuildEvent = createBuildListener(contactSets);
