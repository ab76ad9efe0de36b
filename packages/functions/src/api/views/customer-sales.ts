import { Contacts } from "@crm/core/accounts/contact/contact.entity.ts";
import { CustomerActivities } from "@crm/core/accounts/customer/activities.ts";
import { Contracts } from "@crm/core/agreements/contract/contract.entity.ts";
import { contractGrants } from "@crm/core/agreements/contract/contract.kind.ts";
import { Contract } from "@crm/core/agreements/contract/contract.ts";
import { Deals } from "@crm/core/agreements/deal/deal.entity.ts";
import { dealGrants } from "@crm/core/agreements/deal/deal.kind.ts";
import { Deal } from "@crm/core/agreements/deal/deal.ts";
import { Orders } from "@crm/core/commerce/order/order.entity.ts";
import { orderGrants } from "@crm/core/commerce/order/order.kind.ts";
import { Order } from "@crm/core/commerce/order/order.ts";
import { createRecordActivities } from "@crm/core/people/activity/record-activities.ts";
import { Opportunities } from "@crm/core/sales/opportunity/opportunity.entity.ts";
import { opportunityGrants } from "@crm/core/sales/opportunity/opportunity.kind.ts";
import { Opportunity } from "@crm/core/sales/opportunity/opportunity.ts";
import { CustomerContracts } from "@crm/core/views/customer-contracts.ts";
import { CustomerDeals } from "@crm/core/views/customer-deals.ts";
import { CustomerOrders } from "@crm/core/views/customer-orders.ts";
import { RelatedOpportunities } from "@crm/core/views/related-opportunities.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { buildActivityOperations } from "../shared/activity-operations.ts";
import { linksFor } from "../shared/links.ts";

/** Sales records of customers and contacts, at the paths of customers and contacts. */

const opportunityListOptions = {
  access: opportunityGrants.read,
  tag: "Opportunities",
  output: recordSchema("OpportunityRow", Opportunity.Row),
  kind: "list",
  links: linksFor(Opportunities),
} as const;

export const customerSales = [
  operation({
    name: "listCustomerOpportunities",
    method: "GET",
    path: "/customers/{id}/opportunities",
    summary: "List the opportunities of a customer",
    verb: RelatedOpportunities.listByCustomer,
    ...opportunityListOptions,
  }),
  operation({
    name: "listContactOpportunities",
    method: "GET",
    path: "/contacts/{id}/opportunities",
    summary: "List the opportunities of a contact",
    verb: RelatedOpportunities.listByContact,
    ...opportunityListOptions,
  }),
  operation({
    name: "listCustomerDeals",
    method: "GET",
    path: "/customers/{id}/deals",
    access: dealGrants.read,
    tag: "Deals",
    summary: "List the deals of a customer",
    verb: CustomerDeals.listByCustomer,
    output: recordSchema("DealRow", Deal.Row),
    kind: "list",
    links: linksFor(Deals),
  }),
  operation({
    name: "listCustomerOrders",
    method: "GET",
    path: "/customers/{id}/orders",
    access: orderGrants.read,
    tag: "Orders",
    summary: "List the orders of a customer",
    verb: CustomerOrders.listByCustomer,
    output: recordSchema("OrderRow", Order.Row),
    kind: "list",
    links: linksFor(Orders),
  }),
  operation({
    name: "listCustomerContracts",
    method: "GET",
    path: "/customers/{id}/contracts",
    access: contractGrants.read,
    tag: "Contracts",
    summary: "List the contracts of a customer",
    verb: CustomerContracts.listByCustomer,
    output: recordSchema("ContractRow", Contract.Row),
    kind: "list",
    links: linksFor(Contracts),
  }),
  ...buildActivityOperations("Customer", "/customers", CustomerActivities),
  ...buildActivityOperations("Contact", "/contacts", createRecordActivities(Contacts)),
];
