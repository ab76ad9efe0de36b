import { customerGrants } from "@crm/core/customer/customer.domain.ts";
import { Customer } from "@crm/core/customer/customer.ts";
import { leadGrants } from "@crm/core/lead/lead.domain.ts";
import { Lead } from "@crm/core/lead/lead.ts";
import { Customer360 } from "@crm/core/views/customer-360.ts";
import { CustomerLeads } from "@crm/core/views/customer-leads.ts";
import { serves } from "../http/function.ts";
import { operation, recordOf } from "../http/operation.ts";
import { contacts } from "./contact.ts";
import { crud } from "./crud.ts";
import { exporting } from "./files.ts";
import { customerLinks, leadLinks } from "./links.ts";
import { customerSales } from "./sales-views.ts";

const operations = [
  ...crud({
    noun: "Customer",
    plural: "Customers",
    tag: "Customers",
    path: "/customers",
    read: customerGrants.read,
    write: customerGrants.write,
    remove: customerGrants.delete,
    domain: Customer,
    output: recordOf("Customer", Customer.Info),
    row: recordOf("CustomerRow", Customer.Row),
    links: customerLinks,
  }),
  exporting(
    "exportCustomers",
    "customers",
    "Customers",
    customerGrants.read,
    Customer.list.schema,
    async () => (await import("@crm/core/customer/customer.export.ts")).customers,
  ),
  operation({
    name: "getCustomer360",
    method: "GET",
    path: "/customers/{id}/360",
    tag: "Customers",
    access: customerGrants.read,
    summary: "Read all about a customer on one page",
    description:
      "Profile, the interactions of the last 90 days (at most 10), open opportunities and tickets, lifetime value, and the scores " +
      "of engagement and health, each with its parts and the version of the rule that made it.",
    verb: Customer360.get,
    output: Customer360.Info,
  }),
  operation({
    name: "listCustomerLeads",
    method: "GET",
    path: "/customers/{id}/leads",
    tag: "Customers",
    access: leadGrants.read,
    summary: "List the leads of a customer",
    description: "Those that became it, and all of the person of an individual.",
    verb: CustomerLeads.list,
    output: recordOf("LeadRow", Lead.Row),
    kind: "list",
    links: leadLinks,
  }),
];

export const customers = serves([...operations, ...contacts, ...customerSales]);
