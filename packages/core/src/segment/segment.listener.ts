import { CUSTOMER } from "../customer/customer.domain.ts";
import { Interaction } from "../interaction/interaction.ts";
import { isOfPerson, ownerOf } from "../kernel/id.ts";
import { customersOf } from "../person/customers.ts";
import * as Identity from "../person/identity.ts";
import { Records } from "../storage/write/records.ts";
import { building, evaluating } from "./hear.ts";
import { customerSets } from "./segment.ts";

/** Keeps segments right. */

export const evaluate = evaluating(customerSets, CUSTOMER, async (id) => {
  const interaction = await Records.load(Interaction.listed.collection, id);
  const persons = await Identity.idsNamed(isOfPerson(id) ? ownerOf(id) : null);
  const { own } = await customersOf(persons);
  return [...new Set([...(interaction?.customer_id ? [interaction.customer_id] : []), ...own])];
});

export const build = building(customerSets);
