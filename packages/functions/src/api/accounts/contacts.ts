import { Contacts } from "@crm/core/accounts/contact/contact.entity.ts";
import { CONTACT, contactGrants } from "@crm/core/accounts/contact/contact.kind.ts";
import { CONTACT_ROLES } from "@crm/core/accounts/contact/contact.masters.ts";
import { Contact } from "@crm/core/accounts/contact/contact.ts";
import { ContactMerging } from "@crm/core/accounts/merging/contacts.ts";
import { StartIntoList } from "@crm/core/platform/import/start-input.ts";
import { Master } from "@crm/core/platform/master-data/master.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { masterLinks } from "../platform/links.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation, buildImportOperationWith } from "../shared/file-operations.ts";
import { buildFollowOperations } from "../shared/follow-operations.ts";
import { linksFor } from "../shared/links.ts";

const row = recordSchema("ContactRow", Contact.Row);

export const contacts = [
  ...buildFollowOperations("Contact", CONTACT),
  ...crud({
    noun: "Contact",
    plural: "Contacts",
    tag: "Contacts",
    path: "/contacts",
    read: contactGrants.read,
    write: contactGrants.write,
    remove: contactGrants.delete,
    domain: Contact,
    output: recordSchema("Contact", Contact.Info),
    row,
    links: linksFor(Contacts),
  }),
  buildExportOperation("exportContacts", "contacts", "Contacts", contactGrants.read, Contact.listDefinition),
  buildImportOperationWith(
    StartIntoList,
    "importContacts",
    "contacts",
    "Contacts",
    contactGrants.write,
    "Each row is a contact. `customer_id` accepts an id, a number, or a name that only one customer has. Existing contacts do not change, unless `on_duplicate` says otherwise. All contacts join `list_id`, if it is set.",
    async () => (await import("@crm/core/engagement/contact-list/contact-list.import.ts")).contacts,
  ),
  operation({
    name: "mergeContacts",
    method: "POST",
    path: "/contacts/{id}/merge",
    tag: "Contacts",
    access: contactGrants.delete,
    summary: "Merge another contact into this one",
    description:
      "Both must belong to the same customer or lead; two different persons are merged too. `dry_run` only returns the effects.",
    verb: ContactMerging.merge,
    output: ContactMerging.MergeResult,
  }),
  operation({
    name: "unmergeContacts",
    method: "POST",
    path: "/contacts/{id}/unmerge",
    tag: "Contacts",
    access: contactGrants.delete,
    summary: "Undo a merge of contacts",
    verb: ContactMerging.unmerge,
    output: ContactMerging.UnmergeResult,
  }),
  operation({
    name: "listCustomerContacts",
    method: "GET",
    path: "/customers/{id}/contacts",
    tag: "Contacts",
    access: contactGrants.read,
    summary: "List the contacts of a customer",
    verb: Contact.listByCustomer,
    output: row,
    kind: "list",
    links: linksFor(Contacts),
  }),
  operation({
    name: "listContactRoles",
    method: "GET",
    path: "/contacts/roles",
    tag: "Contacts",
    access: contactGrants.read,
    summary: "List contact roles",
    verb: Master.operationsFor(CONTACT_ROLES).list,
    output: recordSchema("Master", Master.Info),
    kind: "list",
    links: masterLinks,
  }),
];
