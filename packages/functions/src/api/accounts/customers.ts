import { CustomerAddresses } from "@crm/core/accounts/customer/addresses.ts";
import { Customers } from "@crm/core/accounts/customer/customer.entity.ts";
import { CUSTOMER, customerGrants } from "@crm/core/accounts/customer/customer.kind.ts";
import { Customer } from "@crm/core/accounts/customer/customer.ts";
import { Hierarchy } from "@crm/core/accounts/customer/hierarchy.ts";
import { Health } from "@crm/core/accounts/health/health.ts";
import { CustomerMerging } from "@crm/core/accounts/merging/customers.ts";
import { Ageing } from "@crm/core/commerce/invoice/ageing.ts";
import { invoiceGrants } from "@crm/core/commerce/invoice/invoice.kind.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { leadGrants } from "@crm/core/sales/lead/lead.kind.ts";
import { Lead } from "@crm/core/sales/lead/lead.ts";
import { Tickets } from "@crm/core/service/ticket/ticket.entity.ts";
import { ticketGrants } from "@crm/core/service/ticket/ticket.kind.ts";
import { Ticket } from "@crm/core/service/ticket/ticket.ts";
import { Customer360 } from "@crm/core/views/customer-360.ts";
import { CustomerLeads } from "@crm/core/views/customer-leads.ts";
import { CustomerTickets } from "@crm/core/views/customer-tickets.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema, rowSchema } from "../../http/operation.ts";
import { ageingOutput } from "../commerce/invoice-schemas.ts";
import { segments } from "../engagement/segments.ts";
import { customerAssignments } from "../sales/assignments.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation, buildImportOperation } from "../shared/file-operations.ts";
import { buildFollowOperations } from "../shared/follow-operations.ts";
import { linksFor, linksFrom } from "../shared/links.ts";
import { customerSales } from "../views/customer-sales.ts";
import { contacts } from "./contacts.ts";

const commonOptions = { tag: "Customers", output: recordSchema("Customer", Customer.Info), links: linksFor(Customers) } as const;
const recordWriteOptions = { ...commonOptions, access: customerGrants.write, kind: "record" } as const;

const operations = [
  ...customerAssignments,
  ...buildFollowOperations("Customer", CUSTOMER),
  ...crud({
    noun: "Customer",
    plural: "Customers",
    path: "/customers",
    read: customerGrants.read,
    write: customerGrants.write,
    remove: customerGrants.delete,
    domain: Customer,
    row: recordSchema("CustomerRow", Customer.Row),
    ...commonOptions,
  }),
  buildExportOperation("exportCustomers", "customers", "Customers", customerGrants.read, Customer.listDefinition),
  buildImportOperation(
    "importCustomers",
    "customers",
    "Customers",
    customerGrants.write,
    "Each row is a customer. An existing customer with the same tax id or person does not change, unless `on_duplicate` says otherwise.",
    async () => (await import("@crm/core/accounts/customer/customer.import.ts")).customers,
  ),
  operation({
    name: "mergeCustomers",
    method: "POST",
    path: "/customers/{id}/merge",
    tag: "Customers",
    access: customerGrants.delete,
    summary: "Merge another customer into this one",
    description:
      "References to the other customer move shortly afterwards, and its id then leads to this one. `dry_run` only returns the effects.",
    verb: CustomerMerging.merge,
    output: CustomerMerging.MergeResult,
  }),
  operation({
    name: "unmergeCustomers",
    method: "POST",
    path: "/customers/{id}/unmerge",
    tag: "Customers",
    access: customerGrants.delete,
    summary: "Undo a merge of customers",
    verb: CustomerMerging.unmerge,
    output: CustomerMerging.UnmergeResult,
  }),
  operation({
    name: "getCustomer360",
    method: "GET",
    path: "/customers/{id}/360",
    tag: "Customers",
    access: customerGrants.read,
    summary: "Read all data of a customer on one page",
    description:
      "Profile, the interactions of the last 90 days (at most 10), open opportunities and tickets, lifetime value, balances, the last " +
      "orders and payments, and the scores of engagement and health, each with its components and the version of its rule.",
    inBatch: true,
    verb: Customer360.get,
    output: Customer360.Info,
  }),
  operation({
    name: "scoreCustomerHealth",
    method: "POST",
    path: "/customers/{id}/health-score",
    tag: "Customers",
    access: customerGrants.write,
    summary: "Recalculate the health of a customer",
    description: "Health is also updated automatically. The response has the components of the score.",
    verb: Health.recalculate,
    output: Health.Info.meta({ id: "CustomerHealth" }),
  }),
  operation({
    name: "getCustomerAgeing",
    method: "GET",
    path: "/customers/{id}/ageing",
    tag: "Invoices",
    access: invoiceGrants.read,
    summary: "Read the open amounts of a customer by how long they are overdue",
    description: "By currency, of the invoices that you see.",
    inBatch: true,
    verb: Ageing.get,
    output: ageingOutput,
  }),
  operation({
    name: "listCustomerHealthScores",
    method: "GET",
    path: "/customers/{id}/health-scores",
    tag: "Customers",
    access: customerGrants.read,
    summary: "List the health history of a customer",
    verb: Health.listHistory,
    output: rowSchema("CustomerHealthScore", Health.Row),
    kind: "list",
    links: linksFrom({ self: "/customers/{customer_id}/health-scores", customer: "/customers/{customer_id}" }),
  }),
  operation({
    name: "listCustomerLeads",
    method: "GET",
    path: "/customers/{id}/leads",
    tag: "Customers",
    access: leadGrants.read,
    summary: "List the leads of a customer",
    description: "Leads that were converted to the customer; for an individual also all leads of the person.",
    verb: CustomerLeads.list,
    output: recordSchema("LeadRow", Lead.Row),
    kind: "list",
    links: linksFor(Leads),
  }),
  operation({
    name: "getCustomerHierarchy",
    method: "GET",
    path: "/customers/{id}/hierarchy",
    tag: "Customers",
    access: customerGrants.read,
    summary: "Read a customer with the customers above and below it",
    description: "With `depth`, it also has the customers of that many levels below in one list, each with its parent.",
    inBatch: true,
    verb: Hierarchy.get,
    output: Hierarchy.Info,
  }),
  operation({
    name: "addChildCustomer",
    method: "POST",
    path: "/customers/{id}/hierarchy",
    summary: "Move a customer, with all customers below it, below this one",
    verb: Hierarchy.add,
    ...recordWriteOptions,
  }),
  operation({
    name: "addCustomerAddress",
    method: "POST",
    path: "/customers/{id}/addresses",
    summary: "Add an address to a customer",
    verb: CustomerAddresses.add,
    status: 201,
    ...recordWriteOptions,
  }),
  operation({
    name: "updateCustomerAddress",
    method: "PATCH",
    path: "/customers/{id}/addresses/{address_id}",
    summary: "Change an address",
    verb: CustomerAddresses.update,
    ...recordWriteOptions,
  }),
  operation({
    name: "verifyCustomerAddress",
    method: "POST",
    path: "/customers/{id}/addresses/{address_id}/verify",
    summary: "Locate an address with the geocoder",
    verb: CustomerAddresses.verify,
    ...recordWriteOptions,
  }),
  operation({
    name: "removeCustomerAddress",
    method: "DELETE",
    path: "/customers/{id}/addresses/{address_id}",
    summary: "Remove an address from a customer",
    verb: CustomerAddresses.remove,
    ...recordWriteOptions,
  }),
  operation({
    name: "listCustomerTickets",
    method: "GET",
    path: "/customers/{id}/tickets",
    tag: "Customers",
    access: ticketGrants.read,
    summary: "List the tickets of a customer",
    verb: CustomerTickets.listByCustomer,
    output: recordSchema("TicketRow", Ticket.Row),
    kind: "list",
    links: linksFor(Tickets),
  }),
];

export const customers = defineApiFunction([...operations, ...contacts, ...customerSales, ...segments], {
  uses: ["seal", "secrets:lookups", "domains", "objects:uploads:put", "objects:uploads:get", "objects:records:get"],
});
