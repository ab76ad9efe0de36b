import { Contacts } from "@crm/core/accounts/contact/contact.entity.ts";
import { Contact } from "@crm/core/accounts/contact/contact.ts";
import { Customers } from "@crm/core/accounts/customer/customer.entity.ts";
import { Customer } from "@crm/core/accounts/customer/customer.ts";
import { ContactLists } from "@crm/core/engagement/contact-list/contact-list.entity.ts";
import { contactListGrants } from "@crm/core/engagement/contact-list/contact-list.kind.ts";
import { ContactList } from "@crm/core/engagement/contact-list/contact-list.ts";
import { Segments } from "@crm/core/engagement/segment/segment.entity.ts";
import { segmentGrants } from "@crm/core/engagement/segment/segment.kind.ts";
import { Segment } from "@crm/core/engagement/segment/segment.ts";
import { recordSchema } from "../../http/operation.ts";
import { linksFor } from "../shared/links.ts";
import { buildSetOperations } from "./set-operations.ts";

export const segments = [
  ...buildSetOperations({
    noun: "Segment",
    recordsPath: "/customers",
    path: "/customers/segments",
    tag: "Customers",
    ...segmentGrants,
    domain: Segment,
    member: recordSchema("SegmentMember", Customer.Row.extend(Segment.Membership.shape)),
    links: linksFor(Segments),
    memberLinks: linksFor(Customers),
  }),
  ...buildSetOperations({
    noun: "ContactList",
    recordsPath: "/contacts",
    path: "/contacts/lists",
    tag: "Contacts",
    ...contactListGrants,
    domain: ContactList,
    member: recordSchema("ContactListMember", Contact.Row.extend(ContactList.Membership.shape)),
    links: linksFor(ContactLists),
    memberLinks: linksFor(Contacts),
  }),
];
