import { ContactActivities } from "@crm/core/contact/activities.ts";
import { contractGrants } from "@crm/core/contract/contract.domain.ts";
import { Contract } from "@crm/core/contract/contract.ts";
import { CustomerActivities } from "@crm/core/customer/activities.ts";
import { dealGrants } from "@crm/core/deal/deal.domain.ts";
import { Deal } from "@crm/core/deal/deal.ts";
import { opportunityGrants } from "@crm/core/opportunity/opportunity.domain.ts";
import { Opportunity } from "@crm/core/opportunity/opportunity.ts";
import { ContractsOf } from "@crm/core/views/contracts-of.ts";
import { DealsOf } from "@crm/core/views/deals-of.ts";
import { OpportunitiesOf } from "@crm/core/views/opportunities-of.ts";
import { operation, recordOf } from "../http/operation.ts";
import { activitiesAt } from "./activities-at.ts";
import { contractLinks, dealLinks, opportunityLinks } from "./links.ts";

/** What is sold to customers and contacts, and what is done for that, at the paths of these. */

const opportunities = {
  access: opportunityGrants.read,
  tag: "Opportunities",
  output: recordOf("OpportunityRow", Opportunity.Row),
  kind: "list",
  links: opportunityLinks,
} as const;

export const customerSales = [
  operation({
    name: "listCustomerOpportunities",
    method: "GET",
    path: "/customers/{id}/opportunities",
    summary: "List the opportunities of a customer",
    verb: OpportunitiesOf.ofCustomer,
    ...opportunities,
  }),
  operation({
    name: "listContactOpportunities",
    method: "GET",
    path: "/contacts/{id}/opportunities",
    summary: "List the opportunities of a contact",
    verb: OpportunitiesOf.ofContact,
    ...opportunities,
  }),
  operation({
    name: "listCustomerDeals",
    method: "GET",
    path: "/customers/{id}/deals",
    access: dealGrants.read,
    tag: "Deals",
    summary: "List the deals of a customer",
    verb: DealsOf.ofCustomer,
    output: recordOf("DealRow", Deal.Row),
    kind: "list",
    links: dealLinks,
  }),
  operation({
    name: "listCustomerContracts",
    method: "GET",
    path: "/customers/{id}/contracts",
    access: contractGrants.read,
    tag: "Contracts",
    summary: "List the contracts of a customer",
    verb: ContractsOf.ofCustomer,
    output: recordOf("ContractRow", Contract.Row),
    kind: "list",
    links: contractLinks,
  }),
  ...activitiesAt("Customer", "/customers", CustomerActivities),
  ...activitiesAt("Contact", "/contacts", ContactActivities),
];
