import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { Audience, type PersonRecord, type ReachedPerson } from "../audience/audience.ts";
import { contactSets } from "../contact-list/contact-list.ts";
import { customerSets } from "../segment/segment.ts";
import type { SendRecord } from "./email-send.ts";

/** The recipients of a send, page by page in id order, limited to what the user who scheduled it can see. A page contains each person once. */

/** A person in the audience, with the records that fill merge fields: the contact and the customer. */
export interface Recipient {
  person: PersonRecord;
  contact: ReachedPerson["contact"];
  customer: BaseRecord | undefined;
}

interface RecipientPage {
  found: readonly Recipient[];
  /** Cursor of the next page; undefined at the end. */
  after: string | undefined;
}

type AudienceMember = ReachedPerson & { customer: BaseRecord | undefined };

export async function loadPage(send: SendRecord, after: string | undefined): Promise<RecipientPage> {
  const { named: members, after: next } = await (send.contact_list_id
    ? loadListPage(send.contact_list_id, after)
    : loadSegmentPage(String(send.segment_id), after));
  const seen = await Audience.loadVisible(members.map(({ person }) => person));
  const recipientById = new Map<string, Recipient>();
  for (const { person: id, contact, customer } of members) {
    const person = seen.get(id);
    if (person && !recipientById.has(person.id)) recipientById.set(person.id, { person, contact, customer });
  }
  return { found: [...recipientById.values()], after: next };
}

async function loadListPage(list: string, behind: string | undefined) {
  const { records, after } = await Audience.loadMembers(contactSets, list, behind);
  const ids = records.flatMap(({ customer_id }) => (customer_id ? [{ kind: CUSTOMER, id: customer_id }] : []));
  const customers = await Records.findVisibleByIds(ids);
  const members = records.map((contact): AudienceMember => {
    const { personal_key_id: person, customer_id } = contact;
    return { person, contact, customer: customers.get(customer_id ?? "") };
  });
  return { named: members, after };
}

async function loadSegmentPage(segment: string, behind: string | undefined) {
  const { records, after } = await Audience.loadMembers(customerSets, segment, behind);
  const members: AudienceMember[] = [];
  for (const customer of records)
    for (const reachedPerson of await Audience.listReached(customer)) members.push({ ...reachedPerson, customer });
  return { named: members, after };
}
