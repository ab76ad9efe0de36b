import { type AssignmentTarget, assignmentRuleFor, createBulkAssign } from "../../sales/assignment/bulk-assignment.ts";
import { loadFacts } from "../../sales/assignment/customer-facts.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { Records } from "../../storage/write/records.ts";
import { assignableCustomers } from "./assignment.rule-kind.ts";
import { Customers } from "./customer.entity.ts";
import { CUSTOMER } from "./customer.kind.ts";
import { Customer } from "./customer.ts";

/** Bulk assignment of customers to users. */

const assignmentTarget: AssignmentTarget = {
  kind: CUSTOMER,
  assignable: assignableCustomers,
  async loadFacts(ids) {
    const customers = (await Records.loadMany(Customers, ids, { live: true })).filter((customer) => customer !== undefined);
    return Promise.all(
      customers.map(async (customer) => ({ id: customer.id, title: customer.name, loadFacts: await loadFacts(customer) })),
    );
  },
  listNewest: (limit) =>
    listKeysAfter(Customers, Customers.allPartitions("live"), { order: "desc", after: undefined, most: limit }),
  read: Customer.read,
  assign: (id, owner_id) => Customer.update({ id, owner_id }),
};

export const assignAll = createBulkAssign("customer_ids", assignmentTarget);

/** The kind of rule, with its operations on customers. */
export const assignmentRule = assignmentRuleFor(assignmentTarget);
