import { Contact } from "@crm/core/contact/contact.ts";
import { contactListGrants } from "@crm/core/contact-list/contact-list.domain.ts";
import { ContactLists } from "@crm/core/contact-list/contact-list.entity.ts";
import { ContactList } from "@crm/core/contact-list/contact-list.ts";
import { Customer } from "@crm/core/customer/customer.ts";
import { segmentGrants } from "@crm/core/segment/segment.domain.ts";
import { Segments } from "@crm/core/segment/segment.entity.ts";
import { Segment } from "@crm/core/segment/segment.ts";
import { recordOf } from "../http/operation.ts";
import { contactLinks, customerLinks, linksOf } from "./links.ts";
import { sets } from "./sets.ts";

export const segments = [
  ...sets({
    noun: "Segment",
    of: "/customers",
    path: "/customers/segments",
    tag: "Customers",
    ...segmentGrants,
    domain: Segment,
    member: recordOf("SegmentMember", Customer.Row.extend(Segment.Membership.shape)),
    links: linksOf(Segments),
    memberLinks: customerLinks,
  }),
  ...sets({
    noun: "ContactList",
    of: "/contacts",
    path: "/contacts/lists",
    tag: "Contacts",
    ...contactListGrants,
    domain: ContactList,
    member: recordOf("ContactListMember", Contact.Row.extend(ContactList.Membership.shape)),
    links: linksOf(ContactLists),
    memberLinks: contactLinks,
  }),
];
