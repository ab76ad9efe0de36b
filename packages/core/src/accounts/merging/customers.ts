import { conflict } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { retryOnConflict } from "../../storage/write/transaction.ts";
import { flattenAddresses } from "../customer/address.schema.ts";
import { CUSTOMER } from "../customer/customer.kind.ts";
import { Customer } from "../customer/customer.ts";
import { Tree } from "../customer/tree.ts";
import { laterInstant, Merge, type MergeDefinition, mergeRecords, readMerge, Unmerge, unmergeRecords } from "./merging.ts";
import { customerReferences } from "./reference-fields.ts";

/** Merges of customers: two businesses, or two individuals whose persons turn out to be one. */

export { MergeResult, UnmergeResult } from "./merging.ts";

const { collection, fields } = Customer.listDefinition;
type CustomerRecord = Awaited<ReturnType<typeof Customer.read>>;

/** Fields that a caller cannot choose: the parent, and fields that are derived. */
const { parent_customer_id: _above, ...single } = fields;

export const mergeableCustomers: MergeDefinition<CustomerRecord> = {
  entity: "customer",
  kind: CUSTOMER,
  collection,
  fields: Object.keys(single),
  parentField: "parent_customer_id",
  requireFit(survivor, merged) {
    if (survivor.customer_type !== merged.customer_type)
      throw conflict("A business and an individual cannot be merged", [
        { field: "merged_id", message: `The customer type is ${merged.customer_type}` },
      ]);
  },
  combine(survivor, merged) {
    const types = new Set(survivor.addresses.map(({ type }) => type));
    const addresses = [...survivor.addresses, ...merged.addresses.filter(({ type }) => !types.has(type))];
    return {
      addresses,
      ...flattenAddresses(addresses),
      preferences: combinePreferences(survivor.preferences, merged.preferences),
      first_lead_id: [survivor.first_lead_id, merged.first_lead_id].filter((id) => id !== null).sort()[0] ?? null,
      last_activity_date: laterInstant(survivor.last_activity_date, merged.last_activity_date),
    };
  },
  rearrange: Customer.rearrangeLocks,
  lockAncestors: Tree.lockPath,
  listReferences: () => customerReferences,
};

type CustomerPreferences = CustomerRecord["preferences"];

/** Returns the survivor's answers, plus the answers that it lacks, plus every refusal of either customer. */
function combinePreferences(survivorAnswers: CustomerPreferences, mergedAnswers: CustomerPreferences): CustomerPreferences {
  if (!survivorAnswers || !mergedAnswers) return survivorAnswers ?? mergedAnswers;
  const answers = new Map(survivorAnswers.map((answer) => [`${answer.channel}.${answer.purpose}`, answer]));
  for (const answer of mergedAnswers) {
    const question = `${answer.channel}.${answer.purpose}`;
    if (!answers.has(question) || answer.consent === "REFUSED") answers.set(question, answer);
  }
  return [...answers.values()];
}

export const merge = fn(Merge, (input) => retryOnConflict(() => mergeRecords(mergeableCustomers, input)));

export const unmerge = fn(Unmerge, ({ id, merged_id }) =>
  retryOnConflict(async () => unmergeRecords(mergeableCustomers, await readMerge(mergeableCustomers, id, merged_id))),
);

export * as CustomerMerging from "./customers.ts";
