import { contactGrants } from "@crm/core/contact/contact.domain.ts";
import { CONTACT_ROLES } from "@crm/core/contact/contact.masters.ts";
import { Contact } from "@crm/core/contact/contact.ts";
import { StartIntoList } from "@crm/core/jobs/import/asked.ts";
import { Master } from "@crm/core/masters/master.ts";
import { ContactMerging } from "@crm/core/merging/contacts.ts";
import { operation, recordOf } from "../http/operation.ts";
import { crud } from "./crud.ts";
import { exporting, importingBy } from "./files.ts";
import { contactLinks, masterLinks } from "./links.ts";

const row = recordOf("ContactRow", Contact.Row);

export const contacts = [
  ...crud({
    noun: "Contact",
    plural: "Contacts",
    tag: "Contacts",
    path: "/contacts",
    read: contactGrants.read,
    write: contactGrants.write,
    remove: contactGrants.delete,
    domain: Contact,
    output: recordOf("Contact", Contact.Info),
    row,
    links: contactLinks,
  }),
  exporting(
    "exportContacts",
    "contacts",
    "Contacts",
    contactGrants.read,
    Contact.list.schema,
    async () => (await import("@crm/core/contact/contact.export.ts")).contacts,
  ),
  importingBy(
    StartIntoList,
    "importContacts",
    "contacts",
    "Contacts",
    contactGrants.write,
    "Each row is a contact; `customer_id` takes an id, a number, or a name that one customer has. Who is a contact there already is left as they are, unless `on_duplicate` says otherwise. All join `list_id`, where it is named.",
    async () => (await import("@crm/core/contact/contact.import.ts")).contacts,
  ),
  operation({
    name: "mergeContacts",
    method: "POST",
    path: "/contacts/{id}/merge",
    tag: "Contacts",
    access: contactGrants.delete,
    summary: "Join another contact to this one",
    description:
      "Of the same customer or lead; two persons become one as well. With `dry_run` it only shows what would come of it.",
    verb: ContactMerging.merge,
    output: ContactMerging.Merged,
  }),
  operation({
    name: "unmergeContacts",
    method: "POST",
    path: "/contacts/{id}/unmerge",
    tag: "Contacts",
    access: contactGrants.delete,
    summary: "Take a merge of contacts back",
    verb: ContactMerging.unmerge,
    output: ContactMerging.Unmerged,
  }),
  operation({
    name: "listCustomerContacts",
    method: "GET",
    path: "/customers/{id}/contacts",
    tag: "Contacts",
    access: contactGrants.read,
    summary: "List the contacts of a customer",
    verb: Contact.listOfCustomer,
    output: row,
    kind: "list",
    links: contactLinks,
  }),
  operation({
    name: "listContactRoles",
    method: "GET",
    path: "/contacts/roles",
    tag: "Contacts",
    access: contactGrants.read,
    summary: "List contact roles",
    verb: Master.at(CONTACT_ROLES).list,
    output: recordOf("Master", Master.Info),
    kind: "list",
    links: masterLinks,
  }),
];
