import { assignAll as assignCustomers } from "@crm/core/accounts/customer/assignment.ts";
import { customerGrants } from "@crm/core/accounts/customer/customer.kind.ts";
import { Results } from "@crm/core/sales/assignment/bulk-assignment.ts";
import { assignAll as assignOpportunities } from "@crm/core/sales/opportunity/assignment.ts";
import { opportunityGrants } from "@crm/core/sales/opportunity/opportunity.kind.ts";
import { operation } from "../../http/operation.ts";

/** Operations that assign records to users. The functions of the kinds of those records serve them. */

const description =
  "To one user, to several in turn or by load, or by the rule of the organization. Each record has its own result.";

export const opportunityAssignments = [
  operation({
    name: "assignOpportunities",
    method: "POST",
    path: "/opportunities/assign",
    tag: "Opportunities",
    access: opportunityGrants.assign,
    summary: "Assign opportunities to users",
    description,
    verb: assignOpportunities,
    output: Results,
  }),
] as const;

export const customerAssignments = [
  operation({
    name: "assignCustomers",
    method: "POST",
    path: "/customers/assign",
    tag: "Customers",
    access: customerGrants.assign,
    summary: "Assign customers to users",
    description,
    verb: assignCustomers,
    output: Results,
  }),
] as const;
