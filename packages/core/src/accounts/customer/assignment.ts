import { type AssignmentTarget, assignmentRuleFor, createBulkAssign } from "../../sales/assignment/bulk-assignment.ts";
import { loadFacts } from "../../sales/assignment/customer-facts.ts";
import { assignableCustomers } from "./assignment.rule-kind.ts";
import { type CustomerRecord, Customers } from "./customer.entity.ts";
import { Customer } from "./customer.ts";

/** Bulk assignment of customers to users. */

const assignmentTarget: AssignmentTarget<CustomerRecord> = {
  collection: Customers,
  assignable: assignableCustomers,
  toTitle: ({ name }) => name,
  loadFacts,
  read: Customer.read,
  assign: (id, owner_id) => Customer.update({ id, owner_id }),
};

export const assignAll = createBulkAssign("customer_ids", assignmentTarget);

/** The kind of rule, with its operations on customers. */
export const assignmentRule = assignmentRuleFor(assignmentTarget);
