import { flatOf } from "../customer/address.schema.ts";
import { CUSTOMER } from "../customer/customer.domain.ts";
import { Customer } from "../customer/customer.ts";
import { Tree } from "../customer/tree.ts";
import { conflict } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { retryOnConflict } from "../storage/write/transaction.ts";
import { joined, laterOf, Merge, type Mergeable, mergedBy, separate, Unmerge } from "./merging.ts";
import { ofCustomer } from "./naming.ts";

/** Merges of customers: two businesses, or two individuals, as those of two persons who turn out to be one. */

export { Merged, Unmerged } from "./merging.ts";

const { collection, fields } = Customer.listed;
type CustomerRecord = Awaited<ReturnType<typeof Customer.read>>;

/** Not among what is chosen: who stands above, and what follows from something else. */
const { parent_customer_id: _above, ...single } = fields;

export const customers: Mergeable<CustomerRecord> = {
  entity: "customer",
  kind: CUSTOMER,
  collection,
  fields: Object.keys(single),
  above: "parent_customer_id",
  requireFit(survivor, merged) {
    if (survivor.customer_type !== merged.customer_type)
      throw conflict("A business and an individual are not one customer", [
        { field: "merged_id", message: `It is of the type ${merged.customer_type}` },
      ]);
  },
  both(survivor, merged) {
    const types = new Set(survivor.addresses.map(({ type }) => type));
    const addresses = [...survivor.addresses, ...merged.addresses.filter(({ type }) => !types.has(type))];
    return {
      addresses,
      ...flatOf(addresses),
      preferences: answersOf(survivor.preferences, merged.preferences),
      first_lead_id: [survivor.first_lead_id, merged.first_lead_id].filter((id) => id !== null).sort()[0] ?? null,
      last_activity_date: laterOf(survivor.last_activity_date, merged.last_activity_date),
    };
  },
  rearrange: Customer.rearrange,
  held: Tree.held,
  naming: () => ofCustomer,
};

type Answers = CustomerRecord["preferences"];

/** The survivor's answers, those that it lacks, and what either refuses. */
function answersOf(own: Answers, others: Answers): Answers {
  if (!own || !others) return own ?? others;
  const answers = new Map(own.map((each) => [`${each.channel}.${each.purpose}`, each]));
  for (const each of others) {
    const question = `${each.channel}.${each.purpose}`;
    if (!answers.has(question) || each.consent === "REFUSED") answers.set(question, each);
  }
  return [...answers.values()];
}

export const merge = fn(Merge, (input) => retryOnConflict(() => mergedBy(customers, input)));

export const unmerge = fn(Unmerge, ({ id, merged_id }) =>
  retryOnConflict(async () => separate(customers, await joined(customers, id, merged_id))),
);

export * as CustomerMerging from "./customers.ts";
