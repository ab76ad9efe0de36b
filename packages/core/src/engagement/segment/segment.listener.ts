import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { collectionOwner, isInPersonCollection } from "../../kernel/id.ts";
import { Interaction } from "../../people/interaction/interaction.ts";
import { listCustomers } from "../../people/person/customers.ts";
import * as Identity from "../../people/person/identity.ts";
import { Records } from "../../storage/write/records.ts";
import { createBuildListener, createMemberListener } from "./listeners.ts";
import { customerSets } from "./segment.ts";

/** Keeps the members of segments current. An interaction affects its customer and the customers that its person is. */

export const onMemberEvent = createMemberListener(customerSets, CUSTOMER, async (id) => {
  const interaction = await Records.load(Interaction.listDefinition.collection, id);
  const persons = await Identity.resolveIds(isInPersonCollection(id) ? collectionOwner(id) : null);
  const { ownCustomerIds } = await listCustomers(persons);
  return [...new Set([...(interaction?.customer_id ? [interaction.customer_id] : []), ...ownCustomerIds])];
});

export const onBuildEvent = createBuildListener(customerSets);
